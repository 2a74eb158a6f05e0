"""How far people are on the way to completion: read for many at once.

Six queries whatever the number of people: sessions of the classes, rolls, required
lessons, what is done of them, marks, courses.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef

from attendance.models import AttendanceRecord, Session
from core.pages import in_path
from courses.completion_rule import Standing
from courses.models import CoursePage, CourseRun, LessonPage, RunSession
from learning.models import Attempt, Enrolment, LessonProgress

# A roll can be entered later, from paper; after that long nobody remembers who came.
ROLL_WINDOW = timedelta(days=60)


@dataclass(frozen=True)
class Meeting:
    """A class as a whole: lessons that are over, that lie ahead, without a roll."""

    held: int
    ahead: int
    without_roll: int

    @property
    def is_over(self) -> bool:
        """Whether it had lessons and has none left."""
        return self.held > 0 and self.ahead == 0


def read_meeting(run: CourseRun, at: datetime) -> Meeting:
    """How far the class is; two queries."""
    ends = list(
        RunSession.objects.taking_place()
        .filter(run=run)
        .values_list("session__ends_at", flat=True)
    )
    held = sum(one <= at for one in ends)
    unknown = Session.objects.without_roll(at).filter(run_session__run=run)
    return Meeting(held, len(ends) - held, without_roll=unknown.count())


def lacks_lessons(row: Enrolment) -> bool:
    """Whether required lessons alone keep somebody from completing; one query.

    Asked after each lesson, of which most are not the last one. Of a class it is not
    known in this way: its rule may ask for no lesson at home.
    """
    if not row.run.is_self_paced:
        return False
    course = row.run.course
    finished = LessonProgress.objects.filter(
        enrolment=row, lesson=OuterRef("pk"), completed_at__isnull=False
    )
    figures = (
        in_path(LessonPage.objects.live(), course.path)
        .filter(is_required=True)
        .order_by()
        .aggregate(required=Count("pk"), done=Count("pk", filter=Exists(finished)))
    )
    needed = figures["required"] * course.rule_lessons
    return bool(figures["done"] * 100 < needed)


def missing_of(rows: Sequence[Enrolment], at: datetime) -> dict[int, list[str]]:
    """What each of these has left to do, by the number of the enrolment."""
    standings = read_standings(rows, at)
    courses = CoursePage.objects.in_bulk({row.run.course_id for row in rows})
    return {
        row.pk: courses[row.run.course_id].completion_rule.missing(
            standings[row.pk], is_class=not row.run.is_self_paced
        )
        for row in rows
    }


def read_standings(rows: Sequence[Enrolment], at: datetime) -> dict[int, Standing]:
    """How far each of these is, by the number of the enrolment.

    Only lessons of a class that are over count, and only required live lessons.
    """
    runs = {row.run_id for row in rows if not row.run.is_self_paced}
    held, came = _sessions(runs, rows, at) if runs else ({}, {})
    required = _required({row.run.course_id for row in rows})
    done, marks = _at_home(rows, required)
    return {
        row.pk: Standing(
            held=held.get(row.run_id, 0),
            came=came.get((row.run_id, row.learner_id), 0),
            required=len(required[row.run.course_id]),
            done=done.get(row.pk, 0),
            mark=marks.get(row.pk),
        )
        for row in rows
    }


def _sessions(
    runs: set[int], rows: Sequence[Enrolment], at: datetime
) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    held: dict[int, int] = defaultdict(int)
    over = RunSession.objects.taking_place().filter(
        run__in=runs, session__ends_at__lte=at
    )
    run_of = dict(over.values_list("session_id", "run_id"))
    for run_id in run_of.values():
        held[run_id] += 1
    came: dict[tuple[int, int], int] = defaultdict(int)
    records = AttendanceRecord.objects.came().filter(
        session__in=run_of, attendee__in={row.learner_id for row in rows}
    )
    for session_id, person in records.values_list("session_id", "attendee_id"):
        came[run_of[session_id], person] += 1
    return held, came


def _required(courses: set[int]) -> dict[int, set[int]]:
    """The required live lessons of each course, in two queries."""
    paths = dict(CoursePage.objects.filter(pk__in=courses).values_list("path", "pk"))
    depth = len(next(iter(paths), ""))
    found: dict[int, set[int]] = {pk: set() for pk in courses}
    lessons = LessonPage.objects.live().filter(is_required=True)
    by_path = [lessons.filter(path__startswith=path) for path in paths]
    if not by_path:
        return found
    rows = by_path[0].union(*by_path[1:]) if len(by_path) > 1 else by_path[0]
    for pk, path in rows.values_list("pk", "path"):
        found[paths[path[:depth]]].add(pk)
    return found


def _at_home(
    rows: Sequence[Enrolment], required: dict[int, set[int]]
) -> tuple[dict[int, int], dict[int, int]]:
    wanted = {row.pk: required[row.run.course_id] for row in rows}
    done: dict[int, int] = defaultdict(int)
    finished: Any = LessonProgress.objects.filter(
        enrolment__in=wanted, completed_at__isnull=False
    ).values_list("enrolment_id", "lesson_id")
    for enrolment_id, lesson_id in finished:
        done[enrolment_id] += lesson_id in wanted[enrolment_id]
    counted: dict[int, list[int]] = defaultdict(list)
    scores = (
        Attempt.objects.counted()
        .filter(enrolment__in=wanted)
        .values_list("enrolment_id", "lesson_id", "score")
        .order_by()
    )
    for enrolment_id, lesson_id, score in scores:
        if lesson_id in wanted[enrolment_id]:
            counted[enrolment_id].append(score)
    marks = {pk: round(sum(found) / len(found)) for pk, found in counted.items()}
    return done, marks
