"""Runs of a course."""

from typing import Any

from courses.models.run import CourseRun
from schools.tree import school_of


def ensure_self_paced_run(*, course: Any) -> CourseRun:
    """The course's one run without dates and seats; made where it is missing."""
    run, _is_new = CourseRun.objects.get_or_create(
        course=course, is_self_paced=True, defaults={"school": school_of(course)}
    )
    return run
