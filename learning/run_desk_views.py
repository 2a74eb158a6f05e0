"""`/desk/runs/`: the classes of one's schools; opening, changing, cancelling them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from attendance.exceptions import ClashError, RoomTakenError
from core.access import Rule, access, require
from core.exceptions import KeyReusedError, RefusedError
from core.forms import posted
from core.services.idempotency import run_once
from courses.choices import RunState
from courses.clash_words import clash_words
from courses.models import CoursePage, CourseRun, RunSession
from learning.choices import State
from learning.exceptions import (
    AllocationFixedError,
    CapacityBelowTakenError,
    ChangedMeanwhileError,
    QuotasTooLargeError,
)
from learning.permissions import (
    can_change_class,
    can_manage_runs,
    can_open_class,
    can_see_roster,
)
from learning.run_desk import (
    ClassFilter,
    classes_for_desk,
    courses_to_teach,
    people_of,
    read_days,
    read_draw,
    read_rows,
    with_people,
)
from learning.run_desk_forms import (
    CancelClassForm,
    ClassForm,
    MoveSessionForm,
    initial_of,
)
from learning.services.days import call_off_session, reschedule_session
from learning.services.draw import close_list, hold_draw
from learning.services.runs import (
    cancel_run,
    change_class,
    open_class,
    open_enrolment,
    set_capacity,
)

ROWS_A_PAGE = 25


@access(Rule.STAFF)
@require_GET
def classes(request: HttpRequest) -> HttpResponse:
    """The classes that one answers for, by term, with their seats in words."""
    chosen = ClassFilter.read(request.GET.get("show", ""))
    found = classes_for_desk(request.user, chosen)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "learning/desk/classes.html",
        {
            "page": page,
            "rows": read_rows(page.object_list, timezone.now()),
            "chosen": chosen,
            "filters": ClassFilter.choices(),
            "may_open": bool(can_open_class(request.user)),
        },
    )


def class_of(request: HttpRequest, pk: int) -> CourseRun:
    """The class, if the person may see who is on it; another's looks like none."""
    run: CourseRun = get_object_or_404(
        CourseRun.objects.dated().select_related(
            "course__category", "school", "venue", "teacher"
        ),
        pk=pk,
    )
    if not can_see_roster(request.user, run):
        raise Http404
    return run


def changeable_class(request: HttpRequest, pk: int) -> CourseRun:
    """The class, if the person may change it and its days."""
    run = class_of(request, pk)
    require(can_change_class(request.user, run))
    return run


def managed_class(request: HttpRequest, pk: int) -> CourseRun:
    """The class, if the person answers for it; its teacher reads who does."""
    run = class_of(request, pk)
    require(can_manage_runs(request.user, run.school))
    return run


@access(Rule.STAFF)
@require_GET
def class_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: its days, who is on it, who waits, its draw."""
    run = class_of(request, pk)
    now = timezone.now()
    may_manage = bool(can_manage_runs(request.user, run.school))
    people = people_of(request.user, run)
    listed = Paginator(people.exclude(state=State.WAITLISTED), ROWS_A_PAGE)
    queue = Paginator(people.waiting(), ROWS_A_PAGE)
    row = read_rows(with_people(CourseRun.objects.filter(pk=pk).with_meetings()), now)
    is_on = run.cancelled_at is None
    may_change = is_on and bool(can_change_class(request.user, run))
    return render(
        request,
        "learning/desk/class.html",
        {
            "run": run,
            "row": row[0],
            "days": read_days(run, now, may_change=may_change),
            "people": listed.get_page(request.GET.get("page")),
            "queue": queue.get_page(request.GET.get("wait")),
            "draw": read_draw(run, now),
            "may_change": may_change,
            "may_certify": may_manage and is_on,
            "may_manage": may_manage and is_on,
            "may_open": may_change and row[0].state is RunState.SOON,
        },
    )


def _day_of(request: HttpRequest, pk: int, session_id: int) -> RunSession:
    """A session of a class that the person may change."""
    run = changeable_class(request, pk)
    found: RunSession = get_object_or_404(
        run.run_sessions.select_related("session__venue", "run__course"), pk=session_id
    )
    return found


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_day(request: HttpRequest, pk: int, session_id: int) -> HttpResponse:
    """«取消这一天», after asking once."""
    row = _day_of(request, pk, session_id)
    if request.method == "POST":
        call_off_session(run_session=row, by=request.user)
        messages.success(
            request, _("这一天取消了，每个学员都会收到通知；发不到的，请打电话。")
        )
        return redirect("desk:class", pk=pk)
    return render(request, "learning/desk/cancel_day.html", {"row": row})


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def move_day(request: HttpRequest, pk: int, session_id: int) -> HttpResponse:
    """«改时间» of one day; a clash is said beside its field."""
    row = _day_of(request, pk, session_id)
    form = MoveSessionForm(posted(request), session=row.session)
    if request.method == "POST" and form.is_valid():
        start, end = form.span()
        try:
            reschedule_session(
                run_session=row,
                starts_at=start,
                ends_at=end,
                venue=form.cleaned_data["venue"],
                by=request.user,
            )
        except ClashError as clash:
            is_room = isinstance(clash, RoomTakenError)
            form.add_error("venue" if is_room else "start_time", clash_words(clash))
        except RefusedError as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(
                request, _("时间改好了，每个学员都会收到通知；发不到的，请打电话。")
            )
            return redirect("desk:class", pk=pk)
    return render(
        request,
        "learning/desk/move_day.html",
        {"form": form, "row": row},
        status=422 if form.is_bound and form.errors else 200,
    )


@access(Rule.STAFF)
@require_POST
def add_seat(request: HttpRequest, pk: int) -> HttpResponse:
    """One seat more than the page has shown: the same button twice adds one."""
    run = managed_class(request, pk)
    if request.POST.get("seats", "") == str(run.capacity):
        set_capacity(run=run, capacity=(run.capacity or 0) + 1, by=request.user)
        messages.success(request, _("加了一个名额。有人候补的，马上按顺序轮给他。"))
    else:
        messages.info(request, _("名额已经改过了，请看看现在是几个。"))
    return redirect("desk:class", pk=pk)


@access(Rule.STAFF)
@require_POST
def take_draw_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the list, or draw: each when its time has come, and once."""
    run = managed_class(request, pk)
    if request.POST.get("step") == "draw":
        hold_draw(run=run, by=request.user)
        messages.success(request, _("抽好了，结果已经公布，每个人都会收到通知。"))
    else:
        close_list(run=run, by=request.user)
        messages.success(request, _("名单公布了。一小时以后可以抽签。"))
    return redirect("desk:class", pk=pk)


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def new_class(request: HttpRequest) -> HttpResponse:
    """Choose the course, then fill in the class; sent twice it is made once."""
    require(can_open_class(request.user))
    courses = courses_to_teach(request.user)
    asked = request.GET.get("course", "")
    if not asked:
        page = Paginator(courses, ROWS_A_PAGE).get_page(request.GET.get("page"))
        return render(request, "learning/desk/choose_course.html", {"page": page})
    # Digits beyond what a key can be would trouble the database.
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        raise Http404
    course = get_object_or_404(courses, pk=int(asked))
    form = ClassForm(posted(request), school=course.school, initial=initial_of(None))
    if request.method == "POST" and form.is_valid():
        pk = _once_made(request, course, form)
        if pk is not None:
            messages.success(request, _("班开好了，课表也排好了。请再核对一遍。"))
            return redirect("desk:class", pk=pk)
    return _form_page(request, form, course=course, run=None)


