"""`/desk/counter/`: enrol whoever stands before the clerk, with a slip to take home."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.exceptions import InvalidPhoneError, NumberTakenError
from accounts.phone import parse_phone
from accounts.services.on_paper import register_on_paper
from accounts.services.people import EARLIEST_BIRTH_YEAR
from core.access import Rule, access, require
from core.civil_time import civil_date
from core.exceptions import KeyReusedError, RefusedError
from core.forms import PlainWordsMixin, posted
from core.services.idempotency import run_once
from courses.models import CourseRun
from learning.choices import Source
from learning.counter import (
    find_people,
    is_too_short,
    person_of,
    read_offers,
    reference_of,
)
from learning.models import Enrolment
from learning.permissions import can_manage_runs, managed_schools
from learning.run_reading import read_place
from learning.services.enrolment import can_undo, enrol_learner, join_queue, undo

NEW_PERSON = "counter:person"


class NewPersonForm(PlainWordsMixin, forms.Form):
    """Somebody who has no account yet; a telephone is not needed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    display_name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(
        label=_("手机号"),
        max_length=30,
        required=False,
        help_text=_("没有手机就空着。"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    birth_year = forms.IntegerField(
        label=_("出生年份"),
        required=False,
        min_value=EARLIEST_BIRTH_YEAR,
        error_messages={
            "invalid": _("请填四位数的年份，比如 1952。"),
            "min_value": _("年份不对，请再看看。"),
        },
    )
    has_consent = forms.BooleanField(
        label=_("本人看过说明，并在纸上签字同意建账号、记学习情况。"),
        error_messages={"required": _("请先让本人在纸上签字同意，再打勾。")},
    )

    def clean_phone(self) -> str:
        """The number in its one form; one that somebody has is no new person."""
        text = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        try:
            number = parse_phone(text)
        except InvalidPhoneError as error:
            raise forms.ValidationError(
                _("手机号不对，请再看看。没有手机就空着。"), code="invalid"
            ) from error
        return number

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year > civil_date().year:
            raise forms.ValidationError(_("年份不对，请再看看。"), code="future")
        return year


class EnrolForm(PlainWordsMixin, forms.Form):
    """Which class, who signed, and why an exception where one is made."""

    key = forms.CharField(max_length=64)
    run = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    may_wait = forms.BooleanField(required=False)
    relative_name = forms.CharField(max_length=40, required=False)
    reason = forms.CharField(max_length=120, required=False)


@access(Rule.STAFF)
@never_cache
@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Find who stands before one: by number or by name."""
    require(can_manage_runs(request.user))
    text = request.GET.get("q", "").strip()[:60]
    found = find_people(request.user, text) if text else []
    people = [(one, reference_of(request.user, one)) for one in found]
    return render(
        request,
        "learning/desk/counter.html",
        {"text": text, "people": people, "is_too_short": is_too_short(text)},
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """An account for somebody at the counter; a number that is known opens theirs."""
    require(can_manage_runs(request.user))
    initial = {"key": str(uuid4()), **_begun(request.GET.get("q", ""))}
    form = NewPersonForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pk = _made_once(request, form)
        except NumberTakenError:
            messages.info(request, _("这个手机号已经有账号了，就是这位吗？"))
            number = form.cleaned_data["phone"][-11:]
            return redirect(f"{reverse('desk:counter')}?q={number}")
        except KeyReusedError:
            form.add_error(None, _("这张表已经用过一次了。请回到柜台重新开始。"))
        else:
            person = get_object_or_404(get_user_model(), pk=pk)
            return redirect("desk:counter_person", reference_of(request.user, person))
    return render(
        request,
        "learning/desk/counter_new.html",
        {"form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


def _begun(text: str) -> dict[str, str]:
    """What was looked for in vain is the beginning of the new account."""
    is_number = any(one.isdigit() for one in text)
    return {"phone" if is_number else "display_name": text.strip()[:40]}


def _made_once(request: HttpRequest, form: NewPersonForm) -> int:
    said = form.cleaned_data

    def make() -> dict[str, int]:
        person = register_on_paper(
            display_name=said["display_name"],
            phone=said["phone"],
            birth_year=said["birth_year"],
            by=request.user,
        )
        return {"person": person.pk}

    body = {name: str(value) for name, value in said.items() if name != "key"}
    answer = run_once(
        user=request.user, key=said["key"], action=NEW_PERSON, body=body, effect=make
    )
    return int(answer["person"])


@access(Rule.STAFF)
@never_cache
@require_safe
def counter_person(request: HttpRequest, reference: str) -> HttpResponse:
    """What the person has, and what the school can give them."""
    require(can_manage_runs(request.user))
    return _person_page(request, reference)


def served(request: HttpRequest, reference: str) -> Any:
    """Whom that clerk has found before; for everybody else there is nobody."""
    found = person_of(request.user, reference)
    if found is None:
        raise Http404
    return found


def _person_page(
    request: HttpRequest,
    reference: str,
    *,
    refused: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    person = served(request, reference)
    now = timezone.now()
    return render(
        request,
        "learning/desk/counter_person.html",
        {
            "person": person,
            "reference": reference,
            "offers": read_offers(request.user, person, now),
            "key": str(uuid4()),
            "refused": refused,
        },
        status=status,
    )


@access(Rule.STAFF)
@never_cache
@require_POST
def counter_enrol(request: HttpRequest, reference: str) -> HttpResponse:
    """Enrol, or queue; what stands in the way is said with the way round it."""
    require(can_manage_runs(request.user))
    person = served(request, reference)
    form = EnrolForm(request.POST)
    if not form.is_valid():
        return redirect("desk:counter_person", reference)
    said = form.cleaned_data
    run = get_object_or_404(
        CourseRun.objects.dated().filter(school__in=managed_schools(request.user)),
        pk=said["run"],
    )
    service = join_queue if said["may_wait"] else enrol_learner
    try:
        answer = run_once(
            user=request.user,
            key=said["key"],
            action=f"counter:{person.pk}",
            body={**said, "key": ""},
            effect=lambda: {
                "enrolment": service(
                    learner=person,
                    run=run,
                    source=Source.DESK,
                    by=request.user,
                    relative_name=said["relative_name"],
                    override_reason=said["reason"],
                ).pk
            },
        )
    except KeyReusedError:
        return redirect("desk:counter_person", reference)
    except RefusedError as refusal:
        refused = {"run": run, "why": str(refusal), "said": said}
        return _person_page(request, reference, refused=refused, status=refusal.status)
    return redirect("desk:counter_done", reference, answer["enrolment"])


def _place(request: HttpRequest, reference: str, pk: int) -> tuple[Any, Any]:
    """The person and their place on a class of the clerk's school."""
    require(can_manage_runs(request.user))
    person = served(request, reference)
    rows = Enrolment.objects.filter(
        learner=person,
        run__is_self_paced=False,
        run__school__in=managed_schools(request.user),
    ).with_queue_position()
    row = get_object_or_404(
        rows.select_related("run__course__category", "run__school", "run__venue"), pk=pk
    )
    return person, row


@access(Rule.STAFF)
@never_cache
@require_safe
def counter_done(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """«报上了» in large words, the slip to print, and «撤回» for ten minutes."""
    person, row = _place(request, reference, pk)
    now = timezone.now()
    return render(
        request,
        "learning/desk/counter_done.html",
        {
            "person": person,
            "reference": reference,
            "place": read_place(row, now),
            "may_undo": can_undo(row, now),
        },
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def counter_slip(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The sheet that the person takes home."""
    person, row = _place(request, reference, pk)
    sessions = (
        row.run.run_sessions.taking_place()
        .select_related("session__venue")
        .order_by("session__starts_at")
    )
    place = read_place(row, timezone.now())
    back = reverse("desk:counter_done", args=[reference, pk])
    return render(
        request,
        "print/slip.html",
        {"place": place, "sessions": sessions, "person": person, "back": back},
    )


@access(Rule.STAFF)
@never_cache
@require_POST
def counter_undo(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take back within ten minutes what was done across the counter."""
    _person_found, row = _place(request, reference, pk)
    undo(enrolment=row, by=request.user)
    messages.success(request, _("撤回了，名额让出来了。"))
    return redirect("desk:counter_person", reference)
