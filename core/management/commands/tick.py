"""`manage.py tick`: what must happen by itself; run it each minute from cron."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from core.models import IdempotencyKey
from core.services.each import commands_alone
from core.services.outbox import send_waiting

KEYS_KEPT = timedelta(days=30)


class Command(BaseCommand):
    help = "Sends waiting messages, publishes what is due, forgets old keys."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = send_waiting()
        old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT)
        forgotten, _by_model = old.delete()
        self.stdout.write(f"sent {sent}, forgot {forgotten} keys")
        commands_alone(settings.TICK_COMMANDS)
