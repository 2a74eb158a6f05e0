"""`manage.py hand_in_overdue`: part of `manage.py tick`."""

from typing import Any

from django.core.management.base import BaseCommand

from learning.services.attempts import hand_in_overdue


class Command(BaseCommand):
    help = "Hands in the quizzes whose time is over, with what was answered."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{hand_in_overdue()} quizzes handed in")
