"""Two records of one person in one session become one: a pure rule.

The stronger record stays, whole; it is the greatest in a total order. So joining is
commutative, associative and idempotent: however often and in whatever order a scan, a
card, a list or a sheet of paper arrives, the same record stays.

Order of strength, first difference decides:

1. **Who says it.** Somebody who looked into the room (the teacher's list, the sheet that
   people signed) over a machine that saw a phone or card, over a group's own list, over
   an import, over what the person said beforehand (leave). A scan thus overrules leave
   that was asked for, and the teacher overrules a scan.
2. **When.** Of equals the later word: this is how a teacher corrects a slip of the finger.
3. **What.** At the same instant: present, late, leave, absent. In doubt for the learner.
4. The source and the number of who wrote it down, so that no two records are equal.
"""

from dataclasses import dataclass
from datetime import datetime

from attendance.choices import AttendanceState, Source

AUTHORITY: dict[str, int] = {
    Source.SELF: 0,
    Source.IMPORT: 1,
    Source.GROUP: 2,
    Source.CARD: 3,
    Source.QR: 3,
    Source.PAPER: 4,
    Source.TEACHER: 4,
}
_FAVOUR: dict[str, int] = {
    AttendanceState.ABSENT: 0,
    AttendanceState.LEAVE: 1,
    AttendanceState.LATE: 2,
    AttendanceState.PRESENT: 3,
}


@dataclass(frozen=True)
class Mark:
    """What one source says of a person in a session. `at` is an instant in UTC."""

    state: str
    source: str
    at: datetime
    by_id: int | None = None

    @property
    def strength(self) -> tuple[int, datetime, int, str, int]:
        """The key of the order that the module describes."""
        return (
            AUTHORITY[self.source],
            self.at,
            _FAVOUR[self.state],
            str(self.source),
            self.by_id or 0,
        )


def join(one: Mark, other: Mark) -> Mark:
    """The stronger of two marks of the same person in the same session."""
    return max(one, other, key=lambda mark: mark.strength)


def tap_time(tapped: datetime, *, opens: datetime, now: datetime) -> datetime:
    """When a name was tapped on a phone, as far as the server believes it.

    Never after `now`, the server's clock at which the tap arrives, and never before the
    doors open: before that nobody can have been seen. Of the two the clock wins, since
    leave may be known days ahead. Between them the phone is believed, so that a list
    that was taken without the net takes its place among what came in meanwhile.
    """
    return min(max(tapped, opens), now)
