"""The long drills on a production site of their own: `make drills`.

    make drills ARGS="crash restart --rounds 100"
    make drills ARGS="--size street --write"
    make drills ARGS="soak --size street --minutes 120"

Without a name all but `soak`, which takes as long as it is told. Prints what each has found, as the lines of the table in docs/reliability.md; `--write`
puts them there. Ends with 1 where one failed.
"""

import argparse
import os
import platform
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.drills import full_disk, parts
from tests.drills.crash import crash
from tests.drills.migrating import migrate_under_load, on_the_previous_release
from tests.drills.moment import back_to_a_moment
from tests.drills.restart import restart
from tests.drills.restore import copy_and_restore
from tests.drills.soak import soak
from tests.production.estate import Estate, estate
from tests.production.servers import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- the last run -->", "<!-- end of the last run -->"
NAMES = ("crash", "restart", "parts", "restore", "moment", "disk", "migrate")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=" ".join((*NAMES, "soak")))
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=120.0, help="of `soak`")
    parser.add_argument("--size", default="small", help="small, street or grown")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Run the drills that were asked for, or all."""
    chosen = read_arguments()
    names = chosen.names or NAMES
    rows: list[tuple[str, str, bool]] = []
    with tempfile.TemporaryDirectory(prefix="drills-") as place:
        folder = Path(place)
        if set(names) - {"migrate"}:
            with estate(folder / "site", size=chosen.size) as street:
                for name in names:
                    rows += _one(street, name, folder, chosen)
        if "migrate" in names:
            rows += _tried("migrate", lambda: _migrated(folder, chosen.size))
    if chosen.write:
        _write(rows)
    return 0 if all(good for _name, _said, good in rows) else 1


def _one(
    street: Estate, name: str, folder: Path, chosen: argparse.Namespace
) -> list[tuple[str, str, bool]]:
    rounds = chosen.rounds
    if name == "soak":
        return _tried(name, lambda: _soaked(street, folder, chosen.minutes))
    if name == "crash":
        return _tried(name, lambda: _judged(*crash(street, folder, rounds=rounds)))
    if name == "restart":
        count = max(rounds // 5, 1)
        return _tried(name, lambda: _judged(*restart(street, folder, rounds=count)))
    if name == "restore":
        return _tried(name, lambda: _restored(street, folder))
    if name == "moment":
        return _tried(name, lambda: _gone_back(street, folder))
    if name == "disk":
        return _tried(name, lambda: _filled(street, folder))
    if name == "parts":
        return [
            row
            for part, drill in parts.DRILLS.items()
            for row in _tried(part, lambda drill=drill: f"{drill(street):.2f} s")
        ]
    return []


def _tried(name: str, drill: Callable[[], str]) -> list[tuple[str, str, bool]]:
    try:
        said, good = drill(), True
    except Exception as error:  # noqa: BLE001 - the next drill is tried all the same
        traceback.print_exc()
        said, good = f"failed: {error!s:.200}", False
    sys.stdout.write(f"| {name} | {said} |\n")
    sys.stdout.flush()
    return [(name, said, good)]


def _judged(verdict, said: str) -> str:
    assert verdict.is_good, f"{verdict}; {said}"
    return f"{verdict}; {said}"


def _soaked(street: Estate, folder: Path, minutes: float) -> str:
    found = soak(street, folder, minutes=minutes)
    assert found.is_flat, str(found)
    return _judged(found.verdict, str(found))


def _restored(street: Estate, folder: Path) -> str:
    took = copy_and_restore(street, folder)
    return (
        f"copy {took['back_up_s']:.1f} s, back in {took['restore_s']:.1f} s, "
        f"{took['bytes'] / 1e6:.0f} MB"
    )


def _gone_back(street: Estate, folder: Path) -> str:
    took = back_to_a_moment(street, folder)
    return (
        f"base copy {took['base_s']:.1f} s, back in {took['back_s']:.1f} s, "
        f"{took['bytes'] / 1e6:.0f} MB; {took['acknowledged']} acknowledged before the "
        f"moment, 0 lost; of a lost disk the last {took['lost_s']:.1f} s, "
        f"at most {took['lost_most_s']:.0f} s"
    )


def _filled(street: Estate, folder: Path) -> str:
    if not full_disk.may_mount(folder):
        return "not tried: no disk may be mounted here"
    full_disk.full_uploads(street)
    refused, told = full_disk.full_database(street)
    return f"a film refused and taken later; {refused} reports answered 503, all {told} told once there was room"


def _migrated(folder: Path, size: str) -> str:
    with on_the_previous_release(folder / "migrate", size=size) as street:
        return _judged(*migrate_under_load(street, folder))


def _write(rows: list[tuple[str, str, bool]]) -> None:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    lines = ["| drill | found |", "|---|---|"]
    lines += [f"| {name} | {said} |" for name, said, _good in rows]
    table = f"{time.strftime('%Y-%m-%d')}, {machine}\n\n" + "\n".join(lines)
    text = DOCUMENT.read_text("utf-8")
    between = re.compile(re.escape(BEGIN) + ".*" + re.escape(END), re.DOTALL)
    DOCUMENT.write_text(between.sub(f"{BEGIN}\n\n{table}\n\n{END}", text), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
