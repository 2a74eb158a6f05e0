"""`manage.py check_links`: run it each night from cron."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from health.models import LinkFinding
from health.services.links import check_links


class Command(BaseCommand):
    help = "Looks at every link of the live pages and notes which lead nowhere."

    def handle(self, *args: Any, **options: Any) -> None:
        done = check_links(at=timezone.now())
        broken = LinkFinding.objects.count()
        self.stdout.write(f"{done.pages} pages, {done.links} links, {broken} broken")
