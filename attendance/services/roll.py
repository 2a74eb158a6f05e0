"""Writing down who was there. Every way comes through here and is joined."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from attendance.checkin import are_doors_open
from attendance.choices import AttendanceState, SessionState, Source
from attendance.exceptions import (
    LeaveTooLateError,
    NotExpectedError,
    RollTooEarlyError,
    SessionCancelledError,
)
from attendance.gathering import gathering_of, tell_of_roll
from attendance.join import Mark, join
from attendance.models import AttendanceRecord, Session
from core.services.audit import record_audit


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
    locked.state, locked.source = kept.state, kept.source
    locked.at, locked.by_id = kept.at, kept.by_id
    locked.save(update_fields=["state", "source", "at", "by"])
    return True


@transaction.atomic
def save_roll(
    *,
    session: Session,
    states: Mapping[int, str],
    by: Any,
    source: str = Source.TEACHER,
    headcount: int | None = None,
    walk_ins: int = 0,
    at: datetime | None = None,
) -> int:
    """Save the roll of a session as staff say it; how many records changed.

    The caller has asked `can_take_roll`. Somebody whose state is what it was keeps
    their record with its source: a scan stays a scan. One audit entry names who changed
    from what to what, by number, never by name.

    Args:
        session: whose roll it is.
        by: who took it.
        source: on the phone, or entered from a sheet of paper.
        states: person's id to state; who is not in it stays as they are.
        headcount: people counted in the room, apart from the records; None: not counted.
        walk_ins: of them, people who are not on the list.
        at: now, for tests.

    Raises:
        SessionCancelledError: the session does not take place.
        RollTooEarlyError: somebody was there or absent before the doors open.
        NotExpectedError: somebody is neither on the list nor recorded already.
    """
    moment = at or timezone.now()
    locked: Session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    _refuse_cancelled(locked)
    known = dict(locked.records.values_list("attendee", "state"))
    changed = {one: new for one, new in states.items() if known.get(one) != new}
    if not are_doors_open(locked, moment) and any(
        new != AttendanceState.LEAVE for new in changed.values()
    ):
        raise RollTooEarlyError
    if not changed.keys() <= gathering_of(locked).ids | known.keys():
        raise NotExpectedError
    # In the order of their numbers, so that two lists never wait for each other.
    wrote = [
        one
        for one, new in sorted(changed.items())
        if record_mark(
            session=locked,
            attendee_id=one,
            mark=Mark(new, source, moment, by.pk),
        )
    ]
    counts = (headcount, walk_ins)
    is_counted = counts != (locked.headcount, locked.walk_ins)
    if is_counted:
        locked.headcount, locked.walk_ins = counts
        locked.save(update_fields=["headcount", "walk_ins"])
    if wrote:
        tell_of_roll(locked, wrote)
    if wrote or is_counted:
        record_audit(
            actor=by,
            action="attendance.roll",
            subject=locked,
            school_id=locked.school_id,
            source=str(source),
            changes=[[one, known.get(one, ""), str(changed[one])] for one in wrote],
            headcount=headcount,
            walk_ins=walk_ins,
        )
    return len(wrote)


@transaction.atomic
def ask_leave(
    *, session: Session, learner: Any, at: datetime | None = None
) -> AttendanceRecord:
    """The learner says beforehand that they cannot come; asking again changes nothing.

    Raises:
        SessionCancelledError: there is nothing to be absent from.
        LeaveTooLateError: it has begun.
        NotExpectedError: the learner is not on the list.
    """
    moment = at or timezone.now()
    _refuse_cancelled(session)
    _refuse_begun(session, moment)
    refuse_strangers(session, learner)
    mark = Mark(AttendanceState.LEAVE, Source.SELF, moment, learner.pk)
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


def _refuse_cancelled(session: Session) -> None:
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
