"""What learning draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.http import HttpRequest

from learning.lesson_view import read_lesson
from learning.models import Enrolment
from learning.permissions import study_enrolment
from learning.reading import read_course_study, read_studies


def course_context(request: HttpRequest, course: Any) -> dict[str, Any]:
    """`study`: the course's lessons as the reader of this request may use them."""
    enrolment = study_enrolment(request.user, course.pk)
    study = read_course_study(course, enrolment)
    first = study.next or (study.lessons[0] if study.lessons else None)
    return {"study": study, "first_lesson": first}


def lesson_context(request: HttpRequest, lesson: Any) -> dict[str, Any]:
    """`study`: the lesson's blocks, answers and what is left to do."""
    return {"study": read_lesson(request, lesson)}


def home_context(request: HttpRequest, page: Any) -> dict[str, Any]:
    """`going_on`: the course that a signed-in learner was at last."""
    if not request.user.is_authenticated:
        return {"going_on": None}
    latest = (
        Enrolment.objects.filter(learner=request.user)
        .unfinished()
        .with_course()
        .order_by("-last_seen_at", "-created_at")[:1]
    )
    studies = read_studies(latest)
    return {"going_on": studies[0] if studies else None}
