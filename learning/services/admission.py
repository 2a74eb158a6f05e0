"""Coming on a run: windows, limits, the queue before the newcomer, then the seat.

One way in for everybody (the person, the family, the counter, a group, an import), so
that what holds for one holds for all.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import BigIntegerField, QuerySet

from core.kept_sql import kept
from core.services.audit import record_audit
from courses.choices import Allocation, RunState
from courses.models import CourseRun
from learning.choices import LIVE_STATES, Source, State
from learning.draw_rule import new_ticket
from learning.exceptions import (
    EnrolmentClosedError,
    NotYetOpenError,
    RunFullError,
)
from learning.models import Enrolment
from learning.permissions import require_override
from learning.services import notices
from learning.services.draw import prepare_locked
from learning.services.episodes import begin, change, next_queue_number
from learning.services.limits import (
    check_limits,
    have_learnt_before,
    needs_signature,
)
from learning.services.locks import lock_people, locked_run
from learning.services.seats import seats_left
from learning.services.waiting import confirm_offer, offer_free_seats
from learning.windows import is_past_deadline, opens_at, state_for, takes_queue

NAME_LENGTH = 40


@dataclass(frozen=True)
class Wish:
    """Who wants to be on a run, who asks for them, and on what grounds."""

    learner: Any
    source: str
    by: Any
    at: datetime
    may_wait: bool = False
    override_reason: str = ""
    relative_name: str = ""
    # The moment is now: by the clock of the database, which is asked with the run.
    is_now: bool = False

    @property
    def is_override(self) -> bool:
        return bool(self.override_reason.strip())

    @property
    def is_for_another(self) -> bool:
        return self.by is not None and self.by.pk != self.learner.pk


def admit(*, run: CourseRun, wish: Wish) -> Enrolment:
    """Bring the person on the run, or, where they may wait, on its list.

    Whoever lives on the run already has that enrolment back, an offer accepted with it.

    Raises:
        ValueError: `self` is said of somebody for whom another asks.
        RunFullError: no seat was left, and the wish is not to wait.
        RefusedError: a window, a limit or an override does not allow it.
    """
    if wish.source == Source.SELF and wish.is_for_another:
        raise ValueError("another person's wish has another source")
    try:
        with locked_run(run.pk) as locked:
            if wish.is_now:
                wish = replace(wish, at=locked.asked_at)
            enrolment = _admit(locked, wish)
    except IntegrityError:
        # Another request of the same person was first: theirs is the enrolment.
        known = _live(run, wish.learner)
        if known is None:
            raise
        return known
    if enrolment is None:
        # Said after the commit: seats offered to who waits stay offered.
        raise RunFullError
    return enrolment


def _live(run: CourseRun, learner: Any) -> Enrolment | None:
    """What the person has of the run; of a class also what they have completed."""
    states = LIVE_STATES if run.is_self_paced else (*LIVE_STATES, State.COMPLETED)
    held = _held(learner=learner.pk, run=run.pk)
    return next((one for one in held if one.state in states), None)


@kept(learner=BigIntegerField(), run=BigIntegerField())
def _held(learner: Any, run: Any) -> "QuerySet[Enrolment]":
    """What the person ever had of the run, the newest first."""
    return Enrolment.objects.filter(learner=learner, run=run).order_by("-pk")


def _admit(run: CourseRun, wish: Wish) -> Enrolment | None:
    # The person's row holds what is counted over all runs: of two requests at once the
    # second waits here and then finds what the first has made.
    lock_people([wish.learner.pk])
    known = _live(run, wish.learner)
    if known is not None:
        return _as_it_lives(known, run, wish)
    if wish.is_override:
        require_override(wish.by, run, wish.override_reason, at=wish.at)
    state = _check_window(run, wish)
    if run.is_self_paced:
        return _study_alone(run, wish)
    is_draw = run.allocation == Allocation.DRAW and run.drawn_at is None
    if not is_draw:
        offer_free_seats(run, at=wish.at, by=None)
        if seats_left(run) == 0 and not wish.may_wait:
            return None
    passed_over = check_limits(
        learner=wish.learner,
        run=run,
        at=wish.at,
        relative_name=wish.relative_name,
        is_override=wish.is_override,
    )
    if is_draw:
        return _begin(run, wish, State.APPLIED, ticket=_ticket(run), over=passed_over)
    return _seat_or_wait(run, wish, state, over=passed_over)


def _seat_or_wait(
    run: CourseRun, wish: Wish, state: RunState, *, over: list[str]
) -> Enrolment | None:
    # After a draw its seats are for who was in it: a newcomer stands behind them, and
    # has a free seat at once only where nobody else may have it.
    goes_behind = run.allocation == Allocation.DRAW and not wish.is_override
    if seats_left(run) != 0 and not goes_behind:
        return _begin(run, wish, State.CONFIRMED, over=over)
    if not wish.may_wait or not takes_queue(run, state, wish.at):
        return None
    return _wait(run, wish, over=over)


def _as_it_lives(known: Enrolment, run: CourseRun, wish: Wish) -> Enrolment:
    """Asking for the seat that one is offered is accepting it."""
    known.run = run
    is_open = known.offered_until is not None and known.offered_until > wish.at
    if known.state == State.OFFERED and is_open and not wish.may_wait:
        confirm_offer(known, by=wish.by, at=wish.at)
    return known


def _check_window(run: CourseRun, wish: Wish) -> RunState:
    """The run's state for that person; refuses where they may not come now."""
    state = state_for(run, wish.learner, wish.at)
    if state in (RunState.CANCELLED, RunState.ENDED):
        raise EnrolmentClosedError
    is_draw = run.allocation == Allocation.DRAW and run.drawn_at is None
    if is_draw and is_past_deadline(run, wish.at):
        # The list of a draw is closed for everybody: nobody is written on it later.
        raise EnrolmentClosedError
    if wish.is_override or state is RunState.OPEN:
        return state
    if state is RunState.SOON:
        opens = opens_at(run, wish.learner, wish.at)
        raise NotYetOpenError(opens) if opens else EnrolmentClosedError
    if state is RunState.FULL and not is_past_deadline(run, wish.at):
        return state
    if wish.may_wait and takes_queue(run, state, wish.at):
        return state
    raise EnrolmentClosedError


