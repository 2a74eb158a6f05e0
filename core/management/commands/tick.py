"""`manage.py tick`: what must happen by itself; run it each minute from cron."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from core.models import IdempotencyKey
from core.services.outbox import send_waiting

KEYS_KEPT = timedelta(days=30)


class Command(BaseCommand):
    help = "Sends waiting messages, publishes what is due, forgets old keys."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = send_waiting()
        for name in settings.TICK_COMMANDS:
            call_command(name, verbosity=0)
        old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT)
        forgotten, _by_model = old.delete()
        self.stdout.write(f"sent {sent}, forgot {forgotten} keys")
