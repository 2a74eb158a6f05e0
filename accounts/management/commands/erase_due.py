"""`manage.py erase_due`: accounts whose seven days are over are erased."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services.erasure import erase_due, replay_journal


class Command(BaseCommand):
    help = "Erases accounts whose pause is over; first does again what a restore undid."

    def handle(self, *args: Any, **options: Any) -> None:
        again = replay_journal()
        count = erase_due(timezone.now())
        self.stdout.write(f"erased {count}, again {again}")
