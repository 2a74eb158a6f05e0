"""A week of lessons by day: of one school, or of the whole street."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateTimeField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from attendance.models import Holiday
from core.civil_time import civil_date, midnight
from core.kept_sql import KeptQuery, kept
from courses.models import CoursePage, RunSession
from courses.models.run import UNLISTED
from courses.run_words import place_columns

# How far a reader may turn the pages, either way.
MOST_WEEKS_AWAY = 53


@dataclass
class TimetableDay:
    """One day with its lessons."""

    day: date
    rows: list[RunSession] = field(default_factory=list)
    is_today: bool = False
    # Why nothing takes place: the name of a holiday.
    closed_words: str = ""


@dataclass
class Week:
    """Monday to Sunday, with the way to the weeks before and after."""

    days: list[TimetableDay]
    is_this: bool
    previous: str
    following: str

    @property
    def total(self) -> int:
        return sum(len(one.rows) for one in self.days)

    @property
    def monday(self) -> str:
        """As addresses name the week."""
        return self.first.isoformat()

    @property
    def first(self) -> date:
        return self.days[0].day

    @property
    def last(self) -> date:
        return self.days[-1].day


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def asked_week(text: str, today: date) -> date:
    """The Monday that an address asks for; this week where it asks for none.

    What is no date, or lies more than a year away, is this week: an old link shows a
    timetable and not an error.
    """
    this = monday_of(today)
    try:
        asked = monday_of(date.fromisoformat(text))
    except ValueError:
        return this
    return asked if abs((asked - this).days) <= 7 * MOST_WEEKS_AWAY else this


def public_sessions(at: Any = None) -> QuerySet[RunSession]:
    """What takes place, of courses that everybody may see now (or then)."""
    return (
        RunSession.objects.taking_place()
        .for_timetable()
        .filter(run__course__in=CoursePage.objects.open_to_all(at).order_by())
    )


def read_week(*, school: Any = None, monday: date, at: datetime | None = None) -> Week:
    """The lessons of a week by day, of one school or of all: one query."""
    today = civil_date(at)
    rows = public_sessions().filter(
        session__starts_at__gte=midnight(monday),
        session__starts_at__lt=midnight(monday + timedelta(days=7)),
    )
    if school is not None:
        rows = rows.filter(session__school=school)
    return week_of(list(rows), monday, today)


def week_of(rows: list[RunSession], monday: date, today: date) -> Week:
    """These lessons laid out as a week, with the names of its holidays."""
    holidays = Holiday.names()
    days = []
    for number in range(7):
        day = monday + timedelta(days=number)
        days.append(
            TimetableDay(
                day=day,
                rows=[one for one in rows if civil_date(one.session.starts_at) == day],
                is_today=day == today,
                closed_words=holidays.get(day, ""),
            )
        )
    return Week(
        days=days,
        is_this=monday == monday_of(today),
        previous=(monday - timedelta(days=7)).isoformat(),
        following=(monday + timedelta(days=7)).isoformat(),
    )


def next_sessions(
    *, count: int, at: datetime | None = None, learner: int = 0
) -> tuple[list[RunSession], bool]:
    """The next lesson of each class until the end of next week, so many; one query.

    Each has its class and its times, what else is said of it (`NAMES`), `week_total`: how
    many lessons are still to come in its own week; and what `place_columns` reads of its
    class for that learner (0: a visitor).

    Returns:
        The lessons, and whether the first of them is in this week.
    """
    moment = at or timezone.now()
    monday = monday_of(civil_date(moment)) + timedelta(days=7)
    rows: list[Any] = next_lessons(count)(
        now=moment,
        monday=midnight(monday),
        until=midnight(monday + timedelta(days=7)),
        learner=learner,
    )
    is_this = bool(rows) and rows[0].session.starts_at < midnight(monday)
    return rows, is_this


# What is said of a coming lesson beside its times, as columns of its row.
NAMES = {
    "course_title": "run__course__title",
    "course_url_path": "run__course__url_path",
    "school_title": "session__school__title",
    "school_community": "session__school__community",
    "venue_name": "session__venue__name",
}


@cache
def next_lessons(count: int) -> KeptQuery:
    """The question for the next lesson of so many classes."""

    def lessons(now: Any, monday: Any, until: Any, learner: Any) -> Any:
        coming = public_sessions(now).filter(
            session__ends_at__gt=now, session__starts_at__lt=until
        )
        place = Window(
            RowNumber(), partition_by="run", order_by=["session__starts_at", "pk"]
        )
        # What is said of them is looked up for these alone, not for all that there are.
        chosen = coming.annotate(place=place).filter(place=1).values("pk")[:count]
        is_this_week = Q(session__starts_at__lt=monday)
        return (
            RunSession.objects.filter(pk__in=chosen)
            .select_related("run", "session")
            .defer(*(f"run__{name}" for name in UNLISTED))
            .annotate(
                **place_columns(learner, "run"),
                **{name: F(way) for name, way in NAMES.items()},
                week_total=Case(
                    When(is_this_week, then=_number(coming.filter(is_this_week))),
                    default=_number(coming.exclude(is_this_week)),
                ),
            )
            .order_by("session__starts_at", "pk")
        )

    lessons.__qualname__ = f"lessons[{count}]"
    moment = DateTimeField()
    return kept(now=moment, monday=moment, until=moment, learner=BigIntegerField())(
        lessons
    )


def _number(lessons: QuerySet[RunSession]) -> Subquery:
    """How many there are, as a part of a query about some of them."""
    together = lessons.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    number = together.annotate(number=Count("pk")).values("number")
    return Subquery(number, output_field=IntegerField())
