#!/usr/bin/env python3
"""Base copies of PostgreSQL's data, and the way back to a moment (docs/operations.md).

    base.py make FOLDER [--keep 8]     a base copy, read again; the oldest go, and their log
    base.py check FOLDER               every base copy byte by byte, the log without a gap
    base.py log                        whether PostgreSQL's log reaches the archive
    base.py back FOLDER DATA [--to "2026-11-28 10:15:00+08:00"]

FOLDER holds `base/`, a folder for each base copy, named by when it was finished (UTC), and
`log/`, what `archive_command` keeps. PostgreSQL's own account runs it, with PostgreSQL's
programs in its PATH; who is asked is said by PGHOST and its like. It ends with 1 where
something is wrong. Standard library only.
"""

import argparse
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAMP = "%Y-%m-%dT%H%M%S"
UNFINISHED = ".part"
SEGMENT = 16 * 1024 * 1024  # what initdb makes where nobody asks for another size
IN_A_LOG = (1 << 32) // SEGMENT
NAME = re.compile(r"[0-9A-F]{24}")
BEGINS = re.compile(r"[0-9A-F]{8}([0-9A-F]{16}|\.history)\.gz$")
FAILS = """
SELECT 'archive_mode is ' || setting FROM pg_settings
WHERE name = 'archive_mode' AND setting = 'off'
UNION ALL SELECT 'archive_command is empty' FROM pg_settings
WHERE name = 'archive_command' AND setting IN ('', '(disabled)')
UNION ALL SELECT count(*) || ' files wait for the archive' FROM pg_ls_archive_statusdir()
WHERE name LIKE '%.ready' AND modification < now() - interval '10 minutes'
HAVING count(*) > 0
UNION ALL SELECT last_failed_wal || ' ' || last_failed_time FROM pg_stat_archiver
WHERE last_failed_time > coalesce(last_archived_time, '-infinity')
"""


class RefusedError(Exception):
    """It is not done; why, for the operator."""


@dataclass(frozen=True)
class Base:
    """A base copy: which timeline it is of, where in the log it begins and ends."""

    folder: Path
    timeline: int
    start: int
    end: int

    @property
    def first(self) -> int:
        """The number of the first file of the log that it needs."""
        return self.start // SEGMENT


@dataclass(frozen=True)
class Age:
    """A timeline of the log: a way back begins a new one. `end`: where it was left."""

    timeline: int
    begin: int
    end: int | None


# --- what is there ----------------------------------------------------------


def name_of(timeline: int, number: int) -> str:
    """What PostgreSQL calls a file of its log."""
    return f"{timeline:08X}{number // IN_A_LOG:08X}{number % IN_A_LOG:08X}"


def place(text: str) -> int:
    """A place in the log, `0/3000028`, as a number."""
    high, _slash, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def bases(folder: Path) -> list[Base]:
    """The base copies, oldest first."""
    found = []
    for manifest in sorted(folder.glob("base/*/backup_manifest")):
        if manifest.parent.name.endswith(UNFINISHED):
            continue
        try:
            parts = json.loads(manifest.read_text(encoding="utf-8"))["WAL-Ranges"]
            start, end = place(parts[0]["Start-LSN"]), place(parts[-1]["End-LSN"])
            found.append(Base(manifest.parent, parts[0]["Timeline"], start, end))
        except (ValueError, LookupError):
            raise RefusedError(
                f"读不懂 {manifest}。 / {manifest} cannot be read."
            ) from None
    return found


def newest_timeline(folder: Path) -> int:
    """The timeline that began last. An archive may be younger than its timeline."""
    names = [one.name for one in (folder / "log").glob("*.gz")]
    known = [int(one[:8], 16) for one in names if BEGINS.match(one)]
    return max([1, *known, *(one.timeline for one in bases(folder))])


def ages(log: Path, timeline: int) -> list[Age]:
    """The timelines that lead to this one, oldest first, as its history tells.

    Raises:
        RefusedError: the history is damaged.
    """
    found, begin = [], 0
    history = log / f"{timeline:08X}.history.gz"
    try:
        lines = gzip.decompress(history.read_bytes()) if history.exists() else b""
    except (EOFError, zlib.error) as wrong:
        raise RefusedError(f"日志坏了 {history.name} / damaged in the log") from wrong
    for line in lines.decode().splitlines():
        if line.strip() and not line.startswith("#"):
            parent, end = line.split()[:2]
            found.append(Age(int(parent), begin, place(end)))
            begin = place(end)
    return [*found, Age(timeline, begin, None)]


