"""How far people are on the way to completion: read for many at once.

Six queries whatever the number of people: sessions of the classes, rolls, required
lessons, what is done of them, marks, courses.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from attendance.models import AttendanceRecord, Session
from core.kept_sql import kept
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


@dataclass(frozen=True)
class LessonFigures:
    """The required lessons of a course, and how many of them somebody has completed."""

    required: int
    done: int

    def with_one_more(self) -> "LessonFigures":
        """After one more was completed."""
        return LessonFigures(self.required, self.done + 1)


def read_row(
    enrolment: Enrolment, lesson: LessonPage
) -> tuple[LessonProgress | None, LessonFigures]:
    """The row of the lesson, None before the first; and the figures of its course.

    One query, for what each report asks under the lock of the enrolment.
    """
    found = _row_and_figures.first(
        enrolment=enrolment.pk, lesson=lesson.pk, path=lesson.path[: -lesson.steplen]
    )
    figures = LessonFigures(found.required_total or 0, found.done_total or 0)
    # What is not there leaves no attribute behind.
    return getattr(found, "own_row", None), figures


@kept(
    enrolment=models.BigIntegerField(),
    lesson=models.BigIntegerField(),
    path=models.CharField(),
)
def _row_and_figures(enrolment: Any, lesson: Any, path: Any) -> Any:
    required = in_path(LessonPage.objects.live(), path).filter(is_required=True)
    done = LessonProgress.objects.filter(
        enrolment=enrolment,
        completed_at__isnull=False,
        lesson__in=required.order_by().values("pk"),
    )
    own = models.FilteredRelation(
        "progress", condition=models.Q(progress__lesson=lesson)
    )
    enrolments: Any = Enrolment.objects
    return (
        enrolments.filter(pk=enrolment)
        .annotate(
            own_row=own,
            required_total=_number_of(required),
            done_total=_number_of(done),
        )
        .select_related("own_row")
        .order_by()
    )


def _number_of(rows: Any) -> models.Subquery:
    """How many rows there are, as a column; empty for none."""
    counted = rows.order_by().annotate(all_of_them=models.Value(1))
    number = counted.values("all_of_them").annotate(number=models.Count("pk"))
    return models.Subquery(number.values("number"), output_field=models.IntegerField())


def read_figures(enrolment: Enrolment) -> LessonFigures:
    """The figures of the course as they are now; one query."""
    finished = LessonProgress.objects.filter(
        enrolment=enrolment, lesson=models.OuterRef("pk"), completed_at__isnull=False
    )
    number = models.Count("pk")
    done = models.Count("pk", filter=models.Exists(finished))
    lessons = in_path(LessonPage.objects.live(), enrolment.run.course.path)
    required = lessons.filter(is_required=True).order_by()
    return LessonFigures(**required.aggregate(required=number, done=done))


def lacks_lessons(row: Enrolment, figures: LessonFigures) -> bool:
    """Whether required lessons alone keep somebody from completing; no query.

    Asked after each lesson, of which most are not the last one. Of a class it is not
    known in this way: its rule may ask for no lesson at home.
    """
    if not row.run.is_self_paced:
        return False
    return figures.done * 100 < figures.required * row.run.course.rule_lessons


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
