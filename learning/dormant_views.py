"""`/desk/dormant/`: who has not come for long, and what came of calling them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from core.access import Rule, access, require
from core.civil_time import civil_date
from core.forms import PlainWordsMixin, posted
from core.services.audit import record_audit
from learning.choices import DORMANT_OUTCOMES, CallOutcome
from learning.dormant import DORMANT, age_words, dormant_enrolments
from learning.models import CallTask, Enrolment
from learning.permissions import can_make_calls
from learning.services.dormant import (
    note_dormant_call,
    params_of,
    undo_dormant_call,
)
from learning.services.enrolment import UNDO_FOR
from learning.services.notices import call_words

ROWS_A_PAGE = 25


class DormantForm(PlainWordsMixin, forms.Form):
    """What came of asking how somebody is."""

    outcome = forms.ChoiceField(
        label=_("打得怎么样"),
        choices=[(one.value, one.label) for one in DORMANT_OUTCOMES],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("说明"),
        max_length=120,
        required=False,
        help_text=_("比如：手机坏了，想来教室学。别写身体情况这类私事。"),
    )


def _people(request: HttpRequest) -> Any:
    require(can_make_calls(request.user))
    return dormant_enrolments(request.user).select_related(
        "learner", "run__course", "run__school", "last_lesson"
    )


def _row(enrolment: Any) -> dict[str, Any]:
    quiet = (civil_date() - civil_date(enrolment.quiet_since)).days
    age = age_words(enrolment.learner.birth_year)
    return {"enrolment": enrolment, "age": age, "days": quiet}


@access(Rule.STAFF)
@never_cache
@require_GET
def dormant(request: HttpRequest) -> HttpResponse:
    """Whom to call, older people first; and what one has noted just now."""
    page = Paginator(_people(request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    just_noted = (
        CallTask.objects.visible_to(request.user)
        .filter(template=DORMANT, done_by=request.user)
        .filter(done_at__gte=timezone.now() - UNDO_FOR)
        .select_related("person")
        .order_by("-done_at", "-pk")
    )
    context = {
        "page": page,
        "rows": [_row(one) for one in page.object_list],
        "just_noted": just_noted,
        "outcomes": [one for one in DORMANT_OUTCOMES if one != CallOutcome.IN_TROUBLE],
        "trouble": CallOutcome.IN_TROUBLE,
    }
    return render(request, "learning/desk/dormant.html", context)


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dormant_person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: what to say, and what came of it with a note.

    Whoever is on the list no more has been called meanwhile: pressed twice is once.
    """
    enrolment = _people(request).filter(pk=pk).first()
    if enrolment is None:
        return _called_already(request, pk)
    form = DormantForm(
        posted(request), initial={"outcome": request.GET.get("outcome", "")}
    )
    if request.method == "POST" and form.is_valid():
        note_dormant_call(enrolment=enrolment, by=request.user, **form.cleaned_data)
        messages.success(request, _("记下了。点错了，10 分钟内可以收回。"))
        return redirect("desk:dormant")
    return _page(request, enrolment, form)


def _called_already(request: HttpRequest, pk: int) -> HttpResponse:
    calls = CallTask.objects.visible_to(request.user).filter(
        template=DORMANT, enrolment=pk
    )
    get_object_or_404(calls.order_by("-done_at", "-pk")[:1])
    messages.success(request, _("这位学员刚刚有人打过了。"))
    return redirect("desk:dormant")


@access(Rule.STAFF)
@never_cache
@require_POST
def dormant_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole number, on request; who looked is kept (P-8)."""
    enrolment = get_object_or_404(_people(request), pk=pk)
    record_audit(
        actor=request.user,
        action="phone.viewed",
        subject=enrolment,
        school_id=enrolment.run.school_id,
    )
    return _page(request, enrolment, DormantForm(), shows_number=True)


@access(Rule.STAFF)
@never_cache
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one has noted oneself, within ten minutes."""
    require(can_make_calls(request.user))
    own = CallTask.objects.visible_to(request.user).filter(
        template=DORMANT, done_by=request.user
    )
    call = own.filter(pk=pk).first()
    # Pressed twice: it is taken back already.
    if call is not None:
        undo_dormant_call(call=call, by=request.user)
        messages.success(request, _("收回了。这位学员又在名单里了。"))
    return redirect("desk:dormant")


def _page(
    request: HttpRequest,
    enrolment: Enrolment,
    form: DormantForm,
    *,
    shows_number: bool = False,
) -> HttpResponse:
    # What to say is what the call would hold; nothing is stored for looking.
    script = CallTask(
        person=enrolment.learner, template=DORMANT, params=params_of(enrolment)
    )
    return render(
        request,
        "learning/desk/dormant_person.html",
        {
            **_row(enrolment),
            "form": form,
            "words": call_words(script),
            "number": enrolment.learner.phone if shows_number else "",
        },
        status=422 if form.is_bound and form.errors else 200,
    )
