"""Single days of a class that are called off or moved, and who is told of it."""

from datetime import datetime
from typing import Any

from attendance.choices import SessionState
from attendance.models import Session
from core.services.audit import record_audit
from courses.models import CourseRun, RunSession
from courses.services.timetable import cancel_session, move_session
from learning.services import notices
from learning.services.locks import locked_run, once_more


@once_more
def call_off_session(
    *, run_session: RunSession, by: Any, at: datetime | None = None
) -> RunSession:
    """One day of a class does not take place; noted once, whoever asks again.

    Everybody on the class is told once, by the way that reaches them.

    Raises:
        SessionPastError: it has begun or was held.
    """
    with locked_run(run_session.run_id) as locked:
        state = Session.objects.values_list("state", flat=True)
        was_off = state.get(pk=run_session.session_id) == SessionState.CANCELLED
        row = cancel_session(run_session=run_session, at=at)
        if not was_off:
            entry = record_audit(
                actor=by,
                action="session.cancelled",
                subject=row,
                school_id=locked.school_id,
                starts_at=row.session.starts_at.isoformat(),
            )
            notices.tell_class(
                run=locked,
                change=entry,
                template=notices.DAY_CANCELLED,
                due_at=row.session.starts_at,
                **_where(row.session),
            )
        return row


@once_more
def reschedule_session(
    *,
    run_session: RunSession,
    starts_at: datetime,
    ends_at: datetime,
    by: Any,
    venue: Any = None,
    at: datetime | None = None,
) -> RunSession:
    """One day of a class moves; the others stay. The same time again changes nothing.

    Everybody on the class is told of each move once, by the way that reaches them.

    Raises:
        SessionPastError: it has begun, was held or cancelled, or would begin in the past.
        RoomTakenError, TeacherBusyError: it would clash.
    """
    with locked_run(run_session.run_id) as locked:
        known = Session.objects.get(pk=run_session.session_id)
        place = known.venue_id if venue is None else venue.pk
        asked = (starts_at, ends_at, place)
        if (known.starts_at, known.ends_at, known.venue_id) == asked:
            return run_session
        row = move_session(
            run_session=run_session,
            starts_at=starts_at,
            ends_at=ends_at,
            venue=venue,
            at=at,
        )
        entry = record_audit(
            actor=by,
            action="session.moved",
            subject=row,
            school_id=locked.school_id,
            before=known.starts_at.isoformat(),
            after=starts_at.isoformat(),
        )
        notices.tell_class(
            run=locked,
            change=entry,
            template=notices.DAY_MOVED,
            # Whoever hears of it later has gone, or has missed it.
            due_at=min(known.starts_at, starts_at),
            was=notices.moment_words(known.starts_at),
            **_where(row.session),
        )
        return row


def tell_of_new_days(run: CourseRun, entry: Any, *, at: datetime) -> None:
    """Everybody on the class hears of its next lesson; without one there is no news."""
    ahead = run.run_sessions.taking_place().filter(session__starts_at__gt=at)
    row = ahead.select_related("session__venue").order_by("session__starts_at").first()
    if row is not None:
        notices.tell_class(
            run=run,
            change=entry,
            template=notices.CLASS_MOVED,
            due_at=row.session.starts_at,
            **_where(row.session),
        )


def _where(session: Session) -> dict[str, str]:
    """When and in which room, as plain values for the words of a notice."""
    return {
        "when": notices.moment_words(session.starts_at),
        "venue": session.venue.name if session.venue else "",
    }
