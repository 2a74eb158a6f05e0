"""`/desk/groups/`: one screen, many people; and the code by which a phone joins."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.checkin import make_token, read_token
from core.access import Rule, access
from core.exceptions import KeyReusedError, RefusedError
from core.qr_code import qr_data_uri
from courses.models import LessonPage
from learning.counter import find_people, is_too_short, people_of
from learning.group import SALT, as_candidates, candidates, read_sitting
from learning.models import GroupSitting
from learning.permissions import can_lead_group, led_runs
from learning.services.groups import (
    end_sitting,
    seat_people,
    start_sitting,
    take_seat_back,
)

# As on the page of the roll: a code that is shown is good for 15 seconds more.
CODE_REFRESH_S = 15
SHOWN = 10


def _sitting(request: HttpRequest, pk: int) -> GroupSitting:
    """The sitting, if the person leads groups of its course; else there is none."""
    rows = GroupSitting.objects.select_related("lesson", "school")
    sitting: GroupSitting = get_object_or_404(rows, pk=pk)
    if not can_lead_group(request.user, sitting.lesson.course):
        raise Http404
    return sitting


@access(Rule.STAFF)
@never_cache
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """What goes on, what was, and the courses of which one may play a lesson."""
    return render(
        request,
        "learning/desk/groups.html",
        {
            "sittings": GroupSitting.objects.visible_to(request.user).select_related(
                "lesson"
            )[:SHOWN],
            "runs": led_runs(request.user)
            .select_related("course", "school")
            .order_by("course__title", "pk"),
        },
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def new_group(request: HttpRequest, run_id: int) -> HttpResponse:
    """The lessons of a course, each to be played to a group."""
    run = get_object_or_404(led_runs(request.user).select_related("course"), pk=run_id)
    lessons = LessonPage.objects.child_of(run.course).live().order_by("path")
    return render(
        request,
        "learning/desk/group_new.html",
        {"run": run, "course": run.course, "lessons": lessons, "key": str(uuid4())},
    )


@access(Rule.STAFF)
@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin with a lesson; the page that is sent twice begins one sitting."""
    number = request.POST.get("lesson", "")
    number = number if number.isascii() and number.isdecimal() else "0"
    lesson = get_object_or_404(LessonPage.objects.live(), pk=int(number[:9]))
    if not can_lead_group(request.user, lesson.course):
        raise Http404
    key = request.POST.get("key", "")[:64] or str(uuid4())
    try:
        sitting = start_sitting(lesson=lesson, by=request.user, key=key)
    except KeyReusedError:
        return redirect("desk:groups")
    return redirect("desk:group", sitting.pk)


@access(Rule.STAFF)
@never_cache
@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is there, who may be, the lesson to play, and «这一课学完了»."""
    sitting = _sitting(request, pk)
    text = request.GET.get("q", "").strip()[:60]
    is_open = not sitting.is_over
    found = find_people(request.user, text) if text and is_open else []
    return render(
        request,
        "learning/desk/group.html",
        {
            "sitting": sitting,
            "view": read_sitting(sitting),
            "candidates": candidates(request.user, sitting) if is_open else [],
            "text": text,
            "found": as_candidates(request.user, found),
            "is_too_short": is_too_short(text),
        },
    )


@access(Rule.STAFF)
@never_cache
@require_POST
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who is there, of those whom the page showed to this person."""
    sitting = _sitting(request, pk)
    people = people_of(request.user, request.POST.getlist("who"))
    seat_people(sitting=sitting, people=people)
    return redirect(f"{reverse('desk:group', args=[pk])}#people")


@access(Rule.STAFF)
@never_cache
@require_POST
def drop_seat(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Somebody was not there after all."""
    sitting = _sitting(request, pk)
    seats = sitting.seats.select_related("sitting")
    take_seat_back(seat=get_object_or_404(seats, pk=number))
    return redirect(f"{reverse('desk:group', args=[pk])}#people")


@access(Rule.STAFF)
@never_cache
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Credit the lesson to everybody; pressed again it tries those who are left."""
    sitting = _sitting(request, pk)
    end_sitting(sitting=sitting, by=request.user)
    view = read_sitting(_sitting(request, pk))
    messages.success(request, view.words)
    if view.left:
        messages.warning(request, _("还有人没记上，请再按一次「再记一次」。"))
    return redirect("desk:group", pk)


@access(Rule.STAFF)
@never_cache
@require_safe
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The code for the big screen; the page asks for itself before it runs out."""
    sitting = _sitting(request, pk)
    code = ""
    if not sitting.is_over:
        token = make_token(sitting.pk, timezone.now(), salt=SALT)
        path = reverse("learning:join_group", args=[token])
        code = qr_data_uri(request.build_absolute_uri(path))
    response = render(
        request,
        "learning/desk/group_qr.html",
        {"sitting": sitting, "code": code, "total": sitting.seats.count()},
    )
    if code:
        response["Refresh"] = str(CODE_REFRESH_S)
    return response


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def join_group(request: HttpRequest, token: str) -> HttpResponse:
    """Take a seat with one's own phone. A scan is a GET, and again changes nothing."""
    refusal, status = "", 200
    try:
        number = read_token(token, timezone.now(), salt=SALT)
        sitting = get_object_or_404(GroupSitting, pk=number)
        seat_people(sitting=sitting, people=[request.user])
    except RefusedError as error:
        refusal, status = str(error), error.status
    return render(
        request, "learning/group_joined.html", {"refusal": refusal}, status=status
    )
