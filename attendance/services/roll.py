"""Writing down who was there. Every way comes through here and is joined."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance.checkin import DOORS_OPEN, are_doors_open
from attendance.choices import AttendanceState, SessionState, Source
from attendance.exceptions import (
    LeaveTooLateError,
    NotExpectedError,
    RollTooEarlyError,
    SessionCancelledError,
)
from attendance.gathering import gathering_of, tell_of_roll
from attendance.join import Mark, join, tap_time
from attendance.models import AttendanceRecord, Session
from core.services.audit import record_audit
from core.services.each import each_alone
from core.services.idempotency import run_once

# The columns of a record that a mark says.
MARK = ["state", "source", "at", "by"]


def record_mark(*, session: Session, attendee_id: int, mark: Mark) -> bool:
    """Join one mark into the person's record of the session; whether it changed.

    The caller has asked whether the person may be recorded, and holds a transaction.
    Two at once: the unique constraint lets one insert, the other waits and joins.
    """
    row, is_new = AttendanceRecord.objects.get_or_create(
        session=session,
        attendee_id=attendee_id,
        defaults={
            "state": mark.state,
            "source": mark.source,
            "at": mark.at,
            "by_id": mark.by_id,
        },
    )
    if is_new:
        return True
    locked: AttendanceRecord = AttendanceRecord.objects.select_for_update(
        no_key=True
    ).get(pk=row.pk)
    kept = join(locked.mark, mark)
    if kept == locked.mark:
        return False
    locked.become(kept)
    locked.save(update_fields=MARK)
    return True


def record_marks(*, session: Session, marks: Mapping[int, Mark]) -> list[int]:
    """`record_mark` for many at once: person's id to mark; whose record changed.

    The number of queries is the same for a full room as for one person.
    """
    # In the order of their numbers, so that two lists never wait for each other.
    asked = session.records.select_for_update(no_key=True).filter(attendee__in=marks)
    known = {row.attendee_id: row for row in asked.order_by("attendee_id")}
    wrote = _write_new(
        session, {one: marks[one] for one in sorted(marks.keys() - known.keys())}
    )
    changed = []
    for one, row in known.items():
        kept = join(row.mark, marks[one])
        if kept != row.mark:
            row.become(kept)
            changed.append(row)
    AttendanceRecord.objects.bulk_update(changed, MARK)
    return sorted([*wrote, *(row.attendee_id for row in changed)])


def _write_new(session: Session, marks: Mapping[int, Mark]) -> list[int]:
    """The first record of each of these; whose record changed."""
    rows = [AttendanceRecord(session=session, attendee_id=one) for one in marks]
    for row in rows:
        row.become(marks[row.attendee_id])
    try:
        with transaction.atomic():
            AttendanceRecord.objects.bulk_create(rows)
    except IntegrityError:
        # Somebody scanned the code at the door in this moment.
        return [
            one
            for one, mark in marks.items()
            if record_mark(session=session, attendee_id=one, mark=mark)
        ]
    return list(marks)


class Unsaid(Enum):
    """Nothing was said of a count: it stays what it is. None says «not counted»."""

    UNSAID = auto()


UNSAID = Unsaid.UNSAID


@transaction.atomic
def save_roll(
    *,
    session: Session,
    states: Mapping[int, str],
    by: Any,
    source: str = Source.TEACHER,
    headcount: int | Unsaid | None = UNSAID,
    walk_ins: int | Unsaid = UNSAID,
    tapped: Mapping[int, datetime] | None = None,
    key: str = "",
    at: datetime | None = None,
) -> int:
    """Save the roll of a session as staff say it; how many records changed.

    The caller has asked `can_take_roll`. Somebody whose state is what it was keeps
    their record with its source: a scan stays a scan, unless the name was tapped at a
    known time, which is a word of its own. One audit entry names who changed from what
    to what, by number, never by name.

    Args:
        session: whose roll it is.
        by: who took it.
        source: on the phone, or entered from a sheet of paper.
        states: person's id to state; who is not in it stays as they are.
        headcount: people counted in the room, apart from the records; None: not counted.
        walk_ins: of them, people who are not on the list and gave no name.
        tapped: person's id to when the name was tapped on the phone (`join.tap_time`);
            of whom nothing is in it, the word is of now.
        key: of the request; sent again it has its effect once.
        at: now, for tests.

    Raises:
        SessionCancelledError: the session does not take place.
        RollTooEarlyError: somebody was there or absent before the doors open.
        NotExpectedError: somebody is neither on the list nor recorded already.
        KeyReusedError: the key came before with another roll.
    """
    moment = at or timezone.now()
    said = _Said(states, source, headcount, walk_ins, tapped or {})
    answer = run_once(
        user=by,
        key=key,
        action=f"roll:{session.pk}",
        body=said.body,
        effect=lambda: {"changed": _save(lock_session(session), said, by, moment)},
    )
    return int(answer["changed"])


@dataclass(frozen=True)
class _Said:
    """A roll as it was sent."""

    states: Mapping[int, str]
    source: str
    headcount: int | Unsaid | None
    walk_ins: int | Unsaid
    tapped: Mapping[int, datetime]

    @property
    def body(self) -> dict[str, Any]:
        """What a key stands for. Times are no part of it: they are of the arrival."""
        return {
            "said": {str(one): str(self.states[one]) for one in sorted(self.states)},
            "source": str(self.source),
            **{name: str(count) for name, count in self.counts.items()},
        }

    @property
    def counts(self) -> dict[str, int | None]:
        """The counts of which something was said."""
        both = {"headcount": self.headcount, "walk_ins": self.walk_ins}
        return {
            name: count for name, count in both.items() if not isinstance(count, Unsaid)
        }


def _save(session: Session, said: _Said, by: Any, moment: datetime) -> int:
    """Under the lock of the session."""
    refuse_cancelled(session)
    known = dict(session.records.values_list("attendee", "state"))
    changed = {
        one: new
        for one, new in said.states.items()
        if one in said.tapped or known.get(one) != new
    }
    if not are_doors_open(session, moment) and any(
        new != AttendanceState.LEAVE for new in changed.values()
    ):
        raise RollTooEarlyError
    if not changed.keys() <= gathering_of(session).ids | known.keys():
        raise NotExpectedError
    opens = session.starts_at - DOORS_OPEN
    marks = {}
    for one, new in changed.items():
        when = moment
        if one in said.tapped:
            when = tap_time(said.tapped[one], opens=opens, now=moment)
        marks[one] = Mark(new, said.source, when, by.pk)
    wrote = record_marks(session=session, marks=marks)
    is_counted = _count(session, said.counts)
    settle_state(session, moment)
    if wrote:
        tell_of_roll(session, wrote)
    if wrote or is_counted:
        record_audit(
            actor=by,
            action="attendance.roll",
            subject=session,
            school_id=session.school_id,
            source=str(said.source),
            changes=[[one, known.get(one, ""), str(changed[one])] for one in wrote],
            headcount=session.headcount,
            walk_ins=session.walk_ins,
        )
    return len(wrote)


def _count(session: Session, counts: Mapping[str, int | None]) -> bool:
    """Write down what was counted; whether it is new."""
    new = {name: one for name, one in counts.items() if getattr(session, name) != one}
    for name, one in new.items():
        setattr(session, name, one)
    if new:
        session.save(update_fields=list(new))
    return bool(new)


@transaction.atomic
def ask_leave(
    *, session: Session, learner: Any, by: Any = None, at: datetime | None = None
) -> AttendanceRecord:
    """The learner says beforehand that they cannot come; asking again changes nothing.

    Args:
        session: to which they cannot come.
        learner: who cannot come.
        by: who says so for them; nobody means the learner.
        at: now.

    Raises:
        SessionCancelledError: there is nothing to be absent from.
        LeaveTooLateError: it has begun.
        NotExpectedError: the learner is not on the list.
    """
    moment = at or timezone.now()
    refuse_cancelled(session)
    _refuse_begun(session, moment)
    refuse_strangers(session, learner)
    mark = Mark(AttendanceState.LEAVE, Source.SELF, moment, (by or learner).pk)
    if record_mark(session=session, attendee_id=learner.pk, mark=mark):
        tell_of_roll(session, [learner.pk])
    found: AttendanceRecord = session.records.get(attendee=learner)
    return found


@transaction.atomic
def take_leave_back(
    *, session: Session, learner: Any, at: datetime | None = None
) -> None:
    """«我能去了»: what only the learner said goes; what others wrote down stays.

    Raises:
        LeaveTooLateError: it has begun; from then on the teacher's word counts.
    """
    _refuse_begun(session, at or timezone.now())
    session.records.filter(attendee=learner, source=Source.SELF).delete()


def lock_session(session: Session) -> Session:
    """The session as it is now, with every other roll of it waiting.

    Before any record of it is touched, so that two rolls never wait for each other.
    """
    found: Session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    return found


def settle_state(session: Session, at: datetime) -> None:
    """«Held» or not: the one place that decides, from what is written down.

    A session was held once it has begun and somebody came, or heads were counted. Where
    a roll is put right and nobody came after all, it was not. The caller has the
    session's lock; a cancelled one stays what it is.
    """
    if session.state == SessionState.CANCELLED or at < session.starts_at:
        return
    counted = session.headcount or session.walk_ins
    somebody = (
        bool(counted)
        or session.records.came().exists()
        or session.named_walk_ins.unclaimed().exists()
    )
    state = SessionState.HELD if somebody else SessionState.PLANNED
    if session.state != state:
        session.state = state
        session.save(update_fields=["state"])


def settle_begun(at: datetime) -> int:
    """Settle sessions that began since people came in; how many are held now.

    Who scans at the door comes before the start, and then nobody may write any more.
    """
    waiting = Session.objects.begun_with_people(at)
    return each_alone(waiting, lambda one: _settle(one, at), trouble="session %s")


@transaction.atomic
def _settle(session: Session, at: datetime) -> int:
    locked = lock_session(session)
    settle_state(locked, at)
    return int(locked.state == SessionState.HELD)


def refuse_cancelled(session: Session) -> None:
    """Go on if the session takes place.

    Raises:
        SessionCancelledError: it does not.
    """
    if session.state == SessionState.CANCELLED:
        raise SessionCancelledError


def _refuse_begun(session: Session, at: datetime) -> None:
    if at >= session.starts_at:
        raise LeaveTooLateError


def refuse_strangers(session: Session, person: Any) -> None:
    """Go on if the person is on the list of the session.

    Raises:
        NotExpectedError: they are not.
    """
    if person.pk not in gathering_of(session).ids:
        raise NotExpectedError
