"""`manage.py new_database`: migrates; an empty SQLite database begins from kept words.

With `--write` the migrations alone make it, and their words are kept anew. What is kept
and why: `core/new_database.py`. `make new-database` calls it on a database of its own.
"""

import sqlite3
from typing import Any

from django.core.management import call_command
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    no_translations,
)
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core import new_database


class Command(BaseCommand):
    help = "Migrates; an empty SQLite database begins from core/new_database.sql."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write",
            action="store_true",
            help="Run the migrations and write core/new_database.sql from them.",
        )

    @no_translations  # as in `migrate`: names of permissions are the code's
    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            new_database.WORDS.write_text(_words_of_migrations(), encoding="utf-8")
        else:
            new_database.begin()
            call_command("migrate", interactive=False, verbosity=0)


def _words_of_migrations() -> str:
    """What the migrations make, before Django adds what the code of today says.

    Raises:
        CommandError: the database is not an empty one of SQLite.
    """
    if connection.vendor != "sqlite" or connection.introspection.table_names():
        raise CommandError("It wants an empty SQLite database: `make new-database`.")
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    raw: sqlite3.Connection = connection.connection
    return new_database.words_of(raw)
