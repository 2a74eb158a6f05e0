"""`manage.py check_backup FOLDER`: whether every byte of a copy is as it was written."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.services.backups import faults_of


class Command(BaseCommand):
    help = "Reads a copy and names each file that is missing or has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="one copy, named by its time")

    def handle(self, *args: Any, **options: Any) -> None:
        if wrong := faults_of(options["folder"]):
            raise CommandError("\n".join(wrong))
        self.stdout.write("whole")
