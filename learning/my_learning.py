"""What «我的学习» shows: courses, classes, queues, the stamps of the month.

Seven queries whatever there is: all enrolments, what the page shows of some of them, the
lessons of the courses shown, what is done of them, the coming sessions, the days learnt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, DateTimeField, QuerySet
from django.utils.translation import pgettext_lazy

from core.civil_time import CivilDay, civil_date, midnight
from core.kept_sql import Keys, kept
from core.pages import unlisted
from courses.models import RunSession
from courses.models.course import OWN_TEXTS as COURSE_TEXTS
from learning.choices import STUDY_STATES, State
from learning.models import Enrolment, LessonProgress
from learning.places import Place
from schools.models.pages import OWN_TEXTS as SCHOOL_TEXTS

# How far «这周要去的» looks ahead.
COMING = timedelta(days=7)
WEEKDAY_HEADS = (
    pgettext_lazy("head of a calendar's column", "一"),
    pgettext_lazy("head of a calendar's column", "二"),
    pgettext_lazy("head of a calendar's column", "三"),
    pgettext_lazy("head of a calendar's column", "四"),
    pgettext_lazy("head of a calendar's column", "五"),
    pgettext_lazy("head of a calendar's column", "六"),
    pgettext_lazy("head of a calendar's column", "日"),
)
HIDDEN = (State.WITHDRAWN, State.REJECTED, State.REMOVED, State.NO_SHOW)


class OwnRow(NamedTuple):
    """Of an enrolment what says where on the page it belongs."""

    pk: int
    state: str
    completed_at: datetime | None
    last_seen_at: datetime | None
    course_id: int
    is_self_paced: bool
    ends_on: date | None

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None


@dataclass
class Going:
    """A session that the person goes to, with their place on its class."""

    row: RunSession
    place: Place


@dataclass
class Stamp:
    """A day in the month's calendar; None outside of the month."""

    day: int | None = None
    is_learnt: bool = False
    is_today: bool = False


@dataclass
class StampBook:
    """The month as weeks from Monday. Days without a stamp are simply blank."""

    month: date
    weeks: list[list[Stamp]]
    total: int

    @property
    def weekday_names(self) -> list[str]:
        """«一 二 三 …», as a calendar on the wall heads its columns."""
        return [str(name) for name in WEEKDAY_HEADS]


def read_enrolments(user: Any) -> list[OwnRow]:
    """All that the person has, the latest first; one query.

    Somebody may have had two hundred, and the page shows some of them: `fill` reads those.
    """
    return [OwnRow(*values) for values in _enrolments_of(learner=user.pk)]


@kept(learner=BigIntegerField())
def _enrolments_of(learner: Any) -> QuerySet[Any]:
    return (
        Enrolment.objects.filter(learner=learner)
        .exclude(state__in=HIDDEN)
        .order_by("-last_seen_at", "-created_at")
        .values_list(
            "pk", "state", "completed_at", "last_seen_at",
            "run__course_id", "run__is_self_paced", "run__ends_on",
        )
    )  # fmt: skip


def fill(rows: Iterable[OwnRow]) -> dict[int, Enrolment]:
    """These enrolments by their key, with all that the page shows of them; one query."""
    listed = list(rows)
    if not listed:
        return {}
    # Most people learn at home alone: of these no school, room or queue is shown.
    at_home = all(one.is_self_paced for one in listed)
    ask = _filled_at_home if at_home else _filled
    return {one.pk: one for one in ask(enrolments=[one.pk for one in listed])}


@kept(enrolments=Keys())
def _filled_at_home(enrolments: Any) -> QuerySet[Enrolment]:
    found: QuerySet[Enrolment] = (
        Enrolment.objects.filter(pk__among=enrolments)
        .with_course()
        .with_last_seen()
        .defer(*unlisted("run__course__", *COURSE_TEXTS))
    )
    return found


