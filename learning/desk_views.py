"""`/desk/`: what staff see of learners. Never more than `visible_to` gives."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.permissions import can_use_reset_page
from core.access import Rule, access, require
from core.forms import posted
from core.services.audit import record_audit
from courses.models import CourseRun
from courses.permissions import can_write_courses
from learning.counter import reference_of
from learning.desk import (
    RosterFilter,
    courses_for_desk,
    rolls_of_run,
    rolls_of_today,
    roster_rows,
)
from learning.due import due_today
from learning.export import export_rows, stream_csv, stream_xlsx
from learning.forms import ExportForm
from learning.insight import CountedPaginator
from learning.permissions import can_export_roster, can_manage_runs, can_see_roster
from schools.permissions import staffed_schools

ROWS_A_PAGE = 25


@access(Rule.STAFF)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is due today, then the courses that one answers for."""
    page = Paginator(courses_for_desk(request.user), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "learning/desk/home.html",
        {
            "page": page,
            "due": due_today(request.user),
            "may_serve": bool(can_manage_runs(request.user)),
            "may_write": bool(can_write_courses(request.user)),
            "today": rolls_of_today(request.user),
            "may_see_people": staffed_schools(request.user).exists(),
            "may_reset_factor": bool(can_use_reset_page(cast("User", request.user))),
        },
    )


def seen_run(request: HttpRequest, run_id: int) -> CourseRun:
    """The run, if the person may see its roster; another's looks like none."""
    run = get_object_or_404(
        CourseRun.objects.select_related("course", "school"), pk=run_id
    )
    if not can_see_roster(request.user, run):
        raise Http404
    return run


@access(Rule.STAFF)
@require_GET
def roster(request: HttpRequest, run_id: int) -> HttpResponse:
    """Who is enrolled, how far, who is stuck."""
    run = seen_run(request, run_id)
    chosen = RosterFilter.read(request.GET.get("show", ""))
    found = roster_rows(request.user, run, chosen)
    page = CountedPaginator(found.enrolments, ROWS_A_PAGE, found.count).get_page(
        request.GET.get("page")
    )
    may_serve = bool(can_manage_runs(request.user, run.school))
    rows = list(found.read(page.object_list))
    for row in rows if may_serve else ():
        # Who has closed the account cannot be served.
        if row.enrolment.learner.is_active:
            row.reference = reference_of(request.user, row.enrolment.learner)
    return render(
        request,
        "learning/desk/roster.html",
        {
            "run": run,
            "course": run.course,
            "may_certify": may_serve,
            "page": page,
            "rolls": [] if run.is_self_paced else rolls_of_run(request.user, run),
            "rows": rows,
            "has_timed": found.has_timed,
            "tab": "roster",
            "summary": found.summary,
            "chosen": chosen,
            "filters": RosterFilter.choices(),
        },
    )


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, run_id: int) -> Any:
    """The roster as a file, after a reason was given; the act is audited."""
    run = seen_run(request, run_id)
    require(can_export_roster(request.user, run))
    form = ExportForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return render(
            request,
            "learning/desk/export.html",
            {"form": form, "run": run, "course": run.course},
            status=422 if form.is_bound else 200,
        )
    rows = roster_rows(request.user, run, RosterFilter.ALL)
    record_audit(
        actor=request.user,
        action="roster.export",
        subject=run,
        school_id=run.school_id,
        reason=form.cleaned_data["reason"],
        format=form.cleaned_data["format"],
        rows=rows.count,
    )
    name = _("名单-%(course)s") % {"course": run.course.title}
    make = stream_xlsx if form.cleaned_data["format"] == "xlsx" else stream_csv
    response: StreamingHttpResponse = make(export_rows(rows), name)
    return response
