"""What staff change about a class that touches the people on it."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from attendance.choices import SessionState
from core.services.audit import record_audit
from courses.models import CourseRun, RunSession
from courses.services.timetable import cancel_session
from learning.choices import Cause, State
from learning.exceptions import CapacityBelowTakenError
from learning.models import Enrolment
from learning.services import notices
from learning.services.episodes import change
from learning.services.locks import locked_run, once_more
from learning.services.waiting import offer_free_seats

# Where each state ends when the class does not take place.
ENDS_IN = {
    State.APPLIED: State.REJECTED,
    State.WAITLISTED: State.REJECTED,
    State.OFFERED: State.REJECTED,
    State.CONFIRMED: State.REMOVED,
    State.ATTENDING: State.REMOVED,
}


@once_more
def set_capacity(
    *, run: CourseRun, capacity: int | None, by: Any, at: datetime | None = None
) -> CourseRun:
    """Change how many seats a class has; new ones are offered to who waits.

    No override covers seats: the number never goes below those that are held, so that
    nobody loses one by it.

    Args:
        run: the class; read again under its lock.
        capacity: the seats from now on; None for no limit.
        by: who changes it.
        at: now.

    Raises:
        CapacityBelowTakenError: more seats are held than that.
    """
    moment = at or timezone.now()
    with locked_run(run.pk) as locked:
        was = locked.capacity
        if capacity == was:
            return locked
        if capacity is not None and capacity < locked.seats_taken:
            raise CapacityBelowTakenError(locked.seats_taken)
        CourseRun.objects.filter(pk=locked.pk).update(capacity=capacity)
        locked.capacity = capacity
        record_audit(
            actor=by,
            action="run.capacity_set",
            subject=locked,
            school_id=locked.school_id,
            before=was,
            after=capacity,
        )
        offer_free_seats(locked, at=moment, by=None)
        return locked


@once_more
def cancel_run(
    *, run: CourseRun, by: Any, reason: str = "", at: datetime | None = None
) -> CourseRun:
    """Cancel a class: seats, offers, queue, draw and lessons to come end.

    Everybody on it is told once. What was completed, and lessons that were held, stay.
    A cancelled run is returned as it is.
    """
    moment = at or timezone.now()
    with locked_run(run.pk) as locked:
        if locked.cancelled_at is not None:
            return locked
        CourseRun.objects.filter(pk=locked.pk).update(cancelled_at=moment)
        locked.cancelled_at = moment
        rows = Enrolment.objects.filter(run=locked).live()
        for row in list(rows.select_related("learner").order_by("pk")):
            row.run = locked
            event = change(
                row,
                to=ENDS_IN[State(row.state)],
                by=by,
                at=moment,
                reason=Cause.CANCELLED,
            )
            notices.tell(enrolment=row, event=event, template=notices.RUN_CANCELLED)
        ahead = RunSession.objects.filter(
            run=locked,
            session__state=SessionState.PLANNED,
            session__starts_at__gt=moment,
        )
        for run_session in list(ahead):
            cancel_session(run_session=run_session, at=moment)
        record_audit(
            actor=by,
            action="run.cancelled",
            subject=locked,
            school_id=locked.school_id,
            reason=reason,
        )
        return locked
