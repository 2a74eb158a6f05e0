"""What learning draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from learning.inbox import asked_on
from learning.lesson_view import LessonView, read_lesson
from learning.message_forms import MessageForm
from learning.models import Enrolment
from learning.permissions import study_enrolment
from learning.reading import read_course_study


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
    first = study.next or (study.lessons[0] if study.lessons else None)
    minutes = [one.listed.minutes for one in study.lessons]
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


def lesson_finish(request: HttpRequest, lesson: Any) -> str:
    """What is left of the lesson, and the button that finishes it."""
    return _draw_lesson("learning/slots/lesson_finish.html", request, lesson)


def lesson_print(request: HttpRequest, lesson: Any) -> str:
    """The way to the lesson on paper."""
    return render_to_string("learning/slots/lesson_print.html", {"lesson": lesson})


def lesson_ask(request: HttpRequest, lesson: Any) -> str:
    """Where a learner asks the teacher, and what was asked and answered here."""
    study = read_lesson_once(request, lesson)
    if study.enrolment is None or not lesson.pk:
        return ""
    context = {
        "study": study,
        "form": MessageForm(),
        "step": study.steps.current if study.steps else None,
        "conversations": asked_on(request.user, lesson),
    }
    return render_to_string("learning/slots/lesson_ask.html", context, request=request)


def roll_walk_in(request: HttpRequest, walk_in: Any) -> str:
    """The way to the account of somebody who came without being enrolled."""
    template = "learning/slots/walk_in.html"
    return render_to_string(template, {"walk_in": walk_in}, request=request)


def lesson_nav(request: HttpRequest, lesson: Any) -> str:
    """The bar at the bottom of a lesson: the one before, the next one."""
    return _draw_lesson("learning/slots/lesson_nav.html", request, lesson)


def _draw_lesson(template: str, request: HttpRequest, lesson: Any) -> str:
    context = {"lesson": lesson, "study": read_lesson_once(request, lesson)}
    return render_to_string(template, context, request=request)


def read_lesson_once(request: HttpRequest, lesson: Any) -> LessonView:
    """The lesson for this request; read once for the page and all its slots."""
    known = request.__dict__.setdefault("_lesson_views", {})
    if lesson.pk not in known:
        known[lesson.pk] = read_lesson(request, lesson)
    view: LessonView = known[lesson.pk]
    return view


def lesson_context(request: HttpRequest, lesson: Any) -> dict[str, Any]:
    """`study`: the lesson's blocks, answers and what is left to do."""
    return {"study": read_lesson_once(request, lesson)}


def home_context(request: HttpRequest, page: Any) -> dict[str, Any]:
    """`going_on`: the course that a signed-in learner was at last."""
    if not request.user.is_authenticated:
        return {"going_on": None}
    latest = (
        Enrolment.objects.filter(learner=request.user)
        .unfinished()
        .with_course()
        .order_by("-last_seen_at", "-created_at")
        .first()
    )
    if latest is None:
        return {"going_on": None}
    return {"going_on": read_course_study(latest.run.course, latest)}
