"""`manage.py run_draws`: part of `manage.py tick`."""

from typing import Any

from django.core.management.base import BaseCommand

from learning.services.draw import take_due_steps


class Command(BaseCommand):
    help = "Prepares draws, closes their lists and holds them when their time has come."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"took {take_due_steps()} steps")
