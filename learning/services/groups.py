"""Learning together: who sits before the screen, and what it is worth to each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.exceptions import KeyReusedError
from core.services.audit import record_audit
from core.services.each import each_alone
from courses.models import CourseRun, LessonPage
from learning.choices import ProgressSource, Source
from learning.exceptions import GroupOverError
from learning.join import Interval, ProgressState
from learning.models import GroupSeat, GroupSitting, LessonProgress
from learning.permissions import study_enrolment
from learning.report import Report
from learning.services.enrolment import enrol_learner
from learning.services.locks import once_more
from learning.services.progress import record

# A sitting that nobody has ended did not go on through the night.
LONGEST = timedelta(hours=4)


@transaction.atomic
def start_sitting(
    *, lesson: LessonPage, by: Any, key: str, at: datetime | None = None
) -> GroupSitting:
    """Begin to play a lesson to a group; the same key again is the same sitting.

    The caller has asked `can_lead_group`.

    Raises:
        KeyReusedError: the key came before for another lesson.
    """
    moment = at or timezone.now()
    school = lesson.course.school
    sitting, is_new = GroupSitting.objects.get_or_create(
        school=school,
        key=key,
        defaults={"lesson": lesson, "led_by": by, "started_at": moment},
    )
    if sitting.lesson_id != lesson.pk:
        raise KeyReusedError
    if is_new:
        record_audit(
            actor=by,
            action="group.started",
            subject=sitting,
            school_id=sitting.school_id,
            lesson=lesson.pk,
        )
    found: GroupSitting = sitting
    return found


@transaction.atomic
def seat_people(*, sitting: GroupSitting, people: Iterable[Any]) -> int:
    """Give each person a seat; who has one keeps it. How many are new.

    The caller has found the people as at the counter, or they have scanned themselves.

    Raises:
        GroupOverError: the sitting was ended.
    """
    locked = _lock(sitting)
    if locked.is_over:
        raise GroupOverError
    seated = [
        GroupSeat.objects.get_or_create(sitting=locked, learner=one) for one in people
    ]
    return sum(is_new for _seat, is_new in seated)


@transaction.atomic
def take_seat_back(*, seat: GroupSeat) -> None:
    """Somebody was not there after all; once the seat is gone nothing happens.

    Raises:
        GroupOverError: the sitting was ended.
    """
    if _lock(seat.sitting).is_over:
        raise GroupOverError
    GroupSeat.objects.filter(pk=seat.pk).delete()


def end_sitting(*, sitting: GroupSitting, by: Any, at: datetime | None = None) -> int:
    """«这一课学完了»: credit the lesson to everybody who is there, once. How many now.

    Each person in a transaction of their own, so not to be called within one: what
    cannot be credited to one is credited to the others, and pressing again tries those
    who are left. The end is that of the first press.
    """
    ended = _end(sitting, by, at or timezone.now())
    content = ended.lesson.content
    watched = watched_together(
        [(one.block_id, one.duration_s) for one in content.media], ended.lasted_s()
    )
    waiting = GroupSeat.objects.filter(sitting=ended, credited_at__isnull=True)
    credited = each_alone(
        list(waiting.order_by("pk")),
        lambda seat: _credit(seat=seat, sitting=ended, watched=watched, by=by),
        trouble="seat %s not credited",
    )
    if credited:
        record_audit(
            actor=by,
            action="group.credited",
            subject=ended,
            school_id=ended.school_id,
            lesson=ended.lesson_id,
            people=credited,
        )
    return credited


def watched_together(
    media: Iterable[tuple[str, float]], lasted_s: float
) -> dict[str, tuple[Interval, ...]]:
    """What a group has watched in so many seconds: from the beginning, one by one.

    A pure function. Nobody saw the player: what is certain is the time between start
    and end, so no medium counts beyond its length, and all together not beyond that.

    Args:
        media: (block id, length in seconds) in the order of the lesson.
        lasted_s: seconds between start and end.
    """
    left = lasted_s
    found: dict[str, tuple[Interval, ...]] = {}
    for block_id, length in media:
        given = round(min(length, left), 2)
        if given <= 0:
            continue
        found[block_id] = ((0.0, given),)
        left -= given
    return found


def _lock(sitting: GroupSitting) -> GroupSitting:
    rows = GroupSitting.objects.select_for_update(of=("self",), no_key=True)
    found: GroupSitting = rows.select_related("lesson").get(pk=sitting.pk)
    return found


@transaction.atomic
def _end(sitting: GroupSitting, by: Any, at: datetime) -> GroupSitting:
    locked = _lock(sitting)
    if not locked.is_over:
        latest = locked.started_at + LONGEST
        locked.ended_at = min(max(at, locked.started_at), latest)
        locked.save(update_fields=["ended_at"])
        record_audit(
            actor=by,
            action="group.ended",
            subject=locked,
            school_id=locked.school_id,
            lesson=locked.lesson_id,
        )
    return locked


@once_more
def _credit(
    *,
    seat: GroupSeat,
    sitting: GroupSitting,
    watched: dict[str, tuple[Interval, ...]],
    by: Any,
) -> int:
    """One person's lesson; whether it was credited now."""
    with transaction.atomic():
        rows = GroupSeat.objects.select_for_update(of=("self",), no_key=True)
        locked = rows.select_related("learner").get(pk=seat.pk)
        # Who has closed the account meanwhile has learnt nothing here.
        if locked.credited_at is not None or not locked.learner.is_active:
            return 0
        _learn(locked.learner, sitting, watched, by)
        locked.credited_at = timezone.now()
        locked.save(update_fields=["credited_at"])
    return 1


def _learn(
    learner: Any,
    sitting: GroupSitting,
    watched: dict[str, tuple[Interval, ...]],
    by: Any,
) -> None:
    """Join the lesson into what the person has; questions are answered by themself."""
    end = sitting.ended_at
    assert end is not None  # noqa: S101 - `end_sitting` has set it
    lesson = sitting.lesson
    enrolment = study_enrolment(learner, lesson.course.pk) or enrol_learner(
        learner=learner,
        run=CourseRun.objects.self_paced().get(course=lesson.course),
        source=Source.GROUP,
        by=by,
        at=end,
    )
    done = LessonProgress.objects.filter(
        enrolment=enrolment, lesson=lesson, completed_at__isnull=False
    )
    if done.exists():
        # Finished at home: when and how stays as it is.
        return
    state = ProgressState(
        opened_at=sitting.started_at, seen_until=end, done_at=end, watched=watched
    )
    record(
        enrolment=enrolment,
        lesson=lesson,
        report=Report(state=state),
        source=ProgressSource.GROUP,
        at=end,
    )
