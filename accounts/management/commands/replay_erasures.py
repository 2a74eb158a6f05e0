"""`manage.py replay_erasures`: after a restore from a backup, before the site opens."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.erase_journal import journal_path
from accounts.services.erasure import replay_journal


class Command(BaseCommand):
    help = "Erases again everybody whom the erase journal names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--journal", type=Path, help="another file than the setting's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["journal"] or journal_path()
        if not path.exists():
            raise CommandError(f"there is no journal at {path}")
        self.stdout.write(f"erased again {replay_journal(path)}")
