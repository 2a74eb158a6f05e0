"""`/desk/calls/`: whom the school must call, why, and what came of it."""

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
from core.forms import PlainWordsMixin, posted
from core.services.audit import record_audit
from learning.choices import NOTICE_OUTCOMES, CallOutcome
from learning.models import CallTask
from learning.permissions import can_make_calls
from learning.services.notices import call_words, finish_call

ROWS_A_PAGE = 25


class CallForm(PlainWordsMixin, forms.Form):
    """What came of a call."""

    # The vain tries that the page has shown: the same button twice notes one.
    tries = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    outcome = forms.ChoiceField(
        label=_("打得怎么样"),
        choices=[(one.value, one.label) for one in NOTICE_OUTCOMES],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("说明"),
        max_length=120,
        required=False,
        help_text=_("比如：女儿接的，会转告。别写身体情况这类私事。"),
    )


@access(Rule.STAFF)
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """The calls that nobody has made yet; what cannot wait comes first."""
    require(can_make_calls(request.user))
    found = CallTask.objects.visible_to(request.user).to_make()
    page = Paginator(found.select_related("person", "school"), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    now = timezone.now()
    rows = [
        {"task": task, "words": call_words(task), "is_late": task.is_late(now)}
        for task in page.object_list
    ]
    return render(request, "learning/desk/calls.html", {"page": page, "rows": rows})


def _call(request: HttpRequest, pk: int) -> CallTask:
    """A call of one's school; another's looks like none."""
    found: CallTask = get_object_or_404(
        CallTask.objects.visible_to(request.user).select_related("person", "school"),
        pk=pk,
    )
    return found


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: what to say, and «打过了» with what came of it, once."""
    task = _call(request, pk)
    form = CallForm(posted(request), initial={"tries": task.tries})
    if request.method == "POST" and form.is_valid():
        finish_call(task=task, by=request.user, **form.cleaned_data)
        is_later = form.cleaned_data["outcome"] == CallOutcome.LATER
        messages.success(
            request,
            _("记下了。这个电话还在名单里，晚点再打。") if is_later else _("记下了。"),
        )
        return redirect("desk:calls")
    return _page(request, task, form)


@access(Rule.STAFF)
@never_cache
@require_POST
def show_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole number, on request; who looked is kept (P-8)."""
    task = _call(request, pk)
    record_audit(
        actor=request.user,
        action="phone.viewed",
        subject=task,
        school_id=task.school_id,
    )
    form = CallForm(initial={"tries": task.tries})
    return _page(request, task, form, shows_number=True)


def _page(
    request: HttpRequest, task: CallTask, form: Any, *, shows_number: bool = False
) -> HttpResponse:
    return render(
        request,
        "learning/desk/call.html",
        {
            "task": task,
            "words": call_words(task),
            "is_late": task.is_late(),
            "form": form,
            "number": task.person.phone if shows_number else "",
        },
        status=422 if form.is_bound and form.errors else 200,
    )
