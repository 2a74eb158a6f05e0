"""Completing a course by its rule, settling a class, and an exception with a reason."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from core.civil_time import civil_date
from core.services.audit import record_audit
from courses.models import CourseRun
from learning.choices import GOING_STATES, Cause, State
from learning.exceptions import (
    ClassNotOverError,
    NotCompletableError,
    OverrideRefusedError,
)
from learning.models import Enrolment
from learning.permissions import can_manage_runs
from learning.services.enrolment import move
from learning.services.locks import lock_enrolment, locked_run, once_more
from learning.standing import (
    ROLL_WINDOW,
    LessonFigures,
    lacks_lessons,
    missing_of,
    read_meeting,
    read_standings,
)


def complete_course_if_done(
    *, enrolment: Enrolment, figures: LessonFigures, at: datetime
) -> bool:
    """Complete the enrolment if it meets the rule of its course; whether it did now.

    Called under the lock of the enrolment, with the figures as they are by now. A course
    without required lessons is never complete: «尚未开课», not 100 %.
    """
    if enrolment.is_complete or lacks_lessons(enrolment, figures):
        return False
    if missing_of([enrolment], at)[enrolment.pk]:
        return False
    move(enrolment=enrolment, to=State.COMPLETED, by=enrolment.learner, at=at)
    return True


@once_more
def settle_class(*, run: CourseRun, by: Any, at: datetime | None = None) -> int:
    """«结课»: complete everybody who meets the rule; how many. Asked again, the rest.

    `by` is nobody where the clock does it. Who does not meet the rule stays as they
    are, and is completed when a roll that was corrected brings them over it.

    Raises:
        ClassNotOverError: lessons of the class still lie ahead, or it has none.
    """
    with locked_run(run.pk) as locked:
        moment = at or locked.asked_at
        meeting = read_meeting(locked, moment)
        if not meeting.is_over or locked.cancelled_at is not None:
            raise ClassNotOverError
        going = Enrolment.objects.filter(run=locked, state__in=GOING_STATES)
        done = complete_those_who_may(list(going.order_by("pk")), by=by, at=moment)
        if locked.settled_at is None:
            locked.settled_at = moment
            locked.save(update_fields=["settled_at"])
            record_audit(
                actor=by,
                action="class.settled",
                subject=locked,
                school_id=locked.school_id,
                completed=done,
                without_roll=meeting.without_roll,
            )
        return done


def settle_due(at: datetime) -> list[CourseRun]:
    """Classes that are over with every roll taken, and not settled yet.

    Of the last 60 days: as long as a roll can be entered later.
    """
    today = civil_date(at)
    runs = (
        CourseRun.objects.dated()
        .not_cancelled()
        .filter(settled_at__isnull=True, starts_on__lte=today)
        .filter(ends_on__gte=today - ROLL_WINDOW)
        .with_meetings(at)
        .filter(session_begun__gt=0, next_at__isnull=True)
    )
    return [
        run
        for run in runs
        if (meeting := read_meeting(run, at)).is_over and not meeting.without_roll
    ]


def complete_those_who_may(rows: list[Enrolment], *, by: Any, at: datetime) -> int:
    """Complete each of these whose rule is met, in the order of their numbers."""
    missing = missing_of(rows, at)
    done = 0
    for row in rows:
        if missing[row.pk] or row.is_complete:
            continue
        move(enrolment=row, to=State.COMPLETED, by=by, at=at)
        done += 1
    return done


@once_more
def grant_completion(
    *, enrolment: Enrolment, by: Any, reason: str, at: datetime | None = None
) -> Enrolment:
    """Complete somebody who does not meet the rule; it stays, whatever comes later.

    Raises:
        OverrideRefusedError: not staff of the school, without a reason, or for oneself.
        NotCompletableError: the person is not on the course any more.
    """
    moment = at or timezone.now()
    why = " ".join(reason.split())
    is_own = by.pk == enrolment.learner_id
    if is_own or not why or not can_manage_runs(by, enrolment.run.school):
        raise OverrideRefusedError
    with locked_run(enrolment.run_id) as run:
        row = lock_enrolment(enrolment.pk, run)
        if row.is_complete:
            return row
        if row.state not in GOING_STATES:
            raise NotCompletableError
        standing = read_standings([row], moment)[row.pk]
        record_audit(
            actor=by,
            action="completion.granted",
            subject=row,
            school_id=run.school_id,
            reason=why,
            came=standing.came,
            held=standing.held,
        )
        return move(
            enrolment=row,
            to=State.COMPLETED,
            by=by,
            at=moment,
            reason=f"{Cause.GRANTED.label}：{why}",
        )
