"""`/desk/write/` and `/desk/my-courses/`: a teacher begins a course and goes on with it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from core.access import Rule, access, require
from core.forms import posted
from core.services.idempotency import run_once
from courses.exceptions import PlanGoneError
from courses.models import CoursePage
from courses.permissions import can_write_courses
from courses.services.writing import add_lesson, begin_course
from courses.wizard import Wizard
from courses.wizard_forms import FORMS
from courses.writing import (
    copies_elsewhere,
    course_rows,
    courses_of_writer,
    lessons_of,
    state_words,
)

ROWS_A_PAGE = 25


@access(Rule.STAFF)
@require_GET
def write(request: HttpRequest) -> HttpResponse:
    """«写一课»: the first page, with what was answered another day."""
    require(can_write_courses(request.user))
    return redirect("desk:write_step", step=Wizard.of(request).steps[0])


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def write_step(request: HttpRequest, step: str) -> HttpResponse:
    """One question; the answer is kept, and the last one makes the course once."""
    require(can_write_courses(request.user))
    wizard = Wizard.of(request)
    if step not in wizard.steps:
        raise Http404
    form = FORMS[step](posted(request), wizard=wizard, initial=wizard.answers)
    if request.method == "POST" and form.is_valid():
        if step == "cover":
            return _make(request, wizard, form.cleaned_data)
        wizard.keep(form.cleaned_data)
        return redirect("desk:write_step", step=_after(wizard, step))
    if request.method != "POST":
        missing = wizard.first_open(step)
        if missing != step:
            return redirect("desk:write_step", step=missing)
        # The key of a first visit stays with the answers.
        wizard.keep({})
    number = wizard.steps.index(step) + 1
    return render(
        request,
        "courses/desk/write.html",
        {
            "form": form,
            "step": step,
            "number": number,
            "total": len(wizard.steps),
            "back": wizard.steps[number - 2] if number > 1 else "",
            "title": wizard.answers.get("title", ""),
            "category": wizard.category() if step == "cover" else None,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _after(wizard: Wizard, step: str) -> str:
    return wizard.steps[wizard.steps.index(step) + 1]


def _make(request: HttpRequest, wizard: Wizard, given: dict[str, Any]) -> HttpResponse:
    """The course of these answers; the same page sent again leads to the same course."""
    wizard.answers |= {"cover": given["cover"]}
    key = given["key"]
    try:
        answer = run_once(
            user=request.user,
            key=key,
            action="course.begin",
            body=key,
            effect=lambda: {
                "course": begin_course(
                    school=wizard.school(), plan=wizard.plan(key), by=request.user
                ).pk
            },
        )
    except PlanGoneError as refusal:
        messages.warning(request, str(refusal))
        return redirect("desk:write")
    if key == wizard.key:
        wizard.forget()
    messages.success(request, _("课建好了，居民还看不到。先写第 1 课吧。"))
    return redirect("desk:my_course", pk=answer["course"])


@access(Rule.STAFF)
@require_GET
def my_courses(request: HttpRequest) -> HttpResponse:
    """«我的课»: drafts and live ones, with their state in words."""
    require(can_write_courses(request.user))
    page = Paginator(courses_of_writer(request.user), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "courses/desk/my_courses.html",
        {"page": page, "rows": course_rows(page.object_list)},
    )


@access(Rule.STAFF)
@require_GET
def my_course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course with its lessons: go on writing, look at it, one more lesson."""
    course = writable_course(request, pk)
    lessons = lessons_of(course)
    return render(
        request,
        "courses/desk/my_course.html",
        {
            "course": course,
            "state": state_words(course),
            "lessons": lessons,
            "next": next((one for one in lessons if not one.live), None),
            "key": str(uuid4()),
            "copy_key": str(uuid4()),
            "offer": course.offers.filter(withdrawn_at__isnull=True).first(),
            "copies": copies_elsewhere(course),
        },
    )


@access(Rule.STAFF)
@require_POST
def more_lessons(request: HttpRequest, pk: int) -> HttpResponse:
    """«再加一课»: one draft lesson at the end, and its editor."""
    course = writable_course(request, pk)
    answer = run_once(
        user=request.user,
        key=request.POST.get("key", "")[:64],
        action=f"lesson:{course.pk}",
        body=None,
        effect=lambda: {"lesson": add_lesson(course=course, by=request.user).pk},
    )
    return redirect("wagtailadmin_pages:edit", answer["lesson"])


def writable_course(request: HttpRequest, pk: int) -> CoursePage:
    """The course, if the person may write it; another's looks like none."""
    require(can_write_courses(request.user))
    course: CoursePage = get_object_or_404(
        CoursePage.objects.select_related("category", "origin"), pk=pk
    )
    if not course.permissions_for_user(request.user).can_edit():
        raise Http404
    return course


@access(Rule.STAFF)
@require_GET
def how_to_write(request: HttpRequest) -> HttpResponse:
    """«怎么写»: one page to read or print, and the telephone of the centre."""
    return render(request, "courses/desk/how_to_write.html")
