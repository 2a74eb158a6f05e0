"""Reading for the desk: courses with counts, and rosters, in few queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import Session
from core.civil_time import civil_date, midnight
from courses.models import CourseRun, LessonPage, RunSession
from learning.insight import class_figures, people_of_class
from learning.models import Enrolment, LessonProgress
from learning.models.class_figures import Figure, condition
from learning.permissions import MANAGERS
from schools.choices import Role
from schools.permissions import centre_roles_of


class ListFilter(StrEnum):
    """Which rows of a list are shown; the first member is what is shown at first."""

    @classmethod
    def read(cls, text: str) -> Self:
        """The filter of that name; the first one for a name that there is not."""
        return cls(text) if text in list(cls) else next(iter(cls))


class RosterFilter(ListFilter):
    """Which rows of a roster are shown."""

    ALL = "all"
    STUCK = "stuck"
    UNFINISHED = "unfinished"
    FINISHED = "finished"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [
            (cls.ALL, _("全部")),
            (cls.STUCK, _("卡住了")),
            (cls.UNFINISHED, _("还在学")),
            (cls.FINISHED, _("学完了")),
        ]


def runs_for_desk(user: Any) -> QuerySet[CourseRun]:
    """The runs whose learners the person may see: own courses, own school, or all."""
    held = user.memberships.active()
    if Role.DIRECTOR in centre_roles_of(user):
        return CourseRun.objects.all()
    managed = held.filter(role__in=MANAGERS).values("school_id")
    taught = held.filter(role=Role.TEACHER).values("school_id")
    return CourseRun.objects.filter(
        Q(school__in=managed) | Q(school__in=taught, course__teachers__user=user)
    ).distinct()


def courses_for_desk(user: Any) -> QuerySet[CourseRun]:
    """Those runs with `enrolled`, `finished` and `stuck` counted in one query."""

    def counted(figure: Figure) -> Count:
        found = condition(figure, prefix="enrolments__")
        return Count("enrolments", filter=found, distinct=True)

    return (
        runs_for_desk(user)
        .select_related("course", "school")
        .annotate(
            enrolled=counted(Figure.STUDYING),
            finished=counted(Figure.FINISHED),
            stuck=counted(Figure.STUCK),
        )
        .order_by("-stuck", "-enrolled", "course__title")
    )


# As many sessions of a class are listed: those that have begun, and the week ahead.
ROLLS_SHOWN = 12


def rolls_of_today(user: Any) -> QuerySet[RunSession]:
    """The lessons of today whose roll the person takes, in one query."""
    start = midnight(civil_date())
    today = Session.objects.rolled_by(user).between(start, start + timedelta(days=1))
    lessons: QuerySet[RunSession] = (
        RunSession.objects.for_timetable().taking_place().filter(session__in=today)
    )
    return lessons


def rolls_of_run(user: Any, run: CourseRun) -> list[Session]:
    """The last sessions of a class and those of a week ahead, for who takes the roll."""
    sessions = Session.objects.rolled_by(user).taking_place()
    soon = timezone.now() + timedelta(days=7)
    return list(
        sessions.filter(run_session__run=run, starts_at__lte=soon)
        .order_by("-starts_at")
        .distinct()[:ROLLS_SHOWN]
    )


@dataclass
class RosterRow:
    """One learner on the roster."""

    enrolment: Enrolment
    name: str
    masked_phone: str
    done: int
    total: int
    is_stuck: bool
    # The person at the counter, for who serves there.
    reference: str = ""

    @property
    def words(self) -> str:
        if self.enrolment.is_complete:
            return _("学完了")
        if self.enrolment.last_seen_at is None:
            return _("还没开始")
        return _("%(total)s 课学完了 %(done)s 课") % {
            "total": self.total,
            "done": self.done,
        }


@dataclass
class Roster:
    """The enrolments of a run that the person may see, and how to read them."""

    enrolments: QuerySet[Enrolment]
    lesson_ids: list[int]
    # Whether a lesson of the course has a limit of time.
    has_timed: bool
    summary: dict[str, int]
    # How many `enrolments` are; counted with the summary.
    count: int

    def read(self, enrolments: Iterable[Enrolment]) -> Iterator[RosterRow]:
        """The rows of these enrolments; one query for all their progress."""
        rows = list(enrolments)
        done = dict(
            LessonProgress.objects.filter(
                enrolment__in=rows,
                lesson__in=self.lesson_ids,
                completed_at__isnull=False,
            )
            .values_list("enrolment")
            .annotate(total=Count("pk"))
        )
        now = timezone.now()
        for row in rows:
            yield RosterRow(
                enrolment=row,
                name=row.learner.get_full_name(),
                masked_phone=row.learner.masked_phone,
                done=done.get(row.pk, 0),
                total=len(self.lesson_ids),
                is_stuck=row.is_stuck(now),
            )


def roster_rows(user: Any, run: CourseRun, chosen: RosterFilter) -> Roster:
    """The roster of a run as that person may see it."""
    everybody = people_of_class(user, run)
    figures = class_figures(user, run)
    figure = {
        RosterFilter.STUCK: Figure.STUCK,
        RosterFilter.UNFINISHED: Figure.UNFINISHED,
        RosterFilter.FINISHED: Figure.FINISHED,
    }.get(chosen, Figure.STUDYING)
    shown = everybody.filter(condition(figure))
    lessons = dict(
        LessonPage.objects.child_of(run.course)
        .live()
        .values_list("pk", "time_limit_minutes")
    )
    return Roster(
        enrolments=shown.select_related("learner", "last_lesson").order_by(
            F("last_seen_at").desc(nulls_last=True), "pk"
        ),
        lesson_ids=list(lessons),
        has_timed=any(lessons.values()),
        count=figures[figure],
        summary={
            "all": figures[Figure.STUDYING],
            "stuck": figures[Figure.STUCK],
            "unfinished": figures[Figure.UNFINISHED],
            "finished": figures[Figure.FINISHED],
        },
    )
