"""`/desk/counter/…`: a code to sign in, a card, a family member; and a card that is read."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import FamilyLink
from accounts.services.cards import end_cards, holder_of, issue_card
from accounts.services.family import WORDS, agree_on_paper, end_help
from accounts.services.people import find_person
from accounts.services.sign_in_codes import LIFETIME, give_sign_in_code, may_have_code
from core.access import Rule, access, require
from core.exceptions import RefusedError
from core.forms import PlainWordsMixin, posted, posted_number
from core.origin import public_address
from core.qr_code import qr_data_uri
from core.typed_codes import in_fours
from learning.counter import reference_of
from learning.counter_views import served
from learning.exceptions import NoSuchHelperError
from learning.permissions import can_manage_runs, managed_schools
from learning.views import person as acting


class HelperForm(PlainWordsMixin, forms.Form):
    """Who of the family helps: somebody with an account, found by the number."""

    phone = forms.CharField(
        label=gettext_lazy("家人的手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    has_consent = forms.BooleanField(
        label=gettext_lazy("老人本人看过说明，并在纸上签字同意。"),
        error_messages={"required": gettext_lazy("请先让老人本人签字同意，再打勾。")},
    )


@access(Rule.STAFF)
@never_cache
@require_POST
def counter_code(request: HttpRequest, reference: str) -> HttpResponse:
    """A code to sign in, shown once; asked for again, the one before is worth nothing."""
    require(can_manage_runs(request.user))
    person = served(request, reference)
    code = give_sign_in_code(person=person, by=request.user)
    return render(
        request,
        "learning/desk/counter_code.html",
        {
            "person": person,
            "reference": reference,
            "code": in_fours(code),
            "minutes": int(LIFETIME.total_seconds() // 60),
            "address": public_address(request, reverse("accounts:school_code")),
        },
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def counter_more(request: HttpRequest, reference: str) -> HttpResponse:
    """What a person without a telephone can be given; POST ends the card, or adds help."""
    require(can_manage_runs(request.user))
    person = served(request, reference)
    if request.method == "POST" and request.POST.get("step") == "end":
        end_cards(person=person, by=request.user)
        messages.success(request, _("旧卡作废了。"))
        return redirect("desk:counter_more", reference)
    if request.method == "POST" and request.POST.get("step") == "end_help":
        link = get_object_or_404(
            FamilyLink.objects.standing().filter(elder=person),
            pk=posted_number(request, "link"),
        )
        end_help(link=link, by=acting(request), on_paper=True)
        messages.success(request, _("好的，这位家人不能再帮着报名了。"))
        return redirect("desk:counter_more", reference)
    form = HelperForm(posted(request))
    if request.method == "POST" and form.is_valid():
        helper = find_person(form.cleaned_data["phone"])
        try:
            _agree(request, person, helper)
        except RefusedError as refusal:
            form.add_error("phone", str(refusal))
        else:
            messages.success(request, _("办好了，这位家人现在可以帮着报名。"))
            return redirect("desk:counter_more", reference)
    return render(
        request,
        "learning/desk/counter_more.html",
        {
            "person": person,
            "reference": reference,
            "card": person.cards.filter(ended_at__isnull=True).first(),
            "may_have_code": may_have_code(person, request.user),
            "helpers": FamilyLink.objects.standing()
            .filter(elder=person)
            .select_related("helper"),
            "form": form,
            "family_words": _(WORDS),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _agree(request: HttpRequest, person: Any, helper: Any) -> None:
    if helper is None or not helper.is_active:
        raise NoSuchHelperError
    agree_on_paper(elder=person, helper=helper, by=acting(request))


@access(Rule.STAFF)
@never_cache
@require_POST
def counter_card(request: HttpRequest, reference: str) -> HttpResponse:
    """A new card, ready for the printer: its code is on this sheet and nowhere else."""
    require(can_manage_runs(request.user))
    person = served(request, reference)
    card, token = issue_card(person=person, by=request.user)
    address = public_address(request, reverse("card", args=[token]))
    return render(
        request,
        "print/card.html",
        {
            "person": person,
            "card": card,
            "code": in_fours(token),
            "qr": qr_data_uri(address),
            "back": reverse("desk:counter_more", args=[reference]),
            "school": managed_schools(request.user).exclude(phone="").first(),
        },
    )


@access(Rule.PUBLIC)
@never_cache
@require_safe
def card(request: HttpRequest, token: str) -> HttpResponse:
    """A card that somebody scanned: to its holder's page for the clerk who serves.

    Everybody else reads the same words whether there is such a card or not, and nobody
    is signed in by it.
    """
    user: Any = request.user
    if user.is_authenticated and user.has_staff_role() and can_manage_runs(user):
        person = holder_of(token)
        if person is not None and person.pk != user.pk:
            return redirect("desk:counter_person", reference_of(user, person))
        messages.error(request, _("这张卡作废了，或者看不清。请按姓名或手机号找。"))
        return redirect("desk:counter")
    return render(request, "learning/card.html", {})
