"""A learner checks in with the code on the screen."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from attendance.checkin import is_open, read_token
from attendance.choices import AttendanceState, SessionState, Source
from attendance.exceptions import (
    CodeExpiredError,
    CodeForgedError,
    SessionCancelledError,
)
from attendance.gathering import tell_of_roll
from attendance.join import Mark
from attendance.models import AttendanceRecord, Session
from attendance.services.roll import record_mark, refuse_strangers

# Who scans later than this after the start is down as late; the teacher may change it.
LATE_AFTER = timedelta(minutes=15)


def session_of_token(token: str, at: datetime) -> Session:
    """The session whose code was scanned at that instant.

    Raises:
        CodeForgedError: no token of this site, or of no session that is left.
        CodeExpiredError: an old token, or a session that is over or not open yet.
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
        CodeForgedError, CodeExpiredError, SessionCancelledError: see `session_of_token`.
    """
    moment = at or timezone.now()
    session = session_of_token(token, moment)
    refuse_strangers(session, learner)
    known = session.records.filter(attendee=learner, source=Source.QR).first()
    if known is not None:
        # The first scan says when the person came; a second one does not make them late.
        first: AttendanceRecord = known
        return first
    is_late = moment > session.starts_at + LATE_AFTER
    state = AttendanceState.LATE if is_late else AttendanceState.PRESENT
    mark = Mark(state, Source.QR, moment, learner.pk)
    if record_mark(session=session, attendee_id=learner.pk, mark=mark):
        tell_of_roll(session, [learner.pk])
    found: AttendanceRecord = session.records.get(attendee=learner)
    return found
