"""A copy of everything, and the way back; on PostgreSQL: tests/production."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from core.services import backups

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 27, 1, 10, tzinfo=UTC)


@pytest.fixture
def uploads(settings, tmp_path, monkeypatch):
    """A street's uploads, and a database that is a small file."""
    root = tmp_path / "media"
    settings.MEDIA_ROOT = root
    for name in ("private/a.jpg", "private/课/b.mp4", "public/c.webp", "parts/half"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode() * 100)

    def dump(folder):
        path = folder / "database.dump"
        path.write_bytes(b"rows " * 1000)
        return path

    monkeypatch.setattr(backups, "_dump_database", dump)
    return root


def test_a_copy_holds_the_database_and_every_upload(uploads, tmp_path):
    made = backups.back_up(tmp_path / "copies", at=NIGHT)
    assert made.name == "2026-11-27T011000"
    held = {
        one.relative_to(made).as_posix() for one in made.rglob("*") if one.is_file()
    }
    assert held == {
        "manifest.json", "database.dump", "media/private/a.jpg",
        "media/private/课/b.mp4", "media/public/c.webp",
    }  # fmt: skip
    assert made.stat().st_mode & 0o077 == 0, "nobody else of the machine reads it"
    assert backups.faults_of(made) == []


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (lambda one: one.write_bytes(one.read_bytes()[:-1]), "变了"),
        (lambda one: one.write_bytes(b"x" + one.read_bytes()[1:]), "变了"),
        (lambda one: one.unlink(), "少了"),
    ],
)
@pytest.mark.parametrize("name", ["database.dump", "media/private/课/b.mp4"])
def test_a_byte_that_is_wrong_is_named(uploads, tmp_path, harm, named, name):
    made = backups.back_up(tmp_path / "copies", at=NIGHT)
    harm(made / name)
    (wrong,) = backups.faults_of(made)
    assert name in wrong
    assert named in wrong
    with pytest.raises(backups.BackupRefusedError, match="不完整"):
        backups.restore(made)
    with pytest.raises(CommandError):
        call_command("check_backup", made)


@pytest.mark.parametrize("harm", ["", "{", '{"files": '])
def test_a_copy_that_was_cut_off_is_no_copy(uploads, tmp_path, harm):
    made = backups.back_up(tmp_path / "copies", at=NIGHT)
    (made / "manifest.json").write_text(harm)
    assert backups.faults_of(made)
    (made / "manifest.json").unlink()
    assert backups.faults_of(made)
    assert backups.newest(tmp_path / "copies") is None


def test_what_has_not_changed_takes_no_room_again(uploads, tmp_path):
    first = backups.back_up(tmp_path / "copies", at=NIGHT)
    (uploads / "private" / "a.jpg").write_bytes(b"another")
    second = backups.back_up(tmp_path / "copies", at=NIGHT + timedelta(days=1))
    same, changed = "media/public/c.webp", "media/private/a.jpg"
    assert (first / same).stat().st_ino == (second / same).stat().st_ino
    assert (first / changed).stat().st_ino != (second / changed).stat().st_ino
    assert backups.faults_of(first) == backups.faults_of(second) == []


def test_the_oldest_go_and_what_was_left_unfinished(uploads, tmp_path):
    target = tmp_path / "copies"
    made = [backups.back_up(target, at=NIGHT + timedelta(days=n)) for n in range(4)]
    (target / "2026-11-20T000000.part").mkdir()
    backups.drop_old(target, keep=2)
    assert sorted(target.iterdir()) == made[2:]
    assert backups.faults_of(made[3]) == [], "a link outlives what it was linked to"


def test_nothing_is_restored_over_anything(uploads, tmp_path):
    made = backups.back_up(tmp_path / "copies", at=NIGHT)
    with pytest.raises(backups.BackupRefusedError, match="空的"):
        backups.restore(made)
    assert (uploads / "private" / "a.jpg").exists()


def test_a_copy_of_another_kind_of_database_is_refused(uploads, tmp_path):
    made = backups.back_up(tmp_path / "copies", at=NIGHT)
    manifest = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps({**manifest, "vendor": "oracle"}))
    with pytest.raises(backups.BackupRefusedError, match="另一种"):
        backups.restore(made)


def test_the_file_of_sqlite_is_copied_while_it_is_used(settings, tmp_path, learner):
    settings.MEDIA_ROOT = tmp_path / "nothing"
    made = backups.back_up(tmp_path / "copies", at=NIGHT)
    with sqlite3.connect(made / "database.sqlite3") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
    assert set(connection.introspection.table_names()) <= tables