def leads_to(base: Base, line: list[Age]) -> bool:
    """Whether the log of these timelines goes on from the base copy."""
    return any(
        one.timeline == base.timeline and (one.end is None or base.end <= one.end)
        for one in line
    )


def needed(log: Path, base: Base, line: list[Age]) -> Iterator[str]:
    """The files from the base copy to the last one that is kept, in their order."""

    def expected(number: int) -> str:
        begun = [one for one in line if one.begin // SEGMENT <= number]
        return name_of(begun[-1].timeline, number)

    last = -1
    for path in log.glob("*.gz"):
        name = path.name[:-3]
        if NAME.fullmatch(name):
            number = int(name[8:16], 16) * IN_A_LOG + int(name[16:], 16)
            last = max(last, number if name == expected(number) else -1)
    return (expected(number) for number in range(base.first, last + 1))


def faults_of(path: Path) -> str:
    """What is wrong with a file of the log that is kept; empty where nothing is."""
    if not path.exists():
        return f"日志少了 {path.name[:-3]} / missing from the log"
    length = 0
    try:
        with gzip.open(path) as kept:
            while part := kept.read(1 << 20):
                length += len(part)
    except (OSError, EOFError, zlib.error):
        length = -1
    if length != SEGMENT:
        return f"日志坏了 {path.name[:-3]} / damaged in the log"
    return ""


def gaps(folder: Path, base: Base, timeline: int) -> list[str]:
    """Files of the log after the base copy that are missing or damaged.

    That the end is missing nobody can see: it was never there.
    """
    log = folder / "log"
    names = needed(log, base, ages(log, timeline))
    return [wrong for one in names if (wrong := faults_of(log / f"{one}.gz"))]


def verify(base: Base) -> None:
    """Read every byte of a base copy.

    Raises:
        RefusedError: it is not as it was made.
    """
    try:
        run("pg_verifybackup", "--quiet", str(base.folder))
    except RefusedError as refused:
        raise RefusedError(
            f"基础备份坏了 {base.folder.name} / this base copy is damaged: {refused}"
        ) from None


def run(program: str, *arguments: str) -> str:
    """One of PostgreSQL's programs; what it said.

    Raises:
        RefusedError: it failed.
    """
    found = shutil.which(program)
    if found is None:
        raise RefusedError(f"PATH 里没有 {program}。 / No {program} in PATH.")
    command = [found, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RefusedError(f"{program}: {done.stderr.strip()[-1500:]}")
    return done.stdout.strip()


# --- what is done -----------------------------------------------------------


def make(folder: Path, *, keep: int) -> None:
    """Make a base copy, read it again, drop the oldest and the log before them.

    Raises:
        RefusedError: it failed, or the log that should follow it has gaps.
    """
    part = folder / "base" / f"new{UNFINISHED}"
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    asked = ["--wal-method=stream", "--checkpoint=fast", "--no-password"]
    run("pg_basebackup", "-D", str(part), "--manifest-checksums=SHA256", *asked)
    run("pg_verifybackup", "--quiet", str(part))
    # The second after: no moment of that name was before its end.
    finished = datetime.now(timezone.utc) + timedelta(seconds=1)  # noqa: UP017
    part.rename(part.with_name(finished.strftime(STAMP)))
    descriptor = os.open(part.parent, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    kept = bases(folder)
    for old in kept[:-keep]:
        shutil.rmtree(old.folder)
    oldest = kept[-keep:][0]
    log = folder / "log"
    first = name_of(oldest.timeline, oldest.first)
    run("pg_archivecleanup", "-x", ".gz", str(log), first)
    for left in log.glob(f".*{UNFINISHED}"):  # of a copy that was killed
        if time.time() - left.stat().st_mtime > 3600:
            left.unlink()
    sys.stdout.write(f"{kept[-1].folder} ({len(kept[:-keep])} dropped)\n")
    check_log(folder)


def check_log(folder: Path) -> None:
    """Read the whole log since the oldest base copy that leads to now.

    Raises:
        RefusedError: something is missing or damaged.
    """
    timeline = newest_timeline(folder)
    line = ages(folder / "log", timeline)
    since = [one for one in bases(folder) if leads_to(one, line)]
    if not since:
        raise RefusedError("没有可用的基础备份。 / There is no base copy of any use.")
    if wrong := gaps(folder, since[0], timeline):
        raise RefusedError("\n".join(wrong))


def check(folder: Path) -> None:
    """Read every base copy and the log.

    Raises:
        RefusedError: something is missing or damaged.
    """
    for base in bases(folder):
        verify(base)
    check_log(folder)


def log_arrives() -> None:
    """Ask PostgreSQL whether its last try to archive went well.

    Raises:
        RefusedError: it did not, it takes too long, or nothing is archived at all.
    """
    if wrong := run("psql", "-XAtw", "-d", "postgres", "-c", FAILS):
        raise RefusedError(f"日志没有归档 / the log is not archived: {wrong}")


def chosen_base(
    folder: Path, line: list[Age], to: datetime | None, name: str | None
) -> Base:
    """The base copy of that name, or the newest that was finished before the moment.

    Raises:
        RefusedError: there is none.
    """
    found = [one for one in bases(folder) if leads_to(one, line)]
    if name:
        found = [one for one in found if one.folder.name == name]
    if to:
        latest = to.astimezone(timezone.utc).strftime(STAMP)  # noqa: UP017
        found = [one for one in found if one.folder.name <= latest]
    if not found:
        raise RefusedError(
            "那一刻以前没有可用的基础备份。 / No base copy leads to that moment."
        )
    return found[-1]


def back(folder: Path, data: Path, chosen: argparse.Namespace) -> None:
    """Put a base copy into the empty folder and say how far the log is to be followed.

    Raises:
        RefusedError: something is missing, damaged, or there already. Nothing was written.
    """
    if data.exists() and any(data.iterdir()):
        raise RefusedError(f"{data} 不是空的。 / {data} is not empty.")
    log = folder / "log"
    timeline = chosen.timeline or newest_timeline(folder)
    base = chosen_base(folder, ages(log, timeline), chosen.to, chosen.base)
    verify(base)
    wrong = gaps(folder, base, timeline)
    if wrong and not (chosen.to and chosen.despite_gaps):
        raise RefusedError("\n".join(wrong))
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(base.folder, data, symlinks=True, dirs_exist_ok=True)
    data.chmod(0o700)
    ours = [shlex.quote(str(one)) for one in (HERE / "fetch_segment.sh", log)]
    fetch = " ".join(one.replace("%", "%%") for one in ours) + ' "%f" "%p"'
    wanted = {
        "restore_command": fetch,
        "recovery_target_timeline": str(timeline),
        # At the moment it stops and can be read, so that a wrong one may be mended.
        "recovery_target_action": "pause",
    }
    if chosen.to:
        wanted["recovery_target_time"] = chosen.to.isoformat(" ")
    own = data / "postgresql.auto.conf"
    # What a former way back has left would contradict.
    former = ("restore_command", "recovery_target")
    lines = own.read_text(encoding="utf-8").splitlines() if own.exists() else []
    lines = [one for one in lines if not one.startswith(former)]
    for name, value in wanted.items():
        quoted = value.replace("\\", "\\\\").replace("'", "''")
        lines.append(f"{name} = '{quoted}'")
    own.write_text("\n".join([*lines, ""]), encoding="utf-8")
    (data / "recovery.signal").touch()
    sys.stderr.writelines(f"{one}\n" for one in wrong)
    sys.stdout.write(
        f"已从 {base.folder.name} 备好 {data}，请启动 PostgreSQL。"
        f" / {data} is ready, start PostgreSQL.\n"
    )


def moment(text: str) -> datetime:
    """What an operator types; without an offset it is the machine's own time."""
    return datetime.fromisoformat(text).astimezone()


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ways = parser.add_subparsers(dest="way", required=True)
    made = ways.add_parser("make")
    checked = ways.add_parser("check")
    ways.add_parser("log")
    taken = ways.add_parser("back")
    for one in (made, checked, taken):
        one.add_argument("folder", type=Path)
    made.add_argument("--keep", type=int, default=8, help="how many stay")
    taken.add_argument("data", type=Path, help="an empty folder: the server's data")
    taken.add_argument("--to", type=moment, help="the moment; without it, all there is")
    taken.add_argument("--timeline", type=int, help="another than the newest")
    taken.add_argument("--base", help="another base copy than the newest before it")
    taken.add_argument(
        "--despite-gaps",
        action="store_true",
        help="with --to: the gap is after the moment; if not, PostgreSQL ends there",
    )
    return parser.parse_args()


def main() -> int:
    """Do what the command line says; say what is wrong."""
    chosen = read_arguments()
    try:
        if chosen.way == "make":
            make(chosen.folder, keep=max(chosen.keep, 1))
        elif chosen.way == "check":
            check(chosen.folder)
        elif chosen.way == "log":
            log_arrives()
        else:
            back(chosen.folder.resolve(), chosen.data, chosen)
    except (RefusedError, OSError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
