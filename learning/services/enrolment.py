"""Enrolling, leaving and coming back."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.choices import RunState
from courses.models import CourseRun
from learning.choices import LEGAL_MOVES, SEATED_STATES, Source, State
from learning.exceptions import EnrolmentClosedError, IllegalMoveError
from learning.models import Enrolment, EnrolmentEvent
from learning.services.seats import free_seat, take_seat


def enrol_learner(
    *,
    learner: Any,
    run: CourseRun,
    source: str = Source.SELF,
    by: Any = None,
    at: datetime | None = None,
) -> Enrolment:
    """Put a learner on a run.

    Asking again while an enrolment lives returns that one. Who left a self-paced course
    comes back to the same episode and its progress; a retake after completion is a new
    episode.

    Raises:
        EnrolmentClosedError: the run does not take learners at that time.
        RunFullError: no seat was left.
    """
    moment = at or timezone.now()
    try:
        with transaction.atomic():
            return _enrol(learner, run, source, by, moment)
    except IntegrityError:
        # Another request of the same person was first: theirs is the enrolment.
        known = Enrolment.objects.filter(learner=learner, run=run).live().first()
        if known is None:
            raise
        return known


def _enrol(
    learner: Any, run: CourseRun, source: str, by: Any, at: datetime
) -> Enrolment:
    # The learner's row is the lock: of two requests at once the second waits here and
    # then finds what the first has made. (On SQLite the transaction is the lock.)
    get_user_model().objects.select_for_update().only("pk").get(pk=learner.pk)
    rows = Enrolment.objects.filter(learner=learner, run=run)
    known = rows.live().first()
    if known is not None:
        return known
    if run.state(at) is not RunState.OPEN:
        if run.state(at) is RunState.FULL and run.capacity is not None:
            take_seat(run=run)  # says RunFullError; nothing is taken
        raise EnrolmentClosedError
    left = rows.filter(state=State.WITHDRAWN).order_by("-pk").first()
    if left is not None and run.is_self_paced:
        return move(enrolment=left, to=State.CONFIRMED, by=by or learner, at=at)
    take_seat(run=run)
    enrolment = Enrolment.objects.create(
        run=run,
        learner=learner,
        state=State.CONFIRMED,
        source=source,
        by=by or learner,
        created_at=at,
    )
    _note(enrolment, from_state="", by=by or learner, at=at, reason="")
    return enrolment


@transaction.atomic
def move(
    *,
    enrolment: Enrolment,
    to: State,
    by: Any,
    at: datetime | None = None,
    reason: str = "",
) -> Enrolment:
    """Bring an enrolment to another state by a legal move, seats and event included.

    Asking for the state that it has already returns it unchanged.

    Raises:
        IllegalMoveError: the table of moves has no such move.
        RunFullError: the move needs a seat and none was left.
    """
    moment = at or timezone.now()
    locked = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    was = State(locked.state)
    if was is to:
        return locked
    if to not in LEGAL_MOVES[was]:
        raise IllegalMoveError
    if to in SEATED_STATES and was not in SEATED_STATES:
        take_seat(run=locked.run)
    elif was in SEATED_STATES and to not in (*SEATED_STATES, State.COMPLETED):
        free_seat(run=locked.run)
    locked.state = to
    if to is State.COMPLETED:
        locked.completed_at = moment
    locked.save(update_fields=["state", "completed_at"])
    _note(locked, from_state=was, by=by, at=moment, reason=reason)
    return locked


def leave(*, enrolment: Enrolment, by: Any, at: datetime | None = None) -> Enrolment:
    """Leave a course. Progress stays; coming back finds it.

    Raises:
        IllegalMoveError: the course is complete: a completed fact never goes back.
    """
    return move(enrolment=enrolment, to=State.WITHDRAWN, by=by, at=at)


def _note(
    enrolment: Enrolment, *, from_state: str, by: Any, at: datetime, reason: str
) -> None:
    EnrolmentEvent.objects.create(
        enrolment=enrolment,
        from_state=from_state,
        to_state=enrolment.state,
        by=by,
        at=at,
        reason=reason,
    )
