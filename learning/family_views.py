"""`/learn/family/`: who helps me, whom I help; enrolling an elder who has agreed.

A helper sees the elder's week and places on classes, and nothing else: no lesson, answer,
record, certificate, number or setting has an address below this one.
"""

from typing import Any
from uuid import uuid4

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.choices import FamilyState
from accounts.exceptions import InvalidPhoneError
from accounts.models import FamilyLink
from accounts.permissions import can_act_for
from accounts.services.family import WORDS, agree, ask_to_help, end_help
from attendance.models import Session
from attendance.services.roll import ask_leave
from core.access import Rule, access
from core.exceptions import KeyReusedError, RefusedError
from core.forms import PlainWordsMixin, posted, posted_number
from core.services.idempotency import run_once
from courses.models import CourseRun
from learning.choices import LIVE_STATES, Source
from learning.models import Enrolment
from learning.my_learning import read_going, read_places
from learning.run_reading import classes_to_join, read_wish_of
from learning.services.enrolment import (
    can_undo,
    enrol_learner,
    join_queue,
    leave,
    undo,
)
from learning.services.waiting import accept_offer, decline_offer
from learning.views import person

MOST_LISTED = 20
ASK = "family_ask"


class AskForm(PlainWordsMixin, forms.Form):
    """Whom one wants to help: by the number that they sign in with."""

    phone = forms.CharField(
        label=gettext_lazy("老人的手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class ProxyForm(forms.Form):
    """One press of a button: the same key twice has its effect once."""

    key = forms.CharField(max_length=64)
    may_wait = forms.BooleanField(required=False)
    relative_name = forms.CharField(max_length=40, required=False)


@access(Rule.SIGNED_IN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def family(request: HttpRequest) -> HttpResponse:
    """The list, and asking to help. The answer is the same whether the number is known."""
    user = person(request)
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        ratelimit.consume(request, action=ASK, user=user, raise_exception=True)
        try:
            ask_to_help(helper=user, phone=form.cleaned_data["phone"])
        except InvalidPhoneError:
            form.add_error("phone", _("手机号不对，请再看看。"))
        else:
            messages.success(
                request,
                _("好的。这个号码要是有账号，他登录以后会看到，点「同意」您就能帮他。"),
            )
            return redirect("learning:family")
    links = FamilyLink.objects.filter(ended_at__isnull=True)
    return render(
        request,
        "learning/family.html",
        {
            "form": form,
            "words": _(WORDS),
            "asks": links.asked().filter(elder=user).select_related("helper"),
            "helpers": links.standing().filter(elder=user).select_related("helper"),
            "helped": FamilyLink.objects.helped_by(user),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@access(Rule.SIGNED_IN)
@require_POST
def answer_family(request: HttpRequest, pk: int) -> HttpResponse:
    """«同意», «不同意», «不用帮了»: by the elder; «不帮了» by either."""
    user = person(request)
    link = get_object_or_404(FamilyLink, pk=pk)
    # Until the elder has agreed the link is theirs alone: that it is there says that the
    # number has an account.
    is_own = link.state == FamilyState.AGREED and user.pk == link.helper_id
    if user.pk != link.elder_id and not is_own:
        raise Http404
    if request.POST.get("answer") == "yes":
        agree(link=link, by=user)
        messages.success(request, _("好的，他现在能帮您报名了。"))
    elif request.POST.get("answer") == "no":
        end_help(link=link, by=user)
        messages.success(request, _("好的，马上生效。"))
    else:
        messages.error(request, _("没有收到您的回答。请在这一页上再点一次。"))
    return redirect("learning:family")


def _elder(request: HttpRequest, pk: int) -> tuple[FamilyLink, Any]:
    """The link and the elder whom the person helps now; else there is nobody."""
    link = get_object_or_404(FamilyLink.objects.select_related("elder"), pk=pk)
    helper = person(request)
    if link.helper_id != helper.pk or not can_act_for(helper, link.elder_id):
        raise Http404
    return link, link.elder


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def elder(request: HttpRequest, pk: int) -> HttpResponse:
    """The elder's week and places, and the classes for which they can be enrolled."""
    link, who = _elder(request, pk)
    now = timezone.now()
    places = read_places(who, now)
    return render(
        request,
        "learning/elder.html",
        {
            "link": link,
            "elder": who,
            "places": [
                (one, can_undo(one.enrolment, now)) for one in places if one.is_live
            ],
            "going": read_going(places, now),
            "runs": classes_to_join(places, now)[:MOST_LISTED],
        },
    )


@access(Rule.SIGNED_IN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_elder(request: HttpRequest, pk: int, run_id: int) -> HttpResponse:
    """«替他报名»: the class, who goes, one button; kept with who did it."""
    link, who = _elder(request, pk)
    shown = CourseRun.objects.shown().with_meetings().select_related("course__category")
    run = get_object_or_404(shown, pk=run_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            _take(request, who, run)
        except KeyReusedError:
            refusal, status = _("这一页已经用过了。请看清楚再点一次。"), 409
        except RefusedError as error:
            refusal, status = str(error), error.status
        else:
            messages.success(request, _("办好了。本人登录以后也看得到。"))
            return redirect("learning:elder", pk=pk)
    known = Enrolment.objects.filter(run=run, learner=who, state__in=LIVE_STATES)
    if known.exists():
        return redirect("learning:elder", pk=pk)
    return render(
        request,
        "learning/enrol_elder.html",
        {
            "link": link,
            "elder": who,
            "wish": read_wish_of(request, run, who),
            "key": str(uuid4()),
            "refusal": refusal,
        },
        status=status,
    )


def _take(request: HttpRequest, who: Any, run: CourseRun) -> None:
    form = ProxyForm(request.POST)
    if not form.is_valid():
        raise KeyReusedError
    said = form.cleaned_data
    service = join_queue if said["may_wait"] else enrol_learner
    run_once(
        user=request.user,
        key=said["key"],
        action=f"proxy:{who.pk}:{run.pk}",
        body={"may_wait": said["may_wait"], "relative": said["relative_name"]},
        effect=lambda: {
            "enrolment": service(
                learner=who,
                run=run,
                source=Source.PROXY,
                by=request.user,
                relative_name=said["relative_name"],
            ).pk
        },
    )


@access(Rule.SIGNED_IN)
@require_POST
def elder_place(request: HttpRequest, pk: int, place_id: int) -> HttpResponse:
    """Give a place back, answer an offer, ask for leave; for the elder, and kept so."""
    _link, who = _elder(request, pk)
    row = get_object_or_404(
        Enrolment.objects.select_related("run__course"),
        pk=place_id,
        learner=who,
        run__is_self_paced=False,
    )
    step = request.POST.get("step", "")
    if step == "give_up":
        leave(enrolment=row, by=request.user)
    elif step == "undo":
        undo(enrolment=row, by=request.user)
    elif step == "yes":
        accept_offer(enrolment=row, by=request.user)
    elif step == "no":
        decline_offer(enrolment=row, by=request.user)
    elif step == "leave":
        session = get_object_or_404(
            Session,
            pk=posted_number(request, "session"),
            run_session__run=row.run,
        )
        ask_leave(session=session, learner=who, by=request.user)
    else:
        messages.error(request, _("没有收到您的回答。请在这一页上再点一次。"))
        return redirect("learning:elder", pk=pk)
    messages.success(request, _("办好了。"))
    return redirect("learning:elder", pk=pk)
