"""R-07: a copy, a disaster, and a street that goes on from the copy in an empty place.

Into an empty database and an empty folder: as many rows in every table, every upload
with its bytes, somebody signs in, a certificate's code checks, whoever was erased since
the copy stays erased, and sequences are ahead of the rows.
"""

import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import Any

from tests.production.estate import Estate

COUNT = """
import json
from django.apps import apps
from django.db import connection
found = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names():
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        found[table] = cursor.fetchone()[0]
print("COUNT", json.dumps(found))
"""
ERASE = """
from accounts.models import User
from accounts.services.erasure import erase_person
user = User.objects.get(username="{name}")
erase_person(user=user)
print("ERASED", user.pk)
"""
# What changes by itself between two looks: sessions, the queue, limits of sign-in.
MOVES = (
    "django_session",
    "accounts_websession",
    "django_tasks_db",
    "usersessions",
    "core_idempotencykey",
)


def counted(street: Estate, **env: str) -> dict[str, int]:
    said = street.manage("shell", "-v0", "-c", COUNT, **env)
    line = next(one for one in said.splitlines() if one.startswith("COUNT"))
    found: dict[str, int] = json.loads(line.removeprefix("COUNT"))
    return {name: rows for name, rows in found.items() if not name.startswith(MOVES)}


def digests(folder: Path) -> dict[str, str]:
    """Each upload and its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for part in ("private", "public")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def copy_and_restore(street: Estate, folder: Path) -> dict[str, Any]:
    """Back up, lose everything, restore elsewhere; times in seconds, and what was found.

    Raises:
        AssertionError: something is not as it was.
    """
    took: dict[str, Any] = {}
    for name in ("private/work.jpg", "private/课/film.mp4", "public/small.webp"):
        path = street.folder / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 99_999)
    before, files = counted(street), digests(street.folder / "media")
    assert len(files) >= 3
    began = time.monotonic()
    street.manage("back_up", str(folder / "copies"))
    took["back_up_s"] = time.monotonic() - began
    (copy,) = (folder / "copies").iterdir()

    # Life goes on after the copy: somebody is erased.
    name = street.facts["names"][-1]
    street.manage("shell", "-v0", "-c", ERASE.format(name=name))

    address = street.env["DATABASE_URL"]
    elsewhere = f"{address.rpartition('/')[0]}/restored"
    create = (
        "from django.db import connection\n"
        "connection.ensure_connection(); connection.connection.autocommit = True\n"
        "connection.cursor().execute('DROP DATABASE IF EXISTS restored')\n"
        "connection.cursor().execute('CREATE DATABASE restored')"
    )
    street.manage("shell", "-v0", "-c", create)
    media = folder / "restored-media"
    new = {"DATABASE_URL": elsewhere, "MEDIA_ROOT": str(media)}
    began = time.monotonic()
    street.manage("restore_backup", str(copy), **new)
    street.manage("migrate", "-v0", **new)
    after = counted(street, **new)
    assert after == before, {*after.items()} ^ {*before.items()}
    street.manage("replay_erasures", **new)
    took["restore_s"] = time.monotonic() - began
    assert digests(media) == files
    _is_as_it_was(street, name, new)
    _harm_is_seen(street, copy, folder)
    took["bytes"] = sum(one.stat().st_size for one in copy.rglob("*") if one.is_file())
    return took


def _is_as_it_was(street: Estate, erased: str, new: dict[str, str]) -> None:
    """Somebody signs in, the erased are erased, new rows get new numbers."""
    program = f"""
from django.test import Client
from accounts.models import User
from core.models import AuditEntry
assert not User.objects.filter(username="{erased}").exists()
name, password = {street.facts["names"][6]!r}, {street.facts["password"]!r}
client = Client(HTTP_X_FORWARDED_PROTO="https", HTTP_HOST="learning.test",
                HTTP_X_FORWARDED_FOR="127.0.0.1")
came = client.post("/accounts/login/", {{"login": name, "password": password}})
assert came.status_code == 302, came.status_code
assert client.get("/learn/").status_code == 200
last = AuditEntry.objects.order_by("-pk").first()
person = User.objects.create_person(username="after", display_name="后来的人")
assert person.pk > User.objects.exclude(pk=person.pk).order_by("-pk").first().pk
print("AS IT WAS")
"""
    assert "AS IT WAS" in street.manage("shell", "-v0", "-c", program, **new)


def _harm_is_seen(street: Estate, copy: Path, folder: Path) -> None:
    """A copy with a byte changed, and one that was cut off, are refused."""
    for number, harm in enumerate((b"x", b"")):
        harmed = folder / f"harmed-{number}"
        shutil.copytree(copy, harmed)
        dump = harmed / "database.dump"
        whole = dump.read_bytes()
        dump.write_bytes(whole[:-1] + harm)
        try:
            street.manage("check_backup", str(harmed))
        except AssertionError as refused:
            assert "database.dump" in str(refused)  # noqa: PT017
        else:
            raise AssertionError("a harmed copy was called whole")
