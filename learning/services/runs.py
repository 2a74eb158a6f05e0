"""What staff change about a class that touches the people on it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.choices import SessionState
from core.civil_time import civil_date
from core.services.audit import record_audit
from courses.choices import Allocation
from courses.exceptions import NoPlanError
from courses.models import CoursePage, CourseRun, RunSession
from courses.services.timetable import cancel_session, plan_run
from learning.choices import LIVE_STATES, Cause, State
from learning.exceptions import (
    AllocationFixedError,
    CapacityBelowTakenError,
    ChangedMeanwhileError,
    EnrolmentClosedError,
    RunCancelledError,
)
from learning.models import Draw, Enrolment
from learning.services import notices
from learning.services.days import tell_of_new_days
from learning.services.draw import check_quotas, prepare_draw
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
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
        _set_capacity(locked, capacity, by=by, at=moment)
        return locked


def _set_capacity(
    locked: CourseRun, capacity: int | None, *, by: Any, at: datetime
) -> None:
    """`set_capacity` under the run's lock, which the caller holds."""
    was = locked.capacity
    if capacity == was:
        return
    if capacity is not None and capacity < locked.seats_taken:
        raise CapacityBelowTakenError(locked.seats_taken)
    CourseRun.objects.filter(pk=locked.pk).update(capacity=capacity)
    locked.capacity = capacity
    check_quotas(locked)
    record_audit(
        actor=by,
        action="run.capacity_set",
        subject=locked,
        school_id=locked.school_id,
        before=was,
        after=capacity,
    )
    offer_free_seats(locked, at=at, by=None)


# What the school says of a class, besides its seats; the names are the model's.
FACTS = (
    "term", "weekday", "start_time", "end_time", "starts_on", "venue", "teacher",
    "min_seats", "allocation", "first_time_first", "returning_from", "residents_from",
    "enrol_from", "enrol_until", "age_min", "age_max", "offer_hours", "note",
    "draw_quotas",
)  # fmt: skip
MARK_LENGTH = 16
# Of these the sessions are made; a class whose plan is as it was keeps its sessions.
PLAN = ("weekday", "start_time", "end_time", "starts_on", "venue", "teacher")


@dataclass(frozen=True)
class ClassPlan:
    """What a class shall be: its facts, its seats and when it meets.

    `count` sessions each week from `starts_on`, or the single `days`; one of the two.
    """

    facts: Mapping[str, Any]
    capacity: int
    count: int | None = None
    days: Sequence[date] | None = None


@transaction.atomic
def open_class(
    *, course: CoursePage, plan: ClassPlan, by: Any, at: datetime | None = None
) -> CourseRun:
    """Make a class of the course with its sessions; people may come from `enrol_from`.

    Raises:
        NoPlanError: no session can be made from the plan.
        RoomTakenError, TeacherBusyError: a session would clash.
        QuotasTooLargeError: more seats are set aside than the class has.
    """
    moment = at or timezone.now()
    made: CourseRun = CourseRun.objects.create(
        course=course,
        school=course.school,
        capacity=plan.capacity,
        **{name: plan.facts[name] for name in FACTS},
    )
    check_quotas(made)
    _make_sessions(made, plan, at=moment)
    if made.allocation == Allocation.DRAW:
        # The seed is promised before anybody can apply.
        prepare_draw(run=made, at=moment)
    record_audit(
        actor=by,
        action="run.created",
        subject=made,
        school_id=made.school_id,
        term=made.term,
        seats=made.capacity,
    )
    return made


