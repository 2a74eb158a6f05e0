"""Classes with dates, made for tests around the day on which they run."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from core.civil_time import civil_date
from courses.models import CoursePage, CourseRun
from courses.services.timetable import plan_run
from schools.models import Venue

# A Wednesday, some weeks ahead of today.
FIRST = civil_date() + timedelta(days=21 + (2 - civil_date().weekday()) % 7)
WEEK = timedelta(days=7)


def make_class(
    course: CoursePage,
    *,
    first: date | None = None,
    sessions: int = 4,
    at: datetime | None = None,
    **facts: Any,
) -> CourseRun:
    """A weekly class of the course with its sessions, in a week unless told.

    `at` is when it is planned: sessions before it are not made.
    """
    now = timezone.now()
    begins = first or civil_date(now) + timedelta(days=7)
    facts.setdefault("school", course.school)
    facts.setdefault("start_time", time(14))
    facts.setdefault("end_time", time(15, 20))
    facts.setdefault("weekday", begins.isoweekday())
    facts.setdefault("enrol_from", now - timedelta(days=30))
    facts.setdefault("capacity", 10)
    run = CourseRun.objects.create(course=course, starts_on=begins, **facts)
    if sessions:
        plan_run(run=run, count=sessions, at=at or now - timedelta(days=400))
    return CourseRun.objects.get(pk=run.pk)


def make_room(school: Any, name: str = "第 1 教室") -> Venue:
    return Venue.objects.create(school=school, name=name)
