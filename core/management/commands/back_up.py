"""`manage.py back_up FOLDER`: a copy of the database and the uploads, each night."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import RefusedError
from core.services.backups import back_up, drop_old, faults_of


class Command(BaseCommand):
    help = "Writes a whole copy below the folder, reads it again, drops the oldest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, default=30, help="how many stay")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = back_up(options["folder"])
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        if wrong := faults_of(made):
            raise CommandError("; ".join(wrong))
        dropped = drop_old(options["folder"], keep=max(options["keep"], 1))
        self.stdout.write(f"{made} (dropped {len(dropped)})")
