"""`manage.py nightly`: what is done once a night; run it from cron or a timer."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.services.each import commands_alone


class Command(BaseCommand):
    help = "Looks at links, puts groups right, forgets finished work of the queue."

    def handle(self, *args: Any, **options: Any) -> None:
        commands_alone(settings.NIGHTLY_COMMANDS)
