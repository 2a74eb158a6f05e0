"""`manage.py forget_old`: what was kept for a time is gone when the time is over."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.privacy import FORGETTERS


class Command(BaseCommand):
    help = (
        "Removes copies, ended devices, words of messages and old entries of the log."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for name, forget in FORGETTERS.items():
            self.stdout.write(f"{name}: {forget(now)}")