@kept(enrolments=Keys())
def _filled(enrolments: Any) -> QuerySet[Enrolment]:
    found: QuerySet[Enrolment] = (
        Enrolment.objects.filter(pk__among=enrolments)
        .with_course()
        .with_last_seen()
        .with_queue_position()
        .select_related("run__school", "run__venue")
        .defer(
            *unlisted("run__course__", *COURSE_TEXTS),
            *unlisted("run__school__", *SCHOOL_TEXTS),
        )
    )
    return found


def of_each_course(rows: Iterable[OwnRow]) -> list[OwnRow]:
    """One for each course, the first that is given: a class is also its course."""
    found: dict[int, OwnRow] = {}
    for row in rows:
        found.setdefault(row.course_id, row)
    return list(found.values())


def under_way(rows: Iterable[OwnRow]) -> list[OwnRow]:
    """Courses being learnt: those with something done first, then the newest."""
    active = [one for one in rows if one.state in STUDY_STATES and not one.is_complete]
    # `-last_seen_at` puts the empty ones first or last, as the database likes.
    active.sort(key=lambda one: one.last_seen_at is None)
    return of_each_course(active)


def finished(rows: Iterable[OwnRow]) -> list[OwnRow]:
    done = [one for one in rows if one.completed_at is not None]
    done.sort(key=lambda one: str(one.completed_at), reverse=True)
    return of_each_course(done)


def on_classes(rows: Iterable[OwnRow], at: datetime) -> list[OwnRow]:
    """Those that are a place on a class that is not over."""
    today = civil_date(at)
    return [
        row
        for row in rows
        if not row.is_self_paced
        and not row.is_complete
        and (row.ends_on is None or row.ends_on >= today)
    ]


def places_of(rows: Iterable[Enrolment], at: datetime) -> list[Place]:
    """The places on classes; the rows are filled."""
    return [
        Place(row, at, position=row.queue_position)  # type: ignore[attr-defined]
        for row in rows
    ]


def read_places(user: Any, at: datetime) -> list[Place]:
    """All places on classes that are not over; two queries."""
    rows = on_classes(read_enrolments(user), at)
    filled = fill(rows)
    return places_of([filled[one.pk] for one in rows], at)


def read_going(places: Iterable[Place], at: datetime) -> list[Going]:
    """The sessions of the coming week, of classes that the person is on; one query."""
    seated = {one.run.pk: one for one in places if one.is_seated}
    if not seated:
        return []
    rows = _sessions_of(runs=seated, since=at, until=at + COMING)
    return [Going(row, seated[row.run_id]) for row in rows]


@kept(
    runs=Keys(),
    since=DateTimeField(),
    until=DateTimeField(),
)
def _sessions_of(runs: Any, since: Any, until: Any) -> QuerySet[RunSession]:
    return (
        RunSession.objects.taking_place()
        .for_timetable()
        .filter(
            run__pk__among=runs,
            session__ends_at__gt=since,
            session__starts_at__lt=until,
        )
    )


def read_stamps(user: Any, at: datetime) -> StampBook:
    """The days of this month on which something was learnt; one query.

    A lesson keeps when it was first opened, last worked on and completed: those days
    have a stamp. The database answers with days, of which a month has few, and not with
    the moments of every lesson.
    """
    today = civil_date(at)
    first = today.replace(day=1)
    rows = _days_of(learner=user.pk, since=midnight(first))
    days = {day for row in rows for day in row if day is not None}
    learnt = {day for day in days if first <= day <= today}
    return StampBook(first, _weeks(first, learnt, today), len(learnt))


@kept(learner=BigIntegerField(), since=DateTimeField())
def _days_of(learner: Any, since: Any) -> QuerySet[Any]:
    rows = LessonProgress.objects.filter(
        enrolment__learner=learner, seen_until__gte=since
    )
    return (
        rows.values_list(
            *(CivilDay(name) for name in ("viewed_at", "seen_until", "completed_at"))
        )
        .order_by()
        .distinct()
    )


def _weeks(first: date, learnt: set[date], today: date) -> list[list[Stamp]]:
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    cells = [Stamp() for _day in range(first.weekday())]
    for number in range(last.day):
        day = first + timedelta(days=number)
        cells.append(Stamp(day.day, day in learnt, day == today))
    cells += [Stamp() for _day in range(-len(cells) % 7)]
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
