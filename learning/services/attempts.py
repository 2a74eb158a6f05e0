"""Beginning an attempt, and handing in those whose time is over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.services.each import each_alone
from courses.models import LessonPage
from learning.exceptions import NoAttemptsLeftError, NotEnrolledError
from learning.models import Attempt, Enrolment
from learning.paper import content_of
from learning.services.answers import (
    current_attempt,
    open_attempt,
    shares_of,
    submit,
)
from learning.services.progress import lock_learner, rejudge


@transaction.atomic
def begin_attempt(
    *,
    enrolment: Enrolment,
    lesson: LessonPage,
    at: datetime | None = None,
    is_unhurried: bool = False,
) -> Attempt:
    """The open attempt, else a new one; of two tabs both get the same.

    `is_unhurried`: the learner reads in 长辈版, in which no quiz has a limit.

    Raises:
        NoAttemptsLeftError: the learner has had as many as the lesson allows.
        NotEnrolledError: the enrolment does not study any more.
    """
    moment = at or timezone.now()
    locked = lock_learner(enrolment.pk)
    if not locked.can_study:
        raise NotEnrolledError
    last = current_attempt(locked, lesson)
    if last is not None and last.is_open and not last.is_over(moment):
        return last
    if last is not None and last.is_open:
        hand_in_if_over(attempt=last, at=moment)
    number = last.number + 1 if last else 1
    if lesson.attempts_allowed is not None and number > lesson.attempts_allowed:
        raise NoAttemptsLeftError(lesson.attempts_allowed)
    deadline = None if is_unhurried else deadline_of(lesson, locked, moment)
    return open_attempt(
        enrolment=locked, lesson=lesson, at=moment, number=number, deadline=deadline
    )


def deadline_of(
    lesson: LessonPage, enrolment: Enrolment, begun: datetime
) -> datetime | None:
    """Until when somebody who begins then may answer; None without a limit."""
    if not lesson.time_limit_minutes:
        return None
    share = 1 + enrolment.extra_time_percent / 100
    return begun + timedelta(minutes=lesson.time_limit_minutes * share)


@transaction.atomic
def lift_limit(*, attempt: Attempt, at: datetime) -> None:
    """Whoever goes on in 长辈版 has no limit any more (UX-TAP-4); what is over stays so."""
    lock_learner(attempt.enrolment_id)
    row = Attempt.objects.get(pk=attempt.pk)
    if row.is_open and row.deadline is not None and at < row.deadline:
        row.deadline = None
        row.save(update_fields=["deadline"])
    attempt.deadline = row.deadline


def hand_in_overdue(at: datetime | None = None) -> int:
    """Hand in every open attempt whose time is over; how many."""
    moment = at or timezone.now()
    rows = Attempt.objects.overdue(moment).order_by("pk")
    return each_alone(
        rows.iterator(),
        lambda row: hand_in_if_over(attempt=row, at=moment),
        trouble="attempt %s not handed in",
    )


@transaction.atomic
def hand_in_if_over(*, attempt: Attempt, at: datetime) -> int:
    """Hand in an attempt whose time is over, with what was answered; 1 if it did now."""
    locked = lock_learner(attempt.enrolment_id)
    row = Attempt.objects.select_related("lesson").get(pk=attempt.pk)
    if not row.is_open or not row.is_over(at):
        return 0
    shares = shares_of(row.responses.all())
    submit(row, content_of(row.lesson, row), shares, at)
    rejudge(enrolment=locked, lesson=row.lesson, attempt=row, at=at)
    return 1
