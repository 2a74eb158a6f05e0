"""The waiting list: a free seat goes to who is next, exactly once (invariant 1).

A seat that becomes free is offered in the transaction that frees it, and held until the
offer is accepted, declined or runs out: nobody who comes later can take it meanwhile.
Whoever may not have it now is passed over and stays on the list.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone

from core.services.each import each_alone
from courses.models import CourseRun
from learning.choices import Cause, State
from learning.exceptions import NoOfferError, OfferExpiredError
from learning.models import Enrolment
from learning.permissions import require_override
from learning.services import notices
from learning.services.episodes import change
from learning.services.limits import classes_allowed, classes_in_term
from learning.services.locks import (
    lock_enrolment,
    lock_people,
    locked_run,
    once_more,
)
from learning.services.seats import seats_left
from learning.windows import OVER, offer_ends_at, offers_seats


def queue_position(enrolment: Enrolment) -> int:
    """1 for who is next, 0 for who does not wait; people in front = position − 1."""
    row = Enrolment.objects.filter(pk=enrolment.pk).with_queue_position().first()
    return row.queue_position if row is not None else 0


def refill(*, run: CourseRun, at: datetime | None = None) -> list[Enrolment]:
    """Offer every free seat of the run to who is next; the offers made now.

    Calling it again, or many at once, makes no second offer for a seat.
    """
    with locked_run(run.pk) as locked:
        return offer_free_seats(locked, at=at or locked.asked_at, by=None)


def offer_free_seats(run: CourseRun, *, at: datetime, by: Any) -> list[Enrolment]:
    """`refill` under the run's lock, which the caller holds; `run` is as it is now."""
    if not offers_seats(run, at) or seats_left(run) == 0:
        return []
    waiting = list(Enrolment.objects.filter(run=run).waiting())
    if not waiting:
        return []
    people = lock_people(row.learner_id for row in waiting)
    held = classes_in_term(people, run, at)
    offered = []
    for row in waiting:
        if seats_left(run) == 0:
            break
        row.run, row.learner = run, people[row.learner_id]
        if row.learner.is_active and held.get(row.learner_id, 0) < classes_allowed():
            _offer(row, at=at, by=by, reason=Cause.REFILLED)
            offered.append(row)
    return offered


def _offer(row: Enrolment, *, at: datetime, by: Any, reason: str) -> None:
    until = offer_ends_at(row.run, at)
    event = change(
        row, to=State.OFFERED, by=by, at=at, reason=reason, offered_until=until
    )
    notices.tell(
        enrolment=row, event=event, template=notices.SEAT_OFFERED, due_at=until
    )


@once_more
def offer_to(
    *, enrolment: Enrolment, by: Any, reason: str, at: datetime | None = None
) -> Enrolment:
    """Staff offer a free seat to one person on the list, past limits and past others.

    For who is passed over by a rule that does not fit; the reason is kept. Somebody who
    has an offer or a seat already is left as they are.

    Raises:
        OverrideRefusedError: no staff of the school, or no reason.
        RunFullError: no seat is free; no reason makes one.
        IllegalMoveError: the person does not wait.
        NoOfferError: the class does not give seats any more.
    """
    with locked_run(enrolment.run_id) as run:
        moment = at or run.asked_at
        require_override(by, run, reason, at=moment)
        row = lock_enrolment(enrolment.pk, run)
        if row.state in (State.OFFERED, State.CONFIRMED):
            return row
        if not offers_seats(run, moment):
            raise NoOfferError
        _offer(row, at=moment, by=by, reason=reason)
        return row


@once_more
def accept_offer(
    *, enrolment: Enrolment, by: Any, at: datetime | None = None
) -> Enrolment:
    """Take the offered seat. Accepting twice is accepting once.

    Raises:
        OfferExpiredError: the time is over, whether or not the seat has gone on.
        NoOfferError: no seat is offered.
    """
    with locked_run(enrolment.run_id) as run:
        moment = at or run.asked_at
        row = lock_enrolment(enrolment.pk, run)
        confirm_offer(row, by=by, at=moment)
        return row


