"""Enrolling, leaving and coming back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.models import CourseRun
from learning.choices import GOING_STATES, LIVE_STATES, Cause, Source, State
from learning.exceptions import (
    IllegalMoveError,
    TooLateToLeaveError,
    TooLateToUndoError,
)
from learning.models import Enrolment
from learning.permissions import can_override
from learning.services.admission import Wish, admit
from learning.services.certificates import earn_certificate
from learning.services.episodes import change
from learning.services.locks import lock_enrolment, locked_run, once_more
from learning.services.waiting import offer_free_seats
from learning.windows import has_begun

# «Undo» takes an enrolment back without a question for so long.
UNDO_FOR = timedelta(minutes=10)


@once_more
def enrol_learner(
    *,
    learner: Any,
    run: CourseRun,
    source: str = Source.SELF,
    by: Any = None,
    at: datetime | None = None,
    override_reason: str = "",
    relative_name: str = "",
) -> Enrolment:
    """Put a learner on a run: on it (`confirmed`), or in its draw (`applied`).

    Asking again while an enrolment lives returns that one, an open offer accepted with
    it. Who left a self-paced course comes back to the same episode and its progress; a
    retake after completion is a new episode.

    Args:
        learner: whose enrolment it is.
        run: the run; read again under its lock.
        source: by whom the person comes.
        by: who does it for them; nobody means the learner.
        at: now.
        override_reason: staff of the school make an exception from windows and limits,
            never from seats.
        relative_name: who of the family signed, for learners of 80 and more.

    Raises:
        EnrolmentClosedError: the run does not take learners at that time.
        RunFullError: no seat was left.
        ClassLimitError, AgeError, BirthYearNeededError, SignatureNeededError: limits.
        OverrideRefusedError: an override by somebody who may not, or without a reason.
        BusyError: too many people at this moment.
    """
    return admit(
        run=run,
        wish=Wish(
            learner=learner,
            source=source,
            by=by or learner,
            at=at or timezone.now(),
            is_now=at is None,
            override_reason=override_reason,
            relative_name=relative_name,
        ),
    )


@once_more
def join_queue(
    *,
    learner: Any,
    run: CourseRun,
    source: str = Source.SELF,
    by: Any = None,
    at: datetime | None = None,
    override_reason: str = "",
    relative_name: str = "",
) -> Enrolment:
    """Put a learner at the end of a full run's waiting list.

    Where a seat has become free meanwhile and nobody waits for it, the learner has it:
    look at the state of what comes back. Arguments and errors are those of
    `enrol_learner`, without RunFullError.
    """
    enrolment = admit(
        run=run,
        wish=Wish(
            learner=learner,
            source=source,
            by=by or learner,
            at=at or timezone.now(),
            is_now=at is None,
            may_wait=True,
            override_reason=override_reason,
            relative_name=relative_name,
        ),
    )
    return enrolment


@once_more
def move(
    *,
    enrolment: Enrolment,
    to: State,
    by: Any,
    at: datetime | None = None,
    reason: str = "",
) -> Enrolment:
    """Bring an enrolment to another state by a legal move, seats and event included.

    A seat that becomes free is offered to who waits. Asking for the state that it has
    already returns it unchanged.

    Raises:
        IllegalMoveError: the table of moves has no such move, or the state is given by
            the waiting list alone.
        RunFullError: the move needs a seat and none was left.
    """
    if to in (State.APPLIED, State.WAITLISTED, State.OFFERED):
        raise IllegalMoveError
    if to is State.COMPLETED:
        moment = at or timezone.now()
        # Keeps its seat: the run is not touched, and whoever records progress holds the
        # enrolment already, which comes after the run in the order of locks.
        with transaction.atomic():
            row = lock_enrolment(enrolment.pk, enrolment.run)
            if row.state != to:
                change(row, to=to, by=by, at=moment, reason=reason)
                earn_certificate(enrolment=row, at=moment)
            return row
    with locked_run(enrolment.run_id) as run:
        moment = at or run.asked_at
        row = lock_enrolment(enrolment.pk, run)
        if row.state != to:
            change(row, to=to, by=by, at=moment, reason=reason)
            offer_free_seats(run, at=moment, by=None)
        return row


@once_more
def leave(*, enrolment: Enrolment, by: Any, at: datetime | None = None) -> Enrolment:
    """Leave a course, a class, a draw or a waiting list; the seat goes to the next.

    Of a self-paced course progress stays, and coming back finds it. Who is on a class
    leaves until it begins; after that its staff do it. A queue is left at any time.

    Raises:
        TooLateToLeaveError: the class has begun.
        IllegalMoveError: the course is complete: a completed fact never goes back.
    """
    with locked_run(enrolment.run_id) as run:
        moment = at or run.asked_at
        row = lock_enrolment(enrolment.pk, run)
        if row.state != State.WITHDRAWN:
            is_on_it = row.state in GOING_STATES
            if (
                is_on_it
                and has_begun(run, moment)
                and not _is_by_staff(row, by, moment)
            ):
                raise TooLateToLeaveError
            _withdraw(row, by=by, at=moment, cause=Cause.LEFT)
        return row


@once_more
def undo(*, enrolment: Enrolment, by: Any, at: datetime | None = None) -> Enrolment:
    """Take back within ten minutes what was just done, also after the class began.

    Raises:
        TooLateToUndoError: the ten minutes are over.
        IllegalMoveError: there is nothing to take back any more.
    """
    with locked_run(enrolment.run_id) as run:
        moment = at or run.asked_at
        row = lock_enrolment(enrolment.pk, run)
        if row.state != State.WITHDRAWN:
            if moment > undo_ends_at(row):
                raise TooLateToUndoError
            _withdraw(row, by=by, at=moment, cause=Cause.UNDONE)
        return row


def undo_ends_at(enrolment: Enrolment) -> datetime:
    """Until when «undo» is possible: ten minutes after the last move."""
    last = enrolment.events.order_by("-at", "-pk").values_list("at", flat=True).first()
    return (last or enrolment.created_at) + UNDO_FOR


def can_undo(enrolment: Enrolment, at: datetime) -> bool:
    """Whether «undo» takes back at that instant what was done last."""
    return enrolment.state in LIVE_STATES and at <= undo_ends_at(enrolment)


def leave_everything(
    *, learner: Any, by: Any, at: datetime | None = None
) -> list[Enrolment]:
    """Give back every seat and every place in a queue of somebody who goes away.

    For accounts that are closed or erased: their seats go to the next person. Each run
    in a transaction of its own, so not to be called within one.
    """
    moment = at or timezone.now()
    # What is over stays as it was: statistics do not change when somebody goes.
    rows = (
        Enrolment.objects.filter(learner=learner)
        .filter(run__in=CourseRun.objects.dated().not_over(moment))
        .live()
    )
    gone = []
    for row in rows.order_by("run_id"):
        with locked_run(row.run_id) as run:
            locked = lock_enrolment(row.pk, run)
            if locked.state != State.WITHDRAWN:
                _withdraw(locked, by=by, at=moment, cause=Cause.ACCOUNT_CLOSED)
                gone.append(locked)
    return gone


def _withdraw(row: Enrolment, *, by: Any, at: datetime, cause: Cause) -> None:
    reason = "" if row.run.is_self_paced else cause
    change(row, to=State.WITHDRAWN, by=by, at=at, reason=reason)
    offer_free_seats(row.run, at=at, by=None)


def _is_by_staff(row: Enrolment, by: Any, at: datetime) -> bool:
    is_other = by is not None and by.pk != row.learner_id
    return is_other and bool(can_override(by, row.run, at))
