"""A week of lessons by day: of one school, or of the whole street."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Concat, RowNumber
from django.utils import timezone
from wagtail.models import Page

from attendance.models import Holiday
from core.civil_time import civil_date, midnight
from core.kept_sql import KeptQuery, kept
from courses.models import CoursePage, RunSession
from courses.models.run import UNLISTED, is_open
from courses.models.run_session import RunSessionQuerySet
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
    return _lessons_open_to_all(at).for_timetable()


def _lessons_open_to_all(at: Any) -> RunSessionQuerySet:
    """The same without what a timetable reads of each."""
    lessons: RunSessionQuerySet = RunSession.objects.taking_place()
    return lessons.filter(
        run__cancelled_at__isnull=True,
        run__course__in=CoursePage.objects.open_to_all(at).order_by(),
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


class NextLessons(NamedTuple):
    """Coming lessons of this week, or of the next where this one has none left."""

    # RunSessions with class and times, what else is said of them (`NAMES`), and what
    # `place_columns` reads of their classes.
    rows: list[Any]
    is_this_week: bool
    # How many lessons that week still has; those of next week only if they are shown.
    total: int


def next_sessions(
    *, count: int, at: datetime | None = None, learner: int = 0
) -> NextLessons:
    """The next lesson of so many classes until the end of next week: one query.

    One lesson a class: what meets twice a week does not fill the page. Of the classes
    that meet soonest (`LOOKED_AT`) those that take people go before those that are
    full; what is chosen is in the order of time. `learner` is who reads, 0 for a visitor.
    """
    moment = at or timezone.now()
    today = civil_date(moment)
    monday = monday_of(today) + timedelta(days=7)
    rows: list[Any] = next_lessons(count)(
        now=moment,
        today=today,
        monday=midnight(monday),
        until=midnight(monday + timedelta(days=7)),
        learner=learner,
    )
    if not rows:
        return NextLessons(rows, is_this_week=False, total=0)
    this_week, both_weeks = map(int, rows[0].numbers.split())
    rows.sort(key=lambda row: (row.session.starts_at, row.pk))
    return NextLessons(rows, bool(this_week), this_week or both_weeks)


# Among so many classes those are looked for that take people.
LOOKED_AT = 24


def _of_page(name: str, key: str) -> Subquery:
    """What a page says, as a column; joined, it would cost the planner milliseconds."""
    pages = Page.objects.filter(pk=OuterRef(key)).order_by()
    return Subquery(pages.values(name))


# What is said of a coming lesson beside its times, as columns of its row.
NAMES = {
    "course_title": _of_page("title", "run__course_id"),
    "course_url_path": _of_page("url_path", "run__course_id"),
    "school_title": _of_page("title", "session__school_id"),
    "school_community": F("session__school__community"),
    "venue_name": F("session__venue__name"),
}


@cache
def next_lessons(count: int) -> KeptQuery:
    """The question for the next lesson of so many classes."""

    def lessons(now: Any, today: Any, monday: Any, until: Any, learner: Any) -> Any:
        coming = (
            _lessons_open_to_all(now)
            .filter(session__ends_at__gt=now, session__starts_at__lt=until)
            .order_by("session__starts_at", "pk")
        )
        place = Window(
            RowNumber(), partition_by="run", order_by=["session__starts_at", "pk"]
        )
        # What is said of them is looked up for these alone, not for all that there are.
        soonest = coming.annotate(place=place).filter(place=1).values("pk")[:LOOKED_AT]
        is_full = Case(When(is_open(now, today, "run__"), then=0), default=1)
        return (
            RunSession.objects.filter(pk__in=soonest)
            .select_related("run", "session")
            .defer(*(f"run__{name}" for name in UNLISTED))
            .annotate(
                **place_columns(learner, "run"),
                **NAMES,
                numbers=_numbers(coming, monday),
            )
            .order_by(is_full, "session__starts_at", "pk")[:count]
        )

    lessons.__qualname__ = f"lessons[{count}]"
    moment = DateTimeField()
    places = {"now": moment, "monday": moment, "until": moment}
    return kept(today=DateField(), learner=BigIntegerField(), **places)(lessons)


def _numbers(lessons: QuerySet[RunSession], monday: Any) -> Subquery:
    """«3 17»: how many there are before that Monday, and in all; read together."""
    together = lessons.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    before = Count("pk", filter=Q(session__starts_at__lt=monday))
    both = Concat(
        before, Value(" "), Count("pk"), output_field=CharField(max_length=40)
    )
    return Subquery(together.annotate(both=both).values("both"))
