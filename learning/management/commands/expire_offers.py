"""`manage.py expire_offers`: part of `manage.py tick`."""

from typing import Any

from django.core.management.base import BaseCommand

from learning.services.notices import call_instead_of_unsent
from learning.services.waiting import pass_on_all


class Command(BaseCommand):
    help = "Ends offers that ran out, offers free seats, asks for calls."

    def handle(self, *args: Any, **options: Any) -> None:
        ended = pass_on_all()
        calls = call_instead_of_unsent()
        self.stdout.write(f"ended {ended} offers, asked for {calls} calls")
