"""`manage.py credit_hours`: part of `manage.py tick`."""

from typing import Any

from django.core.management.base import BaseCommand

from learning.services.hours import credit_visits


class Command(BaseCommand):
    help = "Writes the time of lessons watched into the ledger of hours."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{credit_visits()} s of lessons written down")
