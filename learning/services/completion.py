"""Completing a course: when all its required live lessons are complete."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from core.pages import in_path
from courses.models import LessonPage
from learning.choices import State
from learning.models import Enrolment, LessonProgress
from learning.services.enrolment import move


def complete_course_if_done(
    *, enrolment: Enrolment, lesson: LessonPage, at: datetime
) -> bool:
    """Complete the enrolment if every required lesson is; whether it happened now.

    `lesson` is the one that was just completed; its siblings are looked at, in one
    query. Called under the lock of the enrolment. A course without required lessons is
    never complete: «尚未开课», not 100 %.
    """
    if enrolment.is_complete:
        return False
    course_path = lesson.path[: -lesson.steplen]
    done = LessonProgress.objects.filter(
        enrolment=enrolment, lesson=OuterRef("pk"), completed_at__isnull=False
    )
    counts = (
        in_path(LessonPage.objects.live(), course_path)
        .filter(is_required=True)
        .annotate(is_done=Exists(done))
        .aggregate(required=Count("pk"), done=Count("pk", filter=Q(is_done=True)))
    )
    if not counts["required"] or counts["done"] < counts["required"]:
        return False
    move(enrolment=enrolment, to=State.COMPLETED, by=enrolment.learner, at=at)
    return True
