"""The two writes of which every change of an enrolment is made: begin, and change.

Callers hold the run's lock (`services.locks`) and have asked whether it may be.
"""

from datetime import datetime
from typing import Any

from django.db.models import Max

from courses.models import CourseRun
from learning.choices import LEGAL_MOVES, SEATED_STATES, State
from learning.exceptions import IllegalMoveError
from learning.models import Enrolment, EnrolmentEvent
from learning.services.seats import free_seat, take_seat

# A longer one stands whole in the audit log.
REASON_LENGTH = 120


def begin(
    *,
    learner: Any,
    run: CourseRun,
    state: State,
    source: str,
    by: Any,
    at: datetime,
    reason: str = "",
    **facts: Any,
) -> tuple[Enrolment, EnrolmentEvent]:
    """Write a new enrolment in that state, with its seat if the state holds one.

    Raises:
        RunFullError: the state needs a seat and none was left.
    """
    if state in SEATED_STATES:
        take_seat(run=run)
    enrolment = Enrolment.objects.create(
        run=run,
        learner=learner,
        state=state,
        source=source,
        by=by,
        created_at=at,
        **facts,
    )
    return enrolment, note(enrolment, from_state="", by=by, at=at, reason=reason)


def change(
    enrolment: Enrolment,
    *,
    to: State,
    by: Any,
    at: datetime,
    reason: str = "",
    **facts: Any,
) -> EnrolmentEvent:
    """Bring a locked enrolment to another state, seats and event included.

    Raises:
        IllegalMoveError: the table of moves has no such move.
        RunFullError: the move needs a seat and none was left.
    """
    was = State(enrolment.state)
    if to not in LEGAL_MOVES[was]:
        raise IllegalMoveError
    if to in SEATED_STATES and was not in SEATED_STATES:
        take_seat(run=enrolment.run)
    elif was in SEATED_STATES and to not in SEATED_STATES:
        free_seat(run=enrolment.run)
    enrolment.state = to
    enrolment.offered_until = facts.pop("offered_until", None)
    if to is State.COMPLETED:
        enrolment.completed_at = at
    for name, value in facts.items():
        setattr(enrolment, name, value)
    enrolment.save(update_fields=["state", "completed_at", "offered_until", *facts])
    return note(enrolment, from_state=was, by=by, at=at, reason=reason)


def note(
    enrolment: Enrolment, *, from_state: str, by: Any, at: datetime, reason: str
) -> EnrolmentEvent:
    """Write down the move; `by` is nobody where the clock made it."""
    return EnrolmentEvent.objects.create(
        enrolment=enrolment,
        from_state=from_state,
        to_state=enrolment.state,
        by=by,
        at=at,
        reason=str(reason)[:REASON_LENGTH],
    )


def next_queue_number(run: CourseRun) -> int:
    """The number after the largest ever given out on the run."""
    last = Enrolment.objects.filter(run=run).aggregate(last=Max("queue_number"))["last"]
    return (last or 0) + 1
