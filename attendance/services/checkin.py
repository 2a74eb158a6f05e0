"""A learner checks in with the code on the screen."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from attendance.checkin import DOORS_OPEN, are_doors_open, is_open, read_token
from attendance.choices import AttendanceState, SessionState, Source
from attendance.exceptions import (
    CardTooLateError,
    CodeExpiredError,
    CodeForgedError,
    CodeTooEarlyError,
    SessionCancelledError,
)
from attendance.gathering import tell_of_roll
from attendance.join import Mark
from attendance.models import AttendanceRecord, Session
from attendance.services.roll import (
    lock_session,
    record_mark,
    refuse_cancelled,
    refuse_strangers,
    settle_state,
)

# Who scans later than this after the start is down as late; the teacher may change it.
LATE_AFTER = timedelta(minutes=15)


def session_of_token(token: str, at: datetime) -> Session:
    """The session whose code was scanned at that instant.

    Raises:
        CodeForgedError: no token of this site, or of no session that is left.
        CodeExpiredError: an old token, or a session that is over.
        CodeTooEarlyError: the doors are not open yet; it says when they are.
        SessionCancelledError: the session does not take place.
    """
    session = (
        Session.objects.filter(pk=read_token(token, at))
        .select_related("school", "teacher")
        .first()
    )
    if session is None:
        raise CodeForgedError
    if session.state == SessionState.CANCELLED:
        raise SessionCancelledError
    if not are_doors_open(session, at):
        raise CodeTooEarlyError(session.starts_at - DOORS_OPEN)
    if not is_open(session, at):
        raise CodeExpiredError
    found: Session = session
    return found


@transaction.atomic
def check_in(
    *, token: str, learner: Any, at: datetime | None = None
) -> AttendanceRecord:
    """Record that the learner is there; the same or the next code changes nothing more.

    Args:
        token: what the code said.
        learner: who scanned it.
        at: when it was scanned (default: now).

    Raises:
        NotExpectedError: the learner is not on the list.
        CodeForgedError, CodeExpiredError, CodeTooEarlyError, SessionCancelledError: see
            `session_of_token`.
    """
    moment = at or timezone.now()
    session = lock_session(session_of_token(token, moment))
    return _arrive(session, learner, source=Source.QR, by_id=learner.pk, at=moment)


@transaction.atomic
def check_in_by_card(
    *, session: Session, holder: Any, by: Any, at: datetime | None = None
) -> AttendanceRecord:
    """Staff of the session scan somebody's card: there, on time or late.

    The caller has asked `can_take_roll`: a card says who it is, never which session, so
    it is worth nothing without somebody who takes the roll (BC-12).

    Raises:
        SessionCancelledError, CodeTooEarlyError: as `session_of_token`.
        CardTooLateError: the session is over.
        NotExpectedError: the holder is not on the list.
    """
    moment = at or timezone.now()
    locked = lock_session(session)
    refuse_cancelled(locked)
    if not are_doors_open(locked, moment):
        raise CodeTooEarlyError(locked.starts_at - DOORS_OPEN)
    if not is_open(locked, moment):
        raise CardTooLateError
    return _arrive(locked, holder, source=Source.CARD, by_id=by.pk, at=moment)


def _arrive(
    session: Session, person: Any, *, source: Source, by_id: int, at: datetime
) -> AttendanceRecord:
    """Write down that somebody came in, on time or late, to a session that is locked."""
    refuse_cancelled(session)
    refuse_strangers(session, person)
    known = session.records.filter(attendee=person, source=source).first()
    if known is not None:
        # The first scan says when the person came; a second one does not make them late.
        first: AttendanceRecord = known
        return first
    is_late = at > session.starts_at + LATE_AFTER
    state = AttendanceState.LATE if is_late else AttendanceState.PRESENT
    mark = Mark(state, source, at, by_id)
    if record_mark(session=session, attendee_id=person.pk, mark=mark):
        settle_state(session, at)
        tell_of_roll(session, [person.pk])
    found: AttendanceRecord = session.records.get(attendee=person)
    return found
