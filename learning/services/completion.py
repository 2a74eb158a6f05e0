"""Completing a course: when all its required live lessons are complete."""

from datetime import datetime

from courses.models import LessonPage
from learning.choices import State
from learning.models import Enrolment, LessonProgress
from learning.services.enrolment import move


def required_lessons(course_id: int) -> list[int]:
    """The ids of the live lessons that the course's completion asks for."""
    from courses.models import CoursePage

    course = CoursePage.objects.only("path", "depth", "numchild").get(pk=course_id)
    return list(
        LessonPage.objects.child_of(course)
        .live()
        .filter(is_required=True)
        .values_list("pk", flat=True)
    )


def complete_course_if_done(*, enrolment: Enrolment, at: datetime) -> bool:
    """Complete the enrolment if every required lesson is; whether it happened now.

    Called under the lock of the enrolment. A course without required lessons is never
    complete: «尚未开课», not 100 %.
    """
    if enrolment.is_complete:
        return False
    required = required_lessons(enrolment.run.course_id)
    done = LessonProgress.objects.filter(
        enrolment=enrolment, lesson__in=required, completed_at__isnull=False
    ).count()
    if not required or done < len(required):
        return False
    move(enrolment=enrolment, to=State.COMPLETED, by=enrolment.learner, at=at)
    return True
