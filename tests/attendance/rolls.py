"""A class with a teacher, its sessions and people on the list, for tests of the roll."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from courses.models import CourseRun
from learning.services.enrolment import enrol_learner
from schools.models import StaffProfile
from tests.courses.classes import make_class
from tests.factories import make_learner

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BEFORE = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def make_roll(course: Any, teacher: Any, *, people: int = 3) -> tuple[Any, list, list]:
    """(run, its four sessions, people): Mondays from 9 November, 14:00 in Shanghai."""
    run = make_class(
        course,
        first=BEFORE.date() + timedelta(days=7),
        at=BEFORE,
        start_time=time(14),
        end_time=time(15, 20),
        capacity=50,
        enrol_from=BEFORE - 30 * DAY,
        teacher=StaffProfile.objects.get(user=teacher, school=course.school),
    )
    learners = [
        make_learner(f"r{number}", display_name=f"学员{number}")
        for number in range(people)
    ]
    for one in learners:
        enrol_learner(learner=one, run=run, at=BEFORE)
    return run, sessions_of(run), learners


def sessions_of(run: CourseRun) -> list[Any]:
    """The sessions of the run in the order of time."""
    rows = run.run_sessions.select_related("session").order_by("session__starts_at")
    return [row.session for row in rows]
