"""Holding a draw: promise the seed, freeze the list, draw, write down (R-01d).

The rule itself is `learning.draw_rule`, pure and recomputable. Here is when each step
may be taken; none is ever taken back.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from core.services.audit import record_audit
from core.services.each import each_alone
from courses.choices import Allocation
from courses.models import CourseRun
from learning import draw_rule
from learning.choices import Cause, State
from learning.draw_rule import Entry, Result, Terms
from learning.exceptions import DrawNotReadyError, QuotasTooLargeError
from learning.models import Draw, Enrolment
from learning.services import notices
from learning.services.episodes import change, next_queue_number
from learning.services.limits import have_learnt_before
from learning.services.locks import locked_run, once_more
from learning.services.seats import seats_left
from schools.choices import Role
from schools.models import Membership

# Between the list's publication and the draw everybody can keep a copy of its hash.
DRAW_AFTER = timedelta(hours=1)


def prepare_draw(*, run: CourseRun, at: datetime | None = None) -> Draw:
    """Make the seed and publish its hash; a prepared draw is returned as it is.

    To be called before applications come in; the first application calls it at the
    latest.
    """
    with locked_run(run.pk) as locked:
        return prepare_locked(locked, at=at)


def prepare_locked(run: CourseRun, at: datetime | None = None) -> Draw:
    """`prepare_draw` under the run's lock, which the caller holds."""
    known = Draw.objects.filter(run=run).first()
    if known is not None:
        return known
    seed = draw_rule.new_seed()
    made: Draw = Draw.objects.create(
        run=run,
        seed=seed,
        seed_hash=draw_rule.seed_hash(seed),
        prepared_at=at or timezone.now(),
    )
    return made


def may_close_list(run: CourseRun, at: datetime) -> bool:
    """Whether the time has come to freeze the list of the run's draw."""
    is_over = run.enrol_until is not None and run.enrol_until <= at
    is_drawn = run.allocation == Allocation.DRAW
    return is_drawn and is_over and run.cancelled_at is None


def may_hold_draw(run: CourseRun, draw: Draw, at: datetime) -> bool:
    """Whether the list has been public for long enough to draw from it."""
    closed = draw.closed_at
    return closed is not None and run.cancelled_at is None and at >= closed + DRAW_AFTER


@once_more
def close_list(*, run: CourseRun, by: Any = None, at: datetime | None = None) -> Draw:
    """Freeze the list of a run whose enrolment is over, and publish its hash.

    A closed list is returned as it is.

    Raises:
        DrawNotReadyError: enrolment is not over, or the run has no draw.
    """
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
        draw = prepare_locked(locked, at=moment)
        if draw.closed_at is not None:
            return draw
        if not may_close_list(locked, moment):
            raise DrawNotReadyError
        entries = sorted(_entries(locked, moment))
        draw.entries = [[e.ticket, e.community, e.is_first_time] for e in entries]
        draw.list_hash = draw_rule.list_hash(entries)
        draw.closed_at = moment
        draw.save()
        CourseRun.objects.filter(pk=locked.pk).update(draw_list_hash=draw.list_hash)
        record_audit(
            actor=by,
            action="run.list_closed",
            subject=locked,
            school_id=locked.school_id,
            tickets=len(entries),
        )
        return draw


def _entries(run: CourseRun, at: datetime) -> list[Entry]:
    """One line for each applicant: ticket, community of residence, first time or not."""
    rows = Enrolment.objects.filter(run=run, state=State.APPLIED)
    tickets = dict(rows.values_list("learner_id", "ticket"))
    homes = Membership.objects.active(at).filter(role=Role.LEARNER, user__in=tickets)
    communities: dict[int, int] = {}
    # Who is registered twice belongs where they have been for longest.
    for user_id, school_id in homes.order_by("since", "pk").values_list(
        "user_id", "school_id"
    ):
        communities.setdefault(user_id, school_id)
    experienced = have_learnt_before(tickets, run)
    return [
        Entry(
            ticket=ticket,
            community=str(communities.get(learner_id, "")),
            is_first_time=learner_id not in experienced,
        )
        for learner_id, ticket in tickets.items()
    ]


