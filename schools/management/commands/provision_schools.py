"""`manage.py provision_schools`: bring every school to `SCHOOL_SECTIONS`."""

from typing import Any

from django.core.management.base import BaseCommand

from schools.services.provisioning import provision_all


class Command(BaseCommand):
    help = "Makes what schools lack (sections, groups, permissions), revokes the rest."

    def handle(self, *args: Any, **options: Any) -> None:
        count = provision_all()
        self.stdout.write(f"{count} schools provisioned")
