"""`manage.py forget_uploads`: what was begun and never arrived goes after a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.services.uploads import forget_uploads


class Command(BaseCommand):
    help = "Deletes uploads that nobody has gone on with for a day, with their parts."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"dropped {forget_uploads(timezone.now())} uploads")
