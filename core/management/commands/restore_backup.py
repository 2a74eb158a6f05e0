"""`manage.py restore_backup FOLDER`: into an empty database and empty upload folders."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import RefusedError
from core.services.backups import restore


class Command(BaseCommand):
    help = "Restores one copy; refuses where there is anything already."
    # There are no tables yet, and checks may ask some.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="one copy, named by its time")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restore(options["folder"])
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("restored; now: migrate, replay_erasures, update_index")
