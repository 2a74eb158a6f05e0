"""`manage.py settle_sessions`: part of `manage.py tick`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from attendance.services.roll import settle_begun


class Command(BaseCommand):
    help = "Sessions that began with people in the room are down as held."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"held {settle_begun(timezone.now())} sessions")