@once_more
def change_class(
    *,
    run: CourseRun,
    plan: ClassPlan,
    by: Any,
    seen: str = "",
    at: datetime | None = None,
) -> CourseRun:
    """Bring a class to what its school says now; only sessions that lie ahead move.

    Sending the same again changes nothing. New seats are offered to who waits.

    Args:
        run: the class; read again under its lock.
        plan: what it shall be.
        by: who changes it.
        seen: the `mark_of` the class that the plan was made from; empty where whoever
            asks has just read it.
        at: now.

    Raises:
        RunCancelledError: the class does not take place.
        ChangedMeanwhileError: it is not what `seen` says any more, and the plan would
            undo what somebody else has written.
        AllocationFixedError: people came under another rule of giving out the seats.
        CapacityBelowTakenError: more seats are held than the class would have.
        QuotasTooLargeError: more seats are set aside than the class would have.
        NoPlanError, RoomTakenError, TeacherBusyError: the new plan cannot be.
    """
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
        if locked.cancelled_at is not None:
            raise RunCancelledError
        changed = [name for name in FACTS if getattr(locked, name) != plan.facts[name]]
        is_moved = bool(set(changed) & set(PLAN)) or not _meets_as(locked, plan)
        is_other = bool(changed) or is_moved or plan.capacity != locked.capacity
        if seen and is_other and seen != mark_of(locked):
            raise ChangedMeanwhileError
        _refuse_another_rule(locked, changed)
        for name in changed:
            setattr(locked, name, plan.facts[name])
        if is_moved:
            # The last day is that of the sessions, which are made below.
            locked.ends_on = None
        locked.save(update_fields=[*changed, "ends_on"])
        _set_capacity(locked, plan.capacity, by=by, at=moment)
        if is_moved:
            _make_sessions(locked, plan, at=moment)
        if changed or is_moved:
            entry = record_audit(
                actor=by,
                action="run.changed",
                subject=locked,
                school_id=locked.school_id,
                changed=changed,
                sessions_moved=is_moved,
            )
            if is_moved:
                tell_of_new_days(locked, entry, at=moment)
        return locked


def mark_of(run: CourseRun) -> str:
    """A short mark of what a class is; another mark says that somebody changed it."""
    values = [[name, str(getattr(run, name))] for name in FACTS]
    said = [values, run.capacity, [str(day) for day in session_days(run)]]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:MARK_LENGTH]


def _refuse_another_rule(run: CourseRun, changed: Sequence[str]) -> None:
    """Nobody learns afterwards that the seats are given out in another way."""
    rule = {"allocation", "first_time_first", "draw_quotas"} & set(changed)
    if rule and Enrolment.objects.filter(run=run, state__in=LIVE_STATES).exists():
        raise AllocationFixedError
    # The list was frozen when enrolment ended; another end would make it untrue.
    is_draw = run.allocation == Allocation.DRAW
    touches_draw = rule or (is_draw and "enrol_until" in changed)
    closed = Draw.objects.filter(run=run, closed_at__isnull=False)
    if touches_draw and closed.exists():
        raise AllocationFixedError


def session_days(run: CourseRun) -> list[date]:
    """The civil days on which the class meets, in their order; cancelled ones not."""
    rows = run.run_sessions.taking_place().order_by("session__starts_at")
    times = rows.values_list("session__starts_at", flat=True)
    return [civil_date(one) for one in times]


def _meets_as(run: CourseRun, plan: ClassPlan) -> bool:
    known = session_days(run)
    if plan.days is not None:
        return sorted(set(plan.days)) == known
    return plan.count == len(known)


def _make_sessions(run: CourseRun, plan: ClassPlan, *, at: datetime) -> None:
    made = plan_run(run=run, count=plan.count, days=plan.days, at=at)
    if not any(one.session.state != SessionState.CANCELLED for one in made):
        raise NoPlanError(
            _("这样排不出一次课：日子已经过了，或者都是放假。请改一改日期。")
        )


@once_more
def open_enrolment(*, run: CourseRun, by: Any, at: datetime | None = None) -> CourseRun:
    """Let everybody come from now on; a class that is open already stays as it is.

    Raises:
        RunCancelledError: the class does not take place.
        EnrolmentClosedError: its enrolment has ended.
    """
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
        if locked.cancelled_at is not None:
            raise RunCancelledError
        if locked.enrol_until is not None and locked.enrol_until <= moment:
            raise EnrolmentClosedError
        if locked.enrol_from is None or locked.enrol_from <= moment:
            return locked
        before = locked.enrol_from
        # As forms write it: in whole minutes.
        moment = moment.replace(second=0, microsecond=0)
        locked.enrol_from = moment
        # An earlier window that would begin later than that for everybody is none.
        for name in ("returning_from", "residents_from"):
            first = getattr(locked, name)
            if first is not None and first > moment:
                setattr(locked, name, None)
        locked.save(update_fields=["enrol_from", "returning_from", "residents_from"])
        record_audit(
            actor=by,
            action="run.opened",
            subject=locked,
            school_id=locked.school_id,
            before=before.isoformat(),
        )
        return locked


@once_more
def cancel_run(
    *, run: CourseRun, by: Any, reason: str = "", at: datetime | None = None
) -> CourseRun:
    """Cancel a class: seats, offers, queue, draw and lessons to come end.

    Everybody on it is told once. What was completed, and lessons that were held, stay.
    A cancelled run is returned as it is.
    """
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
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
