"""R-05: the disk of the database, and that of the uploads, without room.

Reading goes on, a write is answered 503 and never acknowledged, and the site is itself
again once there is room. Each disk is a small one in memory, mounted here; where that is
not allowed the drill says so.
"""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from tests.drills.acknowledged import REFUSED, TOLD, UNKNOWN, Report
from tests.production.estate import Estate

ROOM = "64m"


def may_mount(folder: Path) -> bool:
    """Whether this process may mount a disk."""
    try:
        with small_disk(folder / "tried", room="1m"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextlib.contextmanager
def small_disk(folder: Path, *, room: str = ROOM) -> Iterator[Path]:
    """A disk of that size at the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", f"size={room}"]
    subprocess.run([*mount, "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield folder
    finally:
        umount = shutil.which("umount") or "umount"
        subprocess.run([umount, "-l", str(folder)], check=True, capture_output=True)


def fill(folder: Path) -> Path:
    """Write until nothing more goes in."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    out.write(b"\0" * size)
    return path


def full_uploads(street: Estate) -> None:
    """A part of a film that finds no room is not taken, and no half of it stays.

    Raises:
        AssertionError: it was said to be taken, or something is left.
    """
    parts = street.folder / "media" / "parts"
    clerk = street.facts["cookies"]["clerk"][0]
    with small_disk(parts, room="12m"):
        where, size = _open(street, clerk)
        part = os.urandom(size)
        ballast = fill(parts)
        ballast.write_bytes(b"\0" * (ballast.stat().st_size - (1 << 20)))
        answer = street.post(f"{where}0/", clerk, part)
        assert answer.status == 503, (answer.status, answer.text[:300])
        left = [one for one in parts.rglob("*") if one.is_file()]
        assert left == [ballast]
        page = street.ask("/desk/uploads/", Cookie=f"__Host-session={clerk}")
        assert page.status == 200, "reading goes on"
        ballast.unlink()
        answer = street.post(f"{where}0/", clerk, part)
        assert answer.status == 200, answer.text[:300]


def _open(street: Estate, clerk: str) -> tuple[str, int]:
    """Begin a film of two parts: where they go, and how long the first is."""
    page = street.ask("/desk/uploads/", Cookie=f"__Host-session={clerk}").text
    chooser = page[page.index('name="collection"') :]
    collection = chooser.partition('<option value="')[2].partition('"')[0]
    size = 8 * 1024 * 1024
    said = urlencode(
        {"collection": collection, "key": "k", "name": "a.mp4", "size": size + 5}
    )
    kind = "application/x-www-form-urlencoded"
    answer = street.post("/desk/uploads/open/", clerk, said.encode(), kind)
    assert answer.status == 200, answer.text[:300]
    facts = json.loads(answer.text)
    return facts["parts"], facts["part_bytes"]


def full_database(street: Estate) -> tuple[int, int]:
    """The database's disk filled up: how many reports were refused, and told after.

    Raises:
        AssertionError: something was acknowledged and is not there, or nothing came back.
    """
    data = Path(street.database.command[street.database.command.index("-D") + 1])
    street.web.stop()
    street.database.kill()
    was = data.with_name("data-on-disk")
    data.rename(was)
    owner = (was.stat().st_uid, was.stat().st_gid)
    size = sum(x.stat().st_size for x in was.rglob("*") if x.is_file()) >> 20
    with small_disk(data, room=f"{size + 60}m"):
        os.chown(data, *owner)
        data.chmod(0o700)
        shutil.copytree(was, data, dirs_exist_ok=True)
        for path in data.rglob("*"):
            os.chown(path, *owner)
        street.database.start()
        street.web.start()
        # A server that has just begun writes a file for its first connections.
        for path in street.facts["paths"]["course"][:6] * 3:
            assert street.ask(path + "?a=1").status == 200
        ballast = fill(data)
        refused = 0
        # A completion writes rows; a heartbeat may find room where its row has stood.
        marks = street.facts["marks"]
        reports = []
        for number in range(400):
            one = Report(*marks[number % len(marks)], [{"type": "done"}], is_mark=True)
            one.send(street)
            reports.append(one)
            refused += one.outcome != TOLD
            if refused >= 20:
                break
        reading = street.ask(street.facts["paths"]["course"][5] + "?a=1")
        ballast.unlink()
        again = [one for one in reports if one.outcome in (UNKNOWN, REFUSED)]
        told = sum(one.send(street) == TOLD for one in again)
        assert told == len(again), "it is itself again"
        assert refused, "the disk was never full"
        assert reading.status == 200, (reading.status, street.database.said())
        street.web.stop()
        street.database.stop()
        shutil.rmtree(was)
        shutil.copytree(data, was)
        for path in [was, *was.rglob("*")]:
            os.chown(path, *owner)
        was.chmod(0o700)
    data.rmdir()
    was.rename(data)
    street.database.start()
    street.web.start()
    return refused, told
