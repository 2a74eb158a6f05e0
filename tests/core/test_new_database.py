"""What a new SQLite database begins with is what the migrations make, and no more."""

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections

from core import new_database
from tests import shared

# Inside of revisions; in columns of their own they are said as functions.
OWN = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b20\d\d-\S+T\S+Z")


def words_in(path: Path) -> str:
    """The database in words, without the keys and moments that are its own."""
    with contextlib.closing(sqlite3.connect(path)) as raw:
        return OWN.sub("", new_database.words_of(raw))


@pytest.fixture
def migrated(tmp_path, tmp_path_factory) -> Path:
    """A database that the migrations made from nothing, one after the other."""
    kept = shared.run_folder(tmp_path_factory.getbasetemp()) / "migrated.sqlite"
    if kept.exists():
        return kept
    shared.run_on(tmp_path, "manage.py", "migrate", "--no-input", "-v", "0")
    return tmp_path / "db.sqlite3"


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty database in place of Django's connection."""
    raw = sqlite3.connect(tmp_path / "empty.sqlite3", isolation_level=None)
    connection = connections[DEFAULT_DB_ALIAS]
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setattr(connection, "connection", raw)
    monkeypatch.setattr(connection, "ensure_connection", lambda: None)
    monkeypatch.setattr(connection.introspection, "table_names", lambda: tables_of(raw))
    yield raw
    raw.close()


def tables_of(raw) -> list[str]:
    asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return [name for (name,) in raw.execute(asked)]


@pytest.mark.long
def test_a_new_database_is_what_the_migrations_make(migrated, tmp_path):
    new = tmp_path / "new"
    new.mkdir()
    shared.run_on(new, "manage.py", "new_database")
    made = words_in(new / "db.sqlite3")
    assert made == words_in(migrated), "after a migration: make new-database"


def test_it_is_made_at_once_with_moments_and_keys_of_its_own(empty):
    assert new_database.begin()
    (applied,) = empty.execute("SELECT min(applied) FROM django_migrations").fetchone()
    (now,) = empty.execute("SELECT strftime('%Y-%m-%d', 'now')").fetchone()
    assert abs(int(applied[:4]) - int(now[:4])) <= 1
    keys = empty.execute("SELECT translation_key FROM wagtailcore_page").fetchall()
    assert len(set(keys)) == len(keys) > 1
    assert new_database.words_of(empty) == new_database.WORDS.read_text()
    assert not empty.in_transaction


def test_a_database_with_a_table_is_left_alone(empty):
    empty.execute("CREATE TABLE mine (id integer)")
    assert not new_database.begin()
    assert tables_of(empty) == ["mine"]


def test_another_database_is_left_alone(empty, monkeypatch):
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "vendor", "postgresql")
    assert not new_database.begin()
    assert tables_of(empty) == []


def test_words_of_a_migration_that_is_not_here_are_not_used(
    empty, monkeypatch, tmp_path
):
    words = tmp_path / "words.sql"
    known = new_database.WORDS.read_text()
    words.write_text(known.replace("'0001_initial',now()", "'0001_other',now()"))
    monkeypatch.setattr(new_database, "WORDS", words)
    assert not new_database.begin()
    assert tables_of(empty) == []


def test_a_fault_in_the_midst_leaves_nothing(empty, monkeypatch, tmp_path):
    words = tmp_path / "words.sql"
    words.write_text(new_database.WORDS.read_text() + "\nSELECT nothing;\n")
    monkeypatch.setattr(new_database, "WORDS", words)
    with pytest.raises(sqlite3.OperationalError):
        new_database.begin()
    assert tables_of(empty) == []


def test_the_command_begins_with_the_words_and_migrates_after_them(monkeypatch):
    done = []
    monkeypatch.setattr(new_database, "begin", lambda: done.append("words"))
    command = "core.management.commands.new_database.call_command"
    monkeypatch.setattr(command, lambda name, **options: done.append(name))
    call_command("new_database")
    assert done == ["words", "migrate"]


def test_words_are_written_of_an_empty_database_alone(empty, tmp_path, monkeypatch):
    monkeypatch.setattr(new_database, "WORDS", tmp_path / "words.sql")
    empty.execute("CREATE TABLE mine (id integer)")
    with pytest.raises(CommandError, match="empty SQLite database"):
        call_command("new_database", write=True)
    assert not (tmp_path / "words.sql").exists()
