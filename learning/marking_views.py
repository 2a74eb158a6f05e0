"""`/desk/marking/`: answers that wait for a person, one a screen."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.access import Rule, access
from core.forms import PlainWordsMixin, posted
from learning.desk import runs_for_desk
from learning.exceptions import AlreadyMarkedError
from learning.marking import (
    markable,
    next_waiting,
    read_heaps,
    read_lines,
    read_sheet,
)
from learning.models import Attempt, Response
from learning.services.marking import mark_response, version_of

PER_CENT = _("请填 0 到 100 之间的数。")
# What the three buttons give.
PRESSED = {"right": Decimal(100), "half": Decimal(50), "wrong": Decimal(0)}


class MarkForm(PlainWordsMixin, forms.Form):
    """A mark: one of three buttons, or so many per cent; and words for the learner."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=80)
    pressed = forms.ChoiceField(
        choices=[(name, name) for name in (*PRESSED, "exact")], required=False
    )
    percent = forms.DecimalField(
        label=_("给百分之几"),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=0,
        error_messages={
            "invalid": PER_CENT, "min_value": PER_CENT, "max_value": PER_CENT,
            "max_decimal_places": PER_CENT,
        },
    )  # fmt: skip
    comment = forms.CharField(
        label=_("对学员说一句"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("先说哪里好，再说哪里改。"),
    )
    phrases = forms.MultipleChoiceField(
        label=_("常说的话，点了就带上"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, response: Response, phrases: list[str],
                 **kwargs: Any) -> None:  # fmt: skip
        initial = {"seen": version_of(response), "comment": response.comment}
        if response.share is not None:
            initial["percent"] = str(round(response.share * 100))
        super().__init__(*args, initial=initial, **kwargs)
        own: Any = self.fields["phrases"]
        own.choices = [(words, words) for words in phrases]
        if not phrases:
            del self.fields["phrases"]
        # An automatic mark that a person overrides wants a reason for the learner.
        self._wants_reason = response.share is not None and response.marked_at is None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        said = [cleaned.get("comment") or "", *cleaned.get("phrases", [])]
        cleaned["comment"] = " ".join(one.strip() for one in said if one.strip())[:400]
        pressed = cleaned.get("pressed") or "exact"
        if pressed == "exact" and cleaned.get("percent") is None:
            if "percent" not in self.errors:
                self.add_error("percent", PER_CENT)
        else:
            per_cent: Any = PRESSED.get(pressed, cleaned.get("percent"))
            cleaned["share"] = per_cent / 100
        if self._wants_reason and not cleaned["comment"]:
            self.add_error("comment", _("网站已经判过这题。要改分，请写一句为什么。"))
        return cleaned


@access(Rule.STAFF)
@require_GET
def marking(request: HttpRequest) -> HttpResponse:
    """What waits, by question."""
    heaps = read_heaps(request.user)
    return render(request, "learning/desk/marking.html", {"heaps": heaps})


@access(Rule.STAFF)
@require_GET
def mark_next(request: HttpRequest, lesson_id: int, block_id: str) -> HttpResponse:
    """On to the next answer; to the list where nothing waits any more."""
    found = next_waiting(request.user, lesson_id, block_id)
    if found is None:
        messages.success(request, _("都看完了。"))
        return redirect("desk:marking")
    return redirect(_address(found, request.GET.get("before", "")))


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer: «判，看下一份» is one press."""
    response = _response(request, pk)
    sheet = read_sheet(request.user, response)
    form = MarkForm(posted(request), response=response, phrases=sheet.phrases)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            mark_response(
                response=response,
                share=cleaned["share"],
                by=request.user,
                seen=cleaned["seen"],
                comment=cleaned["comment"],
            )
        except AlreadyMarkedError as refusal:
            messages.warning(request, str(refusal))
            return redirect("desk:mark", pk=response.pk)
        place = reverse(
            "desk:mark_next", args=[response.attempt.lesson_id, response.block_id]
        )
        return redirect(f"{place}?before={response.pk}")
    context = {"sheet": sheet, "form": form, "before": _before(request)}
    return render(
        request, "learning/desk/mark.html", context, status=422 if form.errors else 200
    )


@access(Rule.STAFF)
@never_cache
@require_GET
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """One attempt of one learner, question by question."""
    found = get_object_or_404(
        Attempt.objects.filter(enrolment__run__in=runs_for_desk(request.user))
        .select_related("enrolment__learner", "lesson", "enrolment__run__course"),
        pk=pk,
    )  # fmt: skip
    own = found.enrolment.learner_id == request.user.pk
    context = {"attempt": found, "lines": read_lines(found), "may_mark": not own}
    return render(request, "learning/desk/attempt.html", context)


@access(Rule.STAFF)
@require_GET
def attempts(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """The attempts of one learner, the newest first."""
    found = (
        Attempt.objects.filter(
            enrolment_id=enrolment_id, enrolment__run__in=runs_for_desk(request.user)
        )
        .select_related("enrolment__learner", "lesson", "enrolment__run__course")
        .order_by("-started_at", "-pk")
    )
    rows = list(found)
    if not rows:
        messages.info(request, _("还没有答过题。"))
        return redirect("desk:home")
    return render(request, "learning/desk/attempts.html", {"attempts": rows})


def _response(request: HttpRequest, pk: int) -> Response:
    found: Response = get_object_or_404(
        markable(request.user).select_related(
            "attempt__enrolment__learner",
            "attempt__enrolment__run__course",
            "attempt__lesson",
            "marked_by",
        ),
        pk=pk,
    )
    return found


def _before(request: HttpRequest) -> int | None:
    """The answer that was marked last, to go back to."""
    text = request.GET.get("before", "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 18
    return int(text) if is_number else None


def _address(response: Response, before: str) -> str:
    place = reverse("desk:mark", args=[response.pk])
    is_number = before.isascii() and before.isdecimal() and len(before) < 18
    return f"{place}?before={before}" if is_number else place
