"""`manage.py settle_classes`: part of `manage.py tick`."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.services.each import each_alone
from learning.services.completion import settle_class, settle_due


class Command(BaseCommand):
    help = "Completes who met the rule of a class that is over and whose rolls are in."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        done = each_alone(
            settle_due(now),
            lambda run: settle_class(run=run, by=None, at=now),
            trouble="class %s not settled",
        )
        self.stdout.write(f"{done} people have completed a class")
