"""The gate in front of lessons: `courses` does not know that it exists."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail import hooks

from core.access import Allowed
from courses.models import LessonPage
from learning.lesson_view import enrolment_of
from learning.permissions import can_study


@hooks.register("before_serve_page")
def require_enrolment(
    page: Any, request: HttpRequest, serve_args: Any, serve_kwargs: Any
) -> HttpResponse | None:
    """Answer 403 with a page that says what to do; nothing of the lesson is in it."""
    if not isinstance(page, LessonPage):
        return None
    enrolment = enrolment_of(request, page.course.pk)
    decision = can_study(request.user, page, enrolment)
    if isinstance(decision, Allowed):
        return None
    response = render(
        request,
        "learning/gate.html",
        {"lesson_title": page.title, "course": page.course, "reason": decision.reason,
         "code": decision.code},
        status=403,
    )  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