@once_more
def hold_draw(*, run: CourseRun, by: Any = None, at: datetime | None = None) -> Draw:
    """Draw, give out the seats and the places in the queue, and publish the seed.

    A draw that was held is returned as it is: nothing draws again.

    Raises:
        DrawNotReadyError: the list is not closed, or was closed less than an hour ago.
        QuotasTooLargeError: more seats are set aside than there are.
    """
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
        draw = Draw.objects.filter(run=locked).first()
        if draw is not None and draw.drawn_at is not None and not locked.cancelled_at:
            return draw
        if draw is None or not may_hold_draw(locked, draw, moment):
            raise DrawNotReadyError
        terms = _terms(locked, draw)
        rows = {
            row.ticket: row
            for row in Enrolment.objects.filter(run=locked, state=State.APPLIED)
            .exclude(ticket="")
            .select_related("learner")
        }
        entries = draw_rule.entries_from(draw.entries)
        given_back = sorted({entry.ticket for entry in entries} - set(rows))
        result = draw_rule.draw(
            entries, seed=draw.seed, terms=terms, given_back=given_back
        )
        _write_down(draw, terms, given_back, result, by=by, at=moment)
        _give_out(locked, rows, result, by=by, at=moment)
        record_audit(
            actor=by,
            action="run.drawn",
            subject=locked,
            school_id=locked.school_id,
            seats=len(result.seated),
            waiting=len(result.waiting),
        )
        return draw


def _terms(run: CourseRun, draw: Draw) -> Terms:
    left = seats_left(run)
    quotas = check_quotas(run)
    return Terms(
        seats=len(draw.entries) if left is None else left,
        quotas=quotas,
        first_time_first=run.first_time_first,
    )


def check_quotas(run: CourseRun) -> dict[str, int]:
    """The seats set aside for communities: {school's id: seats}.

    Raises:
        QuotasTooLargeError: together they are more than the run's seats.
    """
    quotas = {str(school): int(seats) for school, seats in run.draw_quotas.items()}
    reserved = sum(quotas.values())
    if run.capacity is not None and reserved > run.capacity:
        raise QuotasTooLargeError(reserved, run.capacity)
    return quotas


def _write_down(
    draw: Draw,
    terms: Terms,
    given_back: list[str],
    result: Result,
    *,
    by: Any,
    at: datetime,
) -> None:
    draw.result = {
        "seats": terms.seats,
        "quotas": dict(terms.quotas),
        "first_time_first": terms.first_time_first,
        "given_back": given_back,
        "seated": list(result.seated),
        "waiting": list(result.waiting),
    }
    draw.drawn_at = at
    draw.by = by
    draw.save()
    CourseRun.objects.filter(pk=draw.run_id).update(draw_seed=draw.seed, drawn_at=at)


def _give_out(
    run: CourseRun, rows: dict[str, Enrolment], result: Result, *, by: Any, at: datetime
) -> None:
    for ticket in result.seated:
        row = rows[ticket]
        row.run = run
        event = change(row, to=State.CONFIRMED, by=by, at=at, reason=Cause.DRAWN)
        notices.tell(enrolment=row, event=event, template=notices.SEAT_CONFIRMED)
    first = next_queue_number(run)
    for position, ticket in enumerate(result.waiting):
        row = rows[ticket]
        row.run = run
        event = change(
            row,
            to=State.WAITLISTED,
            by=by,
            at=at,
            reason=Cause.DRAWN,
            queue_tier=0,
            queue_number=first + position,
        )
        notices.tell(
            enrolment=row,
            event=event,
            template=notices.DRAW_WAITING,
            position=position + 1,
        )


def recompute(draw: Draw) -> Result:
    """The result as the rule gives it from what is published of the draw."""
    written = draw.result
    return draw_rule.draw(
        draw_rule.entries_from(draw.entries),
        seed=draw.seed,
        terms=Terms(
            seats=written["seats"],
            quotas=written["quotas"],
            first_time_first=written["first_time_first"],
        ),
        given_back=written["given_back"],
    )


def is_as_published(draw: Draw) -> bool:
    """Whether list, seed and result of a held draw still fit one another."""
    entries = draw_rule.entries_from(draw.entries)
    result = recompute(draw)
    return (
        draw_rule.seed_hash(draw.seed) == draw.seed_hash
        and draw_rule.list_hash(entries) == draw.list_hash
        and list(result.seated) == draw.result["seated"]
        and list(result.waiting) == draw.result["waiting"]
    )


def take_due_steps(*, at: datetime | None = None) -> int:
    """Prepare, close and hold the draws whose time has come; how many steps.

    Each run in its own transaction; one that fails does not hold up the others.
    """
    moment = at or timezone.now()
    runs = CourseRun.objects.awaiting_draw().filter(
        Q(draw__isnull=True) | Q(enrol_until__lte=moment)
    )
    return each_alone(
        runs.select_related("draw").order_by("pk"),
        lambda run: _take_step(run, moment),
        trouble="draw of run %s could not go on",
    )


def _take_step(run: CourseRun, at: datetime) -> int:
    draw = getattr(run, "draw", None)
    if not may_close_list(run, at):
        prepare_draw(run=run, at=at)
        return 1
    if draw is None or draw.closed_at is None:
        close_list(run=run, at=at)
        return 1
    if may_hold_draw(run, draw, at):
        hold_draw(run=run, at=at)
        return 1
    return 0
