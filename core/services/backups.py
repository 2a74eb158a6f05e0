"""A copy of everything that a street has, and the way back from it.

A copy is a folder: the database in `database.dump` (PostgreSQL's own archive) or
`database.sqlite3`, the uploads under `media/`, and `manifest.json`, written last, with
the length and SHA-256 of each file. A folder without a manifest is no copy. What has not
changed since the copy before is linked to it, so that thirty nights need little more room
than one.

The journal of erased people and the keys of the environment are not in it, on purpose:
whoever was erased since must stay so (docs/privacy.md), and a copy that is carried away
opens nothing.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core.exceptions import RefusedError
from core.storage import WholeFiles

MANIFEST = "manifest.json"
MEDIA = "media"
# What is on its way is sent again by who sends it.
MEDIA_PARTS = ("private", "public")
CHUNK = 1024 * 1024
STAMP = "%Y-%m-%dT%H%M%S"
UNFINISHED = ".part"


class BackupRefusedError(RefusedError):
    """A copy that is not whole, or a place that is not empty."""


def back_up(target: Path, *, at: datetime | None = None) -> Path:
    """Write a copy below `target` and return its folder.

    The database comes first: a file that is added afterwards is one too many in the
    copy, never one too few. Until it is whole the folder's name ends in `.part`.

    Raises:
        BackupRefusedError: the database's own program failed.
    """
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    target.mkdir(parents=True, exist_ok=True)
    before = newest(target)
    known = _manifest(before)["files"] if before else {}
    folder = target / (moment.strftime(STAMP) + UNFINISHED)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    files = {}
    dump = _dump_database(folder)
    files[dump.name] = _fact(dump)
    for path, name in _media_files():
        old = known.get(name)
        with suppress(FileNotFoundError):  # it was deleted this moment
            link = before / name if before and old else None
            files[name] = _take(path, folder / name, link, old or {})
    manifest = {"made_at": moment.isoformat(), "vendor": connection.vendor}
    text = json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=1)
    with (folder / MANIFEST).open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    done = folder.with_name(folder.name.removesuffix(UNFINISHED))
    folder.rename(done)
    return done


def _take(
    path: Path, copy: Path, link: Path | None, old: dict[str, Any]
) -> dict[str, Any]:
    """Copy a file, or link it to what the copy before has of it."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    if link and (old["bytes"], old["mtime"]) == _stamp(path.stat()):
        os.link(link, copy)
        return old
    shutil.copy2(path, copy)
    return _fact(copy)


def newest(target: Path) -> Path | None:
    """The newest whole copy below the folder, or None."""
    found = [one.parent for one in target.glob(f"*/{MANIFEST}")]
    whole = [one for one in found if not one.name.endswith(UNFINISHED)]
    return max(whole, key=lambda one: one.name, default=None)


def drop_old(target: Path, *, keep: int) -> list[Path]:
    """Delete copies beyond the newest `keep`, and what was left unfinished."""
    whole = sorted(one.parent for one in target.glob(f"*/{MANIFEST}"))
    whole = [one for one in whole if not one.name.endswith(UNFINISHED)]
    old = whole[:-keep] if keep else whole
    old += [one for one in target.glob(f"*{UNFINISHED}") if one.is_dir()]
    for folder in old:
        shutil.rmtree(folder)
    return old


def faults_of(folder: Path) -> list[str]:
    """What is wrong with a copy, file by file; empty where every byte is as written."""
    if not (folder / MANIFEST).is_file():
        return [f"{folder.name}: {MANIFEST}"]
    try:
        files = _manifest(folder)["files"]
    except (ValueError, KeyError, TypeError):
        return [f"{folder.name}: {MANIFEST}"]
    wrong = []
    for name, fact in files.items():
        path = folder / name
        if not path.is_file():
            wrong.append(_("少了 {name}").format(name=name))
        elif path.stat().st_size != fact["bytes"] or _digest(path) != fact["sha256"]:
            wrong.append(_("{name} 变了").format(name=name))
    return wrong


def restore(folder: Path) -> None:
    """Put a copy into an empty database and empty folders of uploads.

    Afterwards `migrate`, `replay_erasures` and `update_index` (docs/operations.md).

    Raises:
        BackupRefusedError: the copy is not whole, or something is there already. Nothing
            was written then.
    """
    if wrong := faults_of(folder):
        raise BackupRefusedError(_("这份备份不完整：") + "；".join(wrong[:5]))
    if _manifest(folder)["vendor"] != connection.vendor:
        raise BackupRefusedError(_("这份备份是另一种数据库的。"))
    root = Path(settings.MEDIA_ROOT)
    taken = [one for one in MEDIA_PARTS if _has_files(root / one)]
    if taken or connection.introspection.table_names():
        raise BackupRefusedError(_("只能恢复到空的数据库和空的上传文件夹里。"))
    _load_database(folder)
    for part in MEDIA_PARTS:
        if (folder / MEDIA / part).is_dir():
            shutil.copytree(folder / MEDIA / part, root / part, dirs_exist_ok=True)


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(one.is_file() for one in folder.rglob("*"))


def _media_files() -> Iterator[tuple[Path, str]]:
    root = Path(settings.MEDIA_ROOT)
    for part in MEDIA_PARTS:
        for path in sorted((root / part).rglob("*")):
            if path.is_file() and WholeFiles.INCOMING not in path.parts:
                yield path, f"{MEDIA}/{path.relative_to(root).as_posix()}"


def _manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


def _fact(path: Path) -> dict[str, Any]:
    length, changed = _stamp(path.stat())
    return {"bytes": length, "mtime": changed, "sha256": _digest(path)}


def _stamp(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


def _digest(path: Path) -> str:
    with path.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()


# --- the database's own ways ------------------------------------------------


def _dump_database(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        copy = folder / "database.sqlite3"
        # A reader of its own sees what is committed, and waits for no writer (WAL).
        address = f"{Path(connection.settings_dict['NAME']).resolve().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(address, uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return copy
    dump = folder / "database.dump"
    _run("pg_dump", "--format=custom", "--no-owner", "--file", str(dump))
    return dump


def _load_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        connection.close()
        with (
            closing(sqlite3.connect(folder / "database.sqlite3")) as source,
            closing(sqlite3.connect(name)) as target,
        ):
            source.backup(target)
        return
    connection.close()
    _run(
        "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
        "--dbname", str(connection.settings_dict["NAME"]), str(folder / "database.dump"),
    )  # fmt: skip


def _run(program: str, *arguments: str) -> None:
    facts = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "NAME": "PGDATABASE"}
    known = {ours: str(facts[key]) for key, ours in names.items() if facts.get(key)}
    # The password goes by the environment, where no list of processes shows it.
    env = {**os.environ, **known, "PGPASSWORD": str(facts.get("PASSWORD") or "")}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
        [shutil.which(program) or program, *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupRefusedError(f"{program}: {done.stderr.strip()[-500:]}")
