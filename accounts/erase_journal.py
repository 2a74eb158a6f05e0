"""The erase journal: who was erased, outside the database (P-5).

A backup that is older than an erasure brings the person back. The journal is a file that
is not part of that backup (`settings.ERASURE_JOURNAL`); `manage.py replay_erasures`, and
each `manage.py erase_due`, does again what it says. It only grows, a line of JSON for
each event, and names nobody: a line holds the number of the account and a hash of the
number and the instant at which the account was made. The hash keeps an account that got
the same number after a restore from being taken for the one that was erased.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings


class Event(StrEnum):
    """What happened to a person's wish to be erased."""

    ASKED = "asked"
    KEPT = "kept"
    ERASED = "erased"


@dataclass(frozen=True)
class Line:
    """One event. `due` is the end of the pause, where the event is ASKED."""

    at: datetime
    event: Event
    who: str
    due: datetime | None = None

    @property
    def user_id(self) -> int:
        """The number of the account."""
        return int(self.who.partition(":")[0])


def name_of(user: Any) -> str:
    """The opaque name of an account: its number, and a hash that only it has."""
    made = user.date_joined.astimezone(UTC).isoformat(timespec="microseconds")
    digest = hashlib.sha256(f"{user.pk} {made}".encode()).hexdigest()
    return f"{user.pk}:{digest[:32]}"


def journal_path() -> Path:
    """Where the journal lies."""
    return Path(settings.ERASURE_JOURNAL)


def write_line(
    event: Event, user: Any, at: datetime, due: datetime | None = None
) -> None:
    """Add a line and see it on the disk before returning.

    Raises:
        OSError: it cannot be written; whoever erases then does not erase.
    """
    row = {"at": at.isoformat(), "event": str(event), "who": name_of(user)}
    if due is not None:
        row["due"] = due.isoformat()
    path = journal_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (json.dumps(row) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read_lines(path: Path | None = None) -> Iterator[Line]:
    """The events in their order. A last line that broke off in a crash is passed over.

    Raises:
        ValueError: a line that is whole is none of the journal's.
    """
    path = path or journal_path()
    if not path.exists():
        return
    for text in path.read_text("utf-8").splitlines(keepends=True):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError:
            if text.endswith("\n"):
                raise
            return
        due = row.get("due")
        yield Line(
            at=datetime.fromisoformat(row["at"]),
            event=Event(row["event"]),
            who=row["who"],
            due=datetime.fromisoformat(due) if due else None,
        )


def last_events(path: Path | None = None) -> dict[str, Line]:
    """The last event of each account; ERASED is final."""
    last: dict[str, Line] = {}
    for line in read_lines(path):
        known = last.get(line.who)
        if known is None or known.event is not Event.ERASED:
            last[line.who] = line
    return last