def _once_made(request: HttpRequest, course: CoursePage, form: ClassForm) -> int | None:
    """The key of the class that this form has made; None where it was refused."""
    said = {name: request.POST.getlist(name) for name in form.fields if name != "key"}
    try:
        answer = run_once(
            user=request.user,
            key=form.cleaned_data["key"],
            action=f"class:{course.pk}",
            body=said,
            effect=lambda: {
                "run": open_class(course=course, plan=form.plan(), by=request.user).pk
            },
        )
    except KeyReusedError:
        form.add_error(
            None, _("这张表已经存过一次了。要改，请到班次里改；要再开一个，请重新填。")
        )
        return None
    except RefusedError as refusal:
        _say(form, refusal)
        return None
    return int(answer["run"])


def _say(form: ClassForm, refusal: RefusedError) -> None:
    """The sentence of a refusal beside the field where it is put right."""
    if isinstance(refusal, ClashError):
        field = "venue" if isinstance(refusal, RoomTakenError) else "teacher"
        form.add_error(field, clash_words(refusal))
    elif isinstance(refusal, CapacityBelowTakenError | QuotasTooLargeError):
        form.add_error("capacity", str(refusal))
    elif isinstance(refusal, AllocationFixedError):
        form.add_error("allocation", str(refusal))
    else:
        form.add_error(None, str(refusal))


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a class; what has been taught stays, what lies ahead follows."""
    run = changeable_class(request, pk)
    form = ClassForm(posted(request), school=run.school, initial=initial_of(run))
    if request.method == "POST" and form.is_valid():
        try:
            change_class(
                run=run,
                plan=form.plan(),
                by=request.user,
                seen=form.cleaned_data["seen"],
            )
        except ChangedMeanwhileError as refusal:
            run.refresh_from_db()
            others = _("、").join(form.start_again_from(run))
            form.add_error(None, str(refusal))
            form.add_error(
                None, _("和现在不一样的是：%(fields)s。") % {"fields": others}
            )
        except RefusedError as refusal:
            _say(form, refusal)
        else:
            messages.success(
                request,
                _(
                    "改好了。上过的课没有动；后面的课有变，会通知学员，发不到的请打电话。"
                ),
            )
            return redirect("desk:class", pk=pk)
    return _form_page(request, form, course=run.course, run=run)


def _form_page(
    request: HttpRequest, form: Any, *, course: CoursePage, run: CourseRun | None
) -> HttpResponse:
    """The form; with errors it answers 422 and holds all that was typed."""
    return render(
        request,
        "learning/desk/class_form.html",
        {"form": form, "course": course, "run": run},
        status=422 if form.is_bound and form.errors else 200,
    )


@access(Rule.STAFF)
@require_POST
def open_class_now(request: HttpRequest, pk: int) -> HttpResponse:
    """«现在开始报名»: everybody may come from this minute."""
    run = changeable_class(request, pk)
    open_enrolment(run=run, by=request.user)
    messages.success(request, _("现在可以报名了。"))
    return redirect("desk:class", pk=pk)


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a class after a reason was given; everybody on it is told once."""
    run = managed_class(request, pk)
    form = CancelClassForm(posted(request))
    if request.method == "POST" and form.is_valid():
        cancel_run(run=run, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("这个班不开了。报了名的人都会收到通知；发不到的，请打电话。")
        )
        return redirect("desk:class", pk=pk)
    return render(
        request,
        "learning/desk/cancel_class.html",
        {"form": form, "run": run, "course": run.course},
        status=422 if form.is_bound and form.errors else 200,
    )
