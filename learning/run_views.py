"""A place on a class with dates: check, take it, look at it, give it back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import FamilyLink
from attendance.models import Session
from attendance.services.roll import ask_leave, take_leave_back
from core.access import Rule, access
from core.exceptions import KeyReusedError, RefusedError
from core.forms import posted
from core.services.idempotency import run_once
from courses.models import CourseRun
from learning.choices import LIVE_STATES, State
from learning.exceptions import BirthYearNeededError, RunFullError
from learning.models import Enrolment
from learning.places import Place
from learning.roll import has_leave, leave_words, own_attendance
from learning.run_forms import PlaceForm
from learning.run_reading import other_ways, read_place, read_wish
from learning.services.enrolment import (
    can_undo,
    enrol_learner,
    join_queue,
    leave,
    undo,
)
from learning.services.limits import needs_signature
from learning.services.waiting import accept_offer, decline_offer
from learning.views import person

RUN_KEPT_S = 2


@access(Rule.SIGNED_IN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """«请核对», and on POST the place itself: on the class, in its draw or queue."""
    chosen = _chosen(run_id, may_be_kept=request.method == "POST")
    user = person(request)
    known = Enrolment.objects.filter(
        run=chosen, learner=user, state__in=LIVE_STATES
    ).first()
    if known is not None and (request.method != "POST" or known.state != State.OFFERED):
        return redirect("learning:place", pk=known.pk)
    if request.method != "POST":
        wish = read_wish(request, chosen)
        fresh = PlaceForm(is_signed=wish.needs_signature, may_wait=wish.is_queue)
        return _check_page(request, wish, fresh, status=200)
    # What the page shows of the class is read only for who sees it again: thousands may
    # press the button in one minute.
    is_signed = needs_signature(user, chosen, timezone.now())
    form = PlaceForm(posted(request), is_signed=is_signed, may_wait=False)
    if not form.is_valid():
        return _check_page(request, read_wish(request, chosen), form, status=422)
    try:
        pk = _take(user, chosen, form)
    except RunFullError as refusal:
        return _full_page(request, read_wish(request, chosen), refusal)
    except (RefusedError, KeyReusedError) as refusal:
        wish = read_wish(request, chosen)
        fresh = PlaceForm(is_signed=wish.needs_signature, may_wait=wish.is_queue)
        return _check_page(
            request,
            wish,
            fresh,
            refusal=refusal,
            status=getattr(refusal, "status", 409),
        )
    return redirect("learning:place", pk=pk)


def _chosen(run_id: int, *, may_be_kept: bool) -> CourseRun:
    """The class with what its page shows; for a wish it may be two seconds old.

    Whether there is a seat, a queue, a window is asked again under the run's lock.
    """
    key = f"learning.run:{run_id}"
    kept: CourseRun | None = cache.get(key) if may_be_kept else None
    if kept is None:
        shown = CourseRun.objects.shown().with_meetings()
        kept = get_object_or_404(shown.select_related("course__category"), pk=run_id)
        if may_be_kept:
            cache.set(key, kept, RUN_KEPT_S)
    return kept


def _take(user: Any, chosen: CourseRun, form: PlaceForm) -> int:
    """Once for each key: the enrolment that the person has afterwards."""
    may_wait = form.cleaned_data["may_wait"]
    relative = form.cleaned_data.get("relative_name", "")
    service = join_queue if may_wait else enrol_learner
    answer = run_once(
        user=user,
        key=form.cleaned_data["key"],
        action=f"run:{chosen.pk}",
        body={"may_wait": may_wait, "relative": relative},
        effect=lambda: {
            "enrolment": service(learner=user, run=chosen, relative_name=relative).pk
        },
    )
    return int(answer["enrolment"])


def _check_page(
    request: HttpRequest,
    wish: Any,
    form: PlaceForm,
    *,
    refusal: Exception | None = None,
    status: int,
) -> HttpResponse:
    words = way_on = ""
    if isinstance(refusal, BirthYearNeededError):
        back = urlencode({"next": request.path})
        way_on = f"{reverse('accounts:birth_year')}?{back}"
    if refusal is not None:
        is_ours = isinstance(refusal, RefusedError)
        words = str(refusal) if is_ours else _("这一页已经用过了。请看清楚再点一次。")
    return render(
        request,
        "learning/runs/check.html",
        {
            "wish": wish,
            "form": form,
            "refusal": words,
            "way_on": way_on,
            "helped": FamilyLink.objects.helped_by(request.user),
        },
        status=status,
    )


def _full_page(request: HttpRequest, wish: Any, refusal: RunFullError) -> HttpResponse:
    """«刚刚满了», with the queue and the other ways to learn the same."""
    return render(
        request,
        "learning/runs/full.html",
        {
            "wish": wish,
            "form": PlaceForm(is_signed=wish.needs_signature, may_wait=True),
            "others": other_ways(request, wish.run),
        },
        status=refusal.status,
    )


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """In large words: «报上了», «排上队了», «轮到您了», and what to do next."""
    found = _own_place(request, pk)
    return render(
        request,
        "learning/runs/place.html",
        {
            "place": found,
            "can_undo": can_undo(found.enrolment, found.at),
            "school": found.run.school,
            "attendance": own_attendance(found.enrolment),
            "on_leave": found.is_seated
            and has_leave(found.enrolment, found.next_session),
            "others": []
            if found.enrolment.state in (*LIVE_STATES, State.COMPLETED)
            else other_ways(request, found.run),
        },
    )


@access(Rule.SIGNED_IN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """«去不了», «不排了»: ask once, then give the place to the next."""
    found = _own_place(request, pk)
    if request.method != "POST":
        return render(request, "learning/runs/give_up.html", {"place": found})
    leave(enrolment=found.enrolment, by=request.user)
    messages.success(request, _("好的，名额让给后面的人了。下次想来，随时再报。"))
    return redirect("learning:home")


@access(Rule.SIGNED_IN)
@require_POST
def leave_session(request: HttpRequest, pk: int, session_id: int) -> HttpResponse:
    """«请假» for one session that lies ahead, or «又能去了»; the seat stays."""
    found = _own_place(request, pk)
    session = get_object_or_404(Session, pk=session_id, run_session__run=found.run)
    said = request.POST.get("answer")
    if said == "come":
        take_leave_back(session=session, learner=request.user)
        messages.success(request, _("好的，这次您能来，不记请假了。"))
    elif said == "leave":
        ask_leave(session=session, learner=request.user)
        messages.success(request, leave_words(session))
    else:
        messages.error(request, _("没有收到您的回答。请在这一页上再点一次。"))
    return redirect("learning:place", pk=pk)


@access(Rule.SIGNED_IN)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """«点错了»: within ten minutes, without a question."""
    found = _own_place(request, pk)
    undo(enrolment=found.enrolment, by=request.user)
    messages.success(request, _("撤回了，就当没有报过。"))
    return redirect(f"{found.run.course.get_url(request)}#runs")


@access(Rule.SIGNED_IN)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """«我要去» or «这次不去了», to a seat that was offered; anything else is no answer.

    A declined seat goes to the next person at once, so nothing declines it but «no».
    """
    found = _own_place(request, pk)
    said = request.POST.get("answer")
    if said == "no":
        decline_offer(enrolment=found.enrolment, by=request.user)
        messages.success(request, _("好的，名额让给后面的人了。下次想来，随时再报。"))
        return redirect("learning:home")
    if said == "yes":
        accept_offer(enrolment=found.enrolment, by=request.user)
    else:
        messages.error(request, _("没有收到您的回答。请在这一页上再点一次。"))
    return redirect("learning:place", pk=pk)


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet of paper to take along: number, days, place."""
    found = _own_place(request, pk)
    sessions = (
        found.run.run_sessions.taking_place()
        .select_related("session__venue")
        .order_by("session__starts_at")
    )
    return render(request, "print/slip.html", {"place": found, "sessions": sessions})


def _own_place(request: HttpRequest, pk: int) -> Place:
    """The person's own enrolment on a class; 404 for everybody else's."""
    rows = Enrolment.objects.filter(
        learner=person(request), run__is_self_paced=False
    ).with_queue_position()
    row = get_object_or_404(
        rows.select_related("run__course__category", "run__school", "run__venue"), pk=pk
    )
    return read_place(row, timezone.now())
