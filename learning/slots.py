"""What learning draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from learning.lesson_view import read_lesson
from learning.models import Enrolment
from learning.permissions import study_enrolment
from learning.reading import read_course_study, read_studies


def course_context(request: HttpRequest, course: Any) -> dict[str, Any]:
    """`study`: the course's lessons as the reader of this request may use them."""
    known: dict[str, Any] | None = course.__dict__.get("_course_context")
    if known is None:
        known = _read_course(request, course)
        # The slots of the same page ask again.
        course.__dict__["_course_context"] = known
    return known


def _read_course(request: HttpRequest, course: Any) -> dict[str, Any]:
    enrolment = study_enrolment(request.user, course.pk)
    study = read_course_study(course, enrolment)
    for one in study.lessons:
        one.lesson.number = one.number
    first = study.next or (study.lessons[0] if study.lessons else None)
    minutes = [one.lesson.minutes for one in study.lessons]
    return {
        "study": study,
        "first_lesson": first,
        "preview": next((one for one in study.lessons if one.is_open), None),
        "minutes_each": round(sum(minutes) / len(minutes)) if minutes else 0,
    }


def course_action(request: HttpRequest, course: Any) -> str:
    """How far the reader is and the one thing to do now, beside the course's text."""
    return render_to_string(
        "learning/slots/course_action.html",
        {"course": course, **course_context(request, course)},
        request=request,
    )


def course_dock(request: HttpRequest, course: Any) -> str:
    """The same thing to do, at the bottom of a phone."""
    return render_to_string(
        "learning/slots/course_dock.html",
        {"course": course, **course_context(request, course)},
        request=request,
    )


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
