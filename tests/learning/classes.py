"""Classes with seats and the people who want them, for tests of seats and queues."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse

from core.civil_time import civil_date
from courses.choices import Allocation
from courses.models import CoursePage, CourseRun
from learning.choices import SEATED_STATES, State
from learning.models import Enrolment
from tests.factories import make_learner

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)  # 10 o'clock in Shanghai
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TERM = "2026 秋"


def make_class(course: CoursePage, *, seats: int | None = 2, **facts: Any) -> CourseRun:
    """A class of the course that begins in a month and is open for enrolment now."""
    facts.setdefault("starts_on", civil_date(NOW + 30 * DAY))
    facts.setdefault("ends_on", civil_date(NOW + 90 * DAY))
    facts.setdefault("term", TERM)
    run = CourseRun.objects.create(
        course=course, school=course.school, capacity=seats, **facts
    )
    return CourseRun.objects.get(pk=run.pk)


def make_draw(course: CoursePage, *, seats: int | None = 2, **facts: Any) -> CourseRun:
    """A class whose seats are drawn in a week."""
    facts.setdefault("enrol_from", NOW - DAY)
    facts.setdefault("enrol_until", NOW + 7 * DAY)
    return make_class(course, seats=seats, allocation=Allocation.DRAW, **facts)


def people(count: int, prefix: str = "p") -> list[Any]:
    """So many learners with a telephone."""
    return [
        make_learner(f"{prefix}{number}", phone=f"+86138{hash_digits(prefix, number)}")
        for number in range(count)
    ]


def hash_digits(prefix: str, number: int) -> str:
    """Eight digits that are the same in each run of the tests."""
    return f"{sum(map(ord, prefix)) % 1000:03d}{number:05d}"


def names(run: CourseRun, state: State) -> list[str]:
    """Who is in that state: the waiting list in its order, others by their number."""
    rows = Enrolment.objects.filter(run=run, state=state)
    rows = rows.waiting() if state == State.WAITLISTED else rows.order_by("pk")
    return [row.learner.username for row in rows.select_related("learner")]


def seats_are_right(run: CourseRun) -> bool:
    """Whether the count of seats is that of the rows, and within the class."""
    run = CourseRun.objects.get(pk=run.pk)
    held = Enrolment.objects.filter(run=run, state__in=SEATED_STATES).count()
    return held == run.seats_taken and (run.capacity is None or held <= run.capacity)


def state_of(enrolment: Enrolment) -> State:
    """The state in the database."""
    return State(Enrolment.objects.get(pk=enrolment.pk).state)


def place_url(row: Enrolment, name: str = "place") -> str:
    """A page of somebody's place: itself, «slip», «leave» …"""
    return reverse(f"learning:{name}", args=[row.pk])
