"""An empty SQLite database made at once, by the words that its migrations leave behind.

Two hundred migrations take a quarter of the time in which a newcomer waits for the first
page; nearly all of it goes into models as they once were. `new_database.sql` is what
they come to. It is derived: `manage.py write_new_database` writes it from the migrations
themselves, and a test compares it with what they make. Migrations that are newer than
the file are run after it, so a file that was forgotten costs time and nothing else.
PostgreSQL, and every database that holds something, takes the migrations.
"""

import re
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

WORDS = Path(__file__).with_name("new_database.sql")

# Made by SQLite itself for a table of full text, or kept by it.
_OF_SQLITE = re.compile(r"sqlite_|.*_fts_(data|idx|content|docsize|config)$")
_MIGRATION = re.compile(r"""INSERT INTO "django_migrations" .*'(\w+)','(\w+)',now\(""")


def begin() -> bool:
    """Fill the empty SQLite database; return whether that was done.

    Not done, and nothing touched, where the database is another or holds a table, or
    where the words name a migration that is not here. All of it is one transaction.
    """
    if connection.vendor != "sqlite" or connection.introspection.table_names():
        return False
    words = WORDS.read_text(encoding="utf-8")
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if not known.keys() >= set(_MIGRATION.findall(words)):
        return False
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    now = timezone.now().replace(tzinfo=None).isoformat(" ", "microseconds")
    raw.create_function("now", 0, lambda: now)
    raw.create_function("new_uuid", 0, lambda: uuid.uuid4().hex)
    try:
        raw.executescript(f"BEGIN IMMEDIATE;\n{words}\nCOMMIT;")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
    return True


def words_of(raw: sqlite3.Connection) -> str:
    """Return the statements that make this database anew, the same for the same content.

    Moments and random keys are said as functions: they are those of whom it is made for.
    """
    lines = [*_schema(raw, "table")]
    for name in _names(raw, "table"):
        lines += _rows(raw, name)
    lines += _sequences(raw)
    lines += [*_schema(raw, "index"), *_schema(raw, "trigger")]
    return "".join(f"{line};\n" for line in lines)


def _names(raw: sqlite3.Connection, kind: str) -> list[str]:
    asked = "SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL"
    names = [name for (name,) in raw.execute(asked, [kind])]
    return sorted(name for name in names if not _OF_SQLITE.match(name))


def _schema(raw: sqlite3.Connection, kind: str) -> Iterator[str]:
    asked = "SELECT sql FROM sqlite_master WHERE type = ? AND name = ?"
    for name in _names(raw, kind):
        yield from (sql for (sql,) in raw.execute(asked, [kind, name]))


def _rows(raw: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = raw.execute(f'PRAGMA table_info("{table}")').fetchall()
    names = ", ".join(f'"{column[1]}"' for column in columns)
    values = " || ',' || ".join(_value(column[1], column[2]) for column in columns)
    asked = f'SELECT {values} FROM "{table}" ORDER BY rowid'  # noqa: S608  (a table's name)
    for (said,) in raw.execute(asked):
        yield f'INSERT INTO "{table}" ({names}) VALUES ({said})'  # noqa: S608


def _sequences(raw: sqlite3.Connection) -> Iterator[str]:
    """The next numbers: not those of the rows, where some were made and taken away."""
    yield "DELETE FROM sqlite_sequence"
    asked = "SELECT name, seq FROM sqlite_sequence ORDER BY name"
    for name, last in raw.execute(asked):
        yield f"INSERT INTO sqlite_sequence VALUES ('{name}',{last})"  # noqa: S608


def _value(column: str, kind: str) -> str:
    """Return the SQL that says how a value of this column is written."""
    plain = f'quote("{column}")'
    made = {"datetime": "now()", "char(32)": "new_uuid()"}.get(kind)
    if made is None:
        return plain
    return f"CASE WHEN \"{column}\" IS NULL THEN 'NULL' ELSE '{made}' END"
