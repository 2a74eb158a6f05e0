"""`/desk/courses/<run>/…`: what staff see of a class beside its roster."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.access import Rule, access, require
from core.forms import posted
from core.services.audit import record_audit
from courses.models import CourseRun, LessonPage
from learning.desk_views import ROWS_A_PAGE, seen_run
from learning.export import stream_csv, stream_xlsx
from learning.forms import ExportForm, SheetForm
from learning.insight import CountedPaginator, class_figures, lessons_of
from learning.matrix import Matrix, matrix_file
from learning.models.class_figures import Figure
from learning.permissions import can_export_roster, can_make_calls
from learning.question_file import question_file
from learning.question_report import question_rows
from learning.stuck_where import (
    Stopped,
    people_stopped,
    stops_of_class,
    where_they_stopped,
)

# A sheet of paper for the wall; a larger class is a file.
MOST_PRINTED = 200


def _frame(run: CourseRun, tab: str) -> dict[str, Any]:
    return {"run": run, "course": run.course, "tab": tab}


@access(Rule.STAFF)
@require_GET
def matrix(request: HttpRequest, run_id: int) -> HttpResponse:
    """Learners and lessons: who has finished what."""
    run = seen_run(request, run_id)
    found = Matrix(request.user, run)
    figures = class_figures(request.user, run)
    pages = CountedPaginator(found.people, ROWS_A_PAGE, figures[Figure.STUDYING])
    page = pages.keys_page(request.GET.get("page"))
    return render(
        request,
        "learning/desk/matrix.html",
        {
            **_frame(run, "matrix"),
            "page": page,
            "rows": found.read(page.object_list),
            "foot": found.foot(),
            "figures": figures,
            "can_print": figures[Figure.STUDYING] <= MOST_PRINTED,
        },
    )


@access(Rule.STAFF)
@never_cache
@require_GET
def print_matrix(request: HttpRequest, run_id: int) -> HttpResponse:
    """The matrix on paper, as far as a sheet goes."""
    run = seen_run(request, run_id)
    found = Matrix(request.user, run)
    keys = list(found.people.values_list("pk", flat=True)[: MOST_PRINTED + 1])
    return render(
        request,
        "print/matrix.html",
        {
            **_frame(run, "matrix"),
            "rows": found.read(keys[:MOST_PRINTED]),
            "foot": found.foot(),
            "is_cut": len(keys) > MOST_PRINTED,
            "most": MOST_PRINTED,
            "now": timezone.now(),
        },
    )


@access(Rule.STAFF)
@require_GET
def stuck(request: HttpRequest, run_id: int) -> HttpResponse:
    """Where people stop, lesson by lesson."""
    run = seen_run(request, run_id)
    return render(
        request,
        "learning/desk/stuck.html",
        {
            **_frame(run, "stuck"),
            "stops": stops_of_class(request.user, run),
            "figures": class_figures(request.user, run),
        },
    )


@access(Rule.STAFF)
@require_GET
def stuck_lesson(request: HttpRequest, run_id: int, lesson_id: int) -> HttpResponse:
    """Who stopped in that lesson, and where in it most did."""
    run = seen_run(request, run_id)
    lessons = LessonPage.objects.child_of(run.course).live()
    lesson = get_object_or_404(lessons, pk=lesson_id)
    people = people_stopped(request.user, run, lesson)
    page = Paginator(people, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "learning/desk/stuck_lesson.html",
        {
            **_frame(run, "stuck"),
            "lesson": lesson,
            "page": page,
            "people": [Stopped(one) for one in page.object_list],
            "place": where_they_stopped(request.user, run, lesson),
            "may_call": bool(can_make_calls(request.user)),
        },
    )


@access(Rule.STAFF)
@require_GET
def questions(request: HttpRequest, run_id: int) -> HttpResponse:
    """How the questions of a lesson do: how hard, whom they tell apart, what is chosen."""
    run = seen_run(request, run_id)
    lessons = lessons_of(run)
    wanted = request.GET.get("lesson", "")
    shown = next((one for one in lessons if str(one.pk) == wanted), None)
    shown = shown or next(iter(lessons), None)
    return render(
        request,
        "learning/desk/questions.html",
        {
            **_frame(run, "questions"),
            "lessons": lessons,
            "lesson": shown,
            "rows": question_rows(request.user, run, shown) if shown else [],
        },
    )


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def export_matrix(request: HttpRequest, run_id: int) -> Any:
    """The matrix as a file, after a reason was given; the act is audited."""
    run = seen_run(request, run_id)
    require(can_export_roster(request.user, run))
    form = ExportForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return _ask(request, run, form, "matrix")
    rows = class_figures(request.user, run)[Figure.STUDYING]
    kind = form.cleaned_data["format"]
    _write_down(request, run, form, "matrix.export", format=kind, rows=rows)
    make = stream_xlsx if kind == "xlsx" else stream_csv
    name = _("进度表-%(course)s") % {"course": run.course.title}
    return make(matrix_file(Matrix(request.user, run)), name)


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def export_questions(request: HttpRequest, run_id: int) -> Any:
    """The question analysis as a file; it names nobody, and is audited all the same."""
    run = seen_run(request, run_id)
    require(can_export_roster(request.user, run))
    form = SheetForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return _ask(request, run, form, "questions")
    _write_down(request, run, form, "questions.export", format="xlsx")
    name = _("题目分析-%(course)s") % {"course": run.course.title}
    return stream_xlsx(question_file(request.user, run), name)


def _ask(request: HttpRequest, run: CourseRun, form: Any, tab: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {**_frame(run, tab), "form": form}
    return render(request, "learning/desk/take_away.html", context, status=status)


def _write_down(
    request: HttpRequest, run: CourseRun, form: Any, action: str, **detail: Any
) -> None:
    record_audit(
        actor=request.user,
        action=action,
        subject=run,
        school_id=run.school_id,
        reason=form.cleaned_data["reason"],
        **detail,
    )
