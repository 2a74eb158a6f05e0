"""`manage.py forget_unproved`: sign-ups whose code never came leave no trace."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services.people import forget_unproved

KEPT = timedelta(days=1)


class Command(BaseCommand):
    help = "Removes sign-ups of yesterday and before that nobody proved to be theirs."

    def handle(self, *args: Any, **options: Any) -> None:
        count = forget_unproved(before=timezone.now() - KEPT)
        self.stdout.write(f"forgot {count} sign-ups")