def confirm_offer(row: Enrolment, *, by: Any, at: datetime) -> None:
    """`accept_offer` under the run's lock, which the caller holds.

    Raises:
        OfferExpiredError: see there.
        NoOfferError: see there.
    """
    if row.state in (State.CONFIRMED, State.ATTENDING, State.COMPLETED):
        return
    if row.state != State.OFFERED:
        lapsed = row.events.filter(reason=Cause.OFFER_EXPIRED).exists()
        raise OfferExpiredError if lapsed else NoOfferError
    if row.offered_until is not None and row.offered_until <= at:
        raise OfferExpiredError
    event = change(row, to=State.CONFIRMED, by=by, at=at)
    if by is None or by.pk != row.learner_id:
        notices.tell(enrolment=row, event=event, template=notices.SEAT_CONFIRMED)


@once_more
def decline_offer(
    *, enrolment: Enrolment, by: Any, at: datetime | None = None
) -> Enrolment:
    """Leave the seat to the next person, and the list with it. Twice is once.

    Raises:
        NoOfferError: no seat is offered.
    """
    with locked_run(enrolment.run_id) as run:
        moment = at or run.asked_at
        row = lock_enrolment(enrolment.pk, run)
        if row.state == State.WITHDRAWN:
            return row
        if row.state != State.OFFERED:
            raise NoOfferError
        change(row, to=State.WITHDRAWN, by=by, at=moment, reason=Cause.DECLINED)
        offer_free_seats(run, at=moment, by=None)
        return row


def pass_on(*, run: CourseRun, at: datetime | None = None) -> int:
    """End the offers that ran out and offer their seats to the next; how many ended.

    Who let an offer run out leaves the list: the seat would come back to them for ever.
    They are told, and may wait again. Once a run has begun its list is closed.
    """
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
        rows = Enrolment.objects.filter(run=locked)
        lapsed = list(rows.offers_to_pass_on(moment).order_by("pk"))
        for row in lapsed:
            _end(row, locked, to=State.WITHDRAWN, cause=Cause.OFFER_EXPIRED, at=moment)
        if locked.state(moment) in OVER:
            for row in list(rows.waiting()):
                _end(row, locked, to=State.REJECTED, cause=Cause.STARTED, at=moment)
        else:
            offer_free_seats(locked, at=moment, by=None)
        return len(lapsed)


def _end(
    row: Enrolment, run: CourseRun, *, to: State, cause: Cause, at: datetime
) -> None:
    row.run = run
    event = change(row, to=to, by=None, at=at, reason=cause)
    template = {
        Cause.OFFER_EXPIRED: notices.OFFER_EXPIRED,
        Cause.STARTED: notices.QUEUE_CLOSED,
    }[cause]
    notices.tell(enrolment=row, event=event, template=template)


def pass_on_all(*, at: datetime | None = None) -> int:
    """What must happen to waiting lists by itself, each run in its own transaction.

    Also offers free seats to people who may have them only now: they left another class,
    or a rule changed. One run that fails does not hold up the others.
    """
    moment = at or timezone.now()
    return each_alone(
        _runs_to_look_at(moment),
        lambda run: pass_on(run=run, at=moment),
        trouble="waiting list of run %s could not be passed on",
    )


def _runs_to_look_at(at: datetime) -> list[CourseRun]:
    """Runs of which an offer ran out, that have room, or that are over meanwhile."""
    queued = Enrolment.objects.filter(state__in=(State.WAITLISTED, State.OFFERED))
    lapsed = set(
        Enrolment.objects.offers_to_pass_on(at).values_list("run_id", flat=True)
    )
    runs = CourseRun.objects.filter(pk__in=queued.values("run")).order_by("pk")
    return [
        run
        for run in runs
        if run.pk in lapsed or seats_left(run) != 0 or run.state(at) in OVER
    ]
