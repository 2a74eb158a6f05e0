"""What the pages of the roll show."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from attendance.choices import CAME, AttendanceState
from attendance.gathering import Gathering, gathering_of
from attendance.models import AttendanceRecord, Session, WalkIn

_COUNTS = ("came", "leave", "absent", "open")


@dataclass(frozen=True)
class Roll:
    """A session, who is on its list and what is known of each."""

    session: Session
    gathering: Gathering
    people: list[Any]
    known: dict[int, str]
    # Who came without being on the list, said a name and is no account yet.
    walk_ins: list[WalkIn]

    @property
    def walk_in_total(self) -> int:
        """People who are not on the list: with a name, and only counted."""
        return len(self.walk_ins) + self.session.walk_ins

    @property
    def summary(self) -> str:
        """How many came, are on leave, did not come, and are still open: one sentence."""
        counts = {name: getattr(self, name) for name in _COUNTS}
        return (
            _(
                "来了 %(came)s 人，请假 %(leave)s 人，没来 %(absent)s 人，"
                "还没点到 %(open)s 人。"
            )
            % counts
        )

    @property
    def came(self) -> int:
        return sum(state in CAME for state in self.known.values())

    @property
    def leave(self) -> int:
        return Counter(self.known.values())[str(AttendanceState.LEAVE)]

    @property
    def absent(self) -> int:
        return Counter(self.known.values())[str(AttendanceState.ABSENT)]

    @property
    def open(self) -> int:
        """People of whom nothing is known yet."""
        return len(self.people) - len(self.known)


def read_roll(user: Any, session: Session) -> Roll:
    """The roll as that person may see it; who left the list since stays on it."""
    gathering = gathering_of(session)
    records = list(
        AttendanceRecord.objects.visible_to(user)
        .filter(session=session)
        .select_related("attendee")
    )
    people = {one.pk: one for one in gathering.people}
    gone = [one.attendee for one in records if one.attendee_id not in people]
    return Roll(
        session=session,
        gathering=gathering,
        people=[*people.values(), *sorted(gone, key=lambda one: one.pk)],
        known={one.attendee_id: str(one.state) for one in records},
        walk_ins=list(
            WalkIn.objects.visible_to(user).filter(session=session).unclaimed()
        ),
    )
