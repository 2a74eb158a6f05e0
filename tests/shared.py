"""What a run of the tests makes once, and what its workers and stages begin from.

`make test` names a folder that lives as long as the run (TESTS_SHARED_DIR). The first
worker that needs a migrated database migrates one from nothing; the others, also those of
the next stage, begin from a copy. PostgreSQL's is made ahead (`postgres_template.py`).
Without that folder each worker migrates by itself, and the loaded demo is shared by the
workers of one pytest alone.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
DEMO_SETTINGS = "learning_site.settings.development"
TEMPLATE = "migrated_template"


def run_folder(base: Path) -> Path:
    """The folder of this run; `base` is pytest's own for this worker."""
    given = os.environ.get("TESTS_SHARED_DIR")
    if given:
        return Path(given)
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the others wait for what it makes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- The test database ------------------------------------------------------------


def begin_from_a_copy(folder: Path) -> None:
    """Make pytest-django's new test database a copy of one that was migrated before."""
    creation = connection.creation
    migrate = creation.create_test_db
    made = folder / f"migrated.{connection.vendor}"

    def create(
        verbosity: int = 1,
        autoclobber: bool = False,
        serialize: bool = False,
        keepdb: bool = False,
    ) -> str:
        with locked(folder / f"{made.name}.lock"):
            if not made.exists():
                name: str = migrate(verbosity, autoclobber, serialize, keepdb)
                _keep(name, made)
                return name
            name = _copied(made, verbosity, autoclobber, keepdb)
        if serialize:
            connection._test_serialized_contents = creation.serialize_db_to_string()
        return name

    creation.create_test_db = create


def _keep(name: str, made: Path) -> None:
    """Keep the migrated database as a file, or as a template in its server."""
    if connection.vendor == "sqlite":
        _back_up(name, made)
        return
    quote = connection.ops.quote_name
    connection.close()  # a template may have no sessions
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quote(TEMPLATE)} TEMPLATE {quote(name)}")
    made.touch()
    connection.ensure_connection()


def _copied(made: Path, verbosity: int, autoclobber: bool, keepdb: bool) -> str:
    """This worker's database, as Django makes it but for the migrations."""
    creation = connection.creation
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE
    name: str = creation._create_test_db(verbosity, autoclobber, keepdb)
    if connection.vendor == "sqlite":
        _back_up(made, name)
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    return name


def _back_up(source: Path | str, target: Path | str) -> None:
    """Copy one SQLite database into another, whole or not at all."""
    part = Path(f"{target}.part")
    part.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(source)) as there,
        contextlib.closing(sqlite3.connect(part)) as here,
    ):
        there.backup(here)
    part.replace(target)


# --- The demo street --------------------------------------------------------------


def demo_environment(folder: Path) -> dict[str, str]:
    """Of commands on a demo of their own: its settings, all written to `folder`."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "CACHE_URL", "MEDIA_ROOT", "STATIC_ROOT")
    }
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": DEMO_SETTINGS,
        "VAR_DIR": str(folder),
        "DEBUG": "0",
        "PYTHONUTF8": "1",
    }


def run_on(folder: Path, *command: str) -> None:
    """Run one of our own programs on the demo in that folder.

    Raises:
        AssertionError: it failed, with what it said.
    """
    done = subprocess.run(  # noqa: S603 (our own programs)
        [sys.executable, *command],
        cwd=ROOT,
        env=demo_environment(folder),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def demo_folder(shared: Path) -> Path:
    """The demo as `make run` loads it, database and media; nobody may change it.

    The first to ask loads it for real, about a minute of one core.
    """
    folder = shared / "demo"
    with locked(shared / "demo.lock"):
        if not folder.exists():
            part = shared / "demo.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            migrated = shared / "migrated.sqlite"
            if migrated.exists():
                shutil.copy(migrated, part / "db.sqlite3")
            else:
                run_on(part, "manage.py", "migrate", "--no-input", "-v", "0")
            run_on(part, "manage.py", "load_demo", "-v", "0")
            part.rename(folder)
    return folder


@contextlib.contextmanager
def on_the_demo(shared: Path, own: Path) -> Iterator[None]:
    """Django's database is a copy of the demo, and the worker's own again afterwards."""
    copy = own / "demo.sqlite3"
    folder = demo_folder(shared)
    _back_up(folder / "db.sqlite3", copy)
    shutil.copytree(folder / "media", settings.MEDIA_ROOT, dirs_exist_ok=True)
    worker = connection.settings_dict["NAME"]
    _stand_on(str(copy))
    try:
        yield
    finally:
        _stand_on(worker)
        for path in own.glob(f"{copy.name}*"):
            path.unlink()


def _stand_on(name: str) -> None:
    """Go over to that SQLite file; the numbers of content types are others there."""
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