def _study_alone(run: CourseRun, wish: Wish) -> Enrolment:
    """A self-paced course: who left comes back to the same episode and its progress."""
    held = _held(learner=wish.learner.pk, run=run.pk)
    left = next((one for one in held if one.state == State.WITHDRAWN), None)
    if left is not None:
        left.run = run
        change(left, to=State.CONFIRMED, by=wish.by, at=wish.at)
        return left
    return _begin(run, wish, State.CONFIRMED, over=[])


def _begin(
    run: CourseRun, wish: Wish, state: State, *, over: list[str], **facts: Any
) -> Enrolment:
    enrolment, event = begin(
        learner=wish.learner,
        run=run,
        state=state,
        source=wish.source,
        by=wish.by,
        at=wish.at,
        reason=wish.override_reason.strip(),
        relative_name=_signature(run, wish),
        **facts,
    )
    if wish.is_override:
        record_audit(
            actor=wish.by,
            action="enrolment.limits_overridden",
            subject=enrolment,
            school_id=run.school_id,
            reason=wish.override_reason.strip(),
            limits=over,
        )
    if state is State.CONFIRMED and wish.is_for_another and not run.is_self_paced:
        notices.tell(enrolment=enrolment, event=event, template=notices.SEAT_CONFIRMED)
    return enrolment


def _wait(run: CourseRun, wish: Wish, *, over: list[str]) -> Enrolment:
    """Put the person at the end of their tier of the list."""
    tier = 1 if run.drawn_at is not None else 0
    if run.first_time_first and have_learnt_before([wish.learner.pk], run):
        tier += 1
    enrolment = _begin(
        run,
        wish,
        State.WAITLISTED,
        over=over,
        queue_tier=tier,
        queue_number=next_queue_number(run),
    )
    offer_free_seats(run, at=wish.at, by=None)
    enrolment.refresh_from_db(fields=["state", "offered_until"])
    return enrolment


def _signature(run: CourseRun, wish: Wish) -> str:
    """The relative's name, kept only where the rule asks for it."""
    if not needs_signature(wish.learner, run, wish.at):
        return ""
    return wish.relative_name.strip()[:NAME_LENGTH]


def _ticket(run: CourseRun) -> str:
    """A ticket that the run has not given out; the draw is prepared with the first."""
    prepare_locked(run)
    while True:
        ticket = new_ticket()
        if not Enrolment.objects.filter(run=run, ticket=ticket).exists():
            return ticket
