"""The account page, consents, and the desk page for a lost second factor."""

from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.account_forms import BirthYearForm, NameForm
from accounts.choices import ConsentKind
from accounts.consent import TEXTS
from accounts.desk_forms import ResetSecondFactorForm
from accounts.exceptions import ConsentNeededError, SecondFactorResetRefusedError
from accounts.models import User
from accounts.permissions import can_use_reset_page
from accounts.services.consent import give_consent, withdraw_consent
from accounts.services.people import (
    EARLIEST_BIRTH_YEAR,
    set_birth_year,
    set_display_name,
)
from accounts.services.second_factor import reset_second_factor
from core.access import Denied, Rule, access
from core.civil_time import civil_date
from core.forms import posted
from core.language import sentence_html
from core.views import safe_next


@access(Rule.SIGNED_IN)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What the site knows of the person's account, and where to change each of it."""
    user = _person(request)
    return TemplateResponse(
        request,
        "accounts/home.html",
        {
            "addresses": EmailAddress.objects.filter(user=user).order_by("-primary"),
            "is_staff_member": user.has_staff_role(),
            "has_second_factor": is_mfa_enabled(user),
            "waiting": user.erasure_requests.waiting().first(),
        },
    )


@access(Rule.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def change_name(request: HttpRequest) -> HttpResponse:
    """How the site and the teacher call the person."""
    user = _person(request)
    initial = {"display_name": user.display_name}
    form = NameForm(posted(request), initial=initial)
    if form.is_valid():
        set_display_name(
            user=user, display_name=form.cleaned_data["display_name"], by=user
        )
        messages.success(request, _("称呼改好了。"))
        return redirect("accounts:home")
    return TemplateResponse(request, "accounts/name.html", {"form": form})


@access(Rule.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def change_birth_year(request: HttpRequest) -> HttpResponse:
    """The year of birth; then back to the class that asked for it."""
    user = _person(request)
    form = BirthYearForm(
        posted(request),
        initial={"birth_year": user.birth_year},
        first=EARLIEST_BIRTH_YEAR,
        last=civil_date().year,
    )
    back = safe_next(request, reverse("accounts:home"))
    if form.is_valid():
        set_birth_year(user=user, birth_year=form.cleaned_data["birth_year"], by=user)
        messages.success(request, _("出生年份记下了。"))
        return redirect(back)
    return TemplateResponse(
        request, "accounts/birth_year.html", {"form": form, "back": back}
    )


@access(Rule.PUBLIC)
@require_GET
def consents(request: HttpRequest) -> HttpResponse:
    """Every text that somebody may agree to; for oneself also what one has agreed to."""
    standing = {}
    if request.user.is_authenticated:
        given = request.user.consents.standing().order_by("given_at")
        standing = {consent.kind: consent for consent in given}
    rows = [{"text": text, "given": standing.get(kind)} for kind, text in TEXTS.items()]
    return TemplateResponse(request, "accounts/consents.html", {"rows": rows})


@access(Rule.PUBLIC)
@require_GET
def consent_text(request: HttpRequest, kind: str) -> HttpResponse:
    """One text in full."""
    text = TEXTS[_known_kind(kind)]
    return TemplateResponse(request, "accounts/consent_text.html", {"text": text})


@access(Rule.SIGNED_IN)
@require_POST
def change_consent(request: HttpRequest, kind: str) -> HttpResponse:
    """Give a consent or take it back, by one button."""
    known = _known_kind(kind)
    user = _person(request)
    if request.POST.get("action") == "give":
        give_consent(user=user, kind=known, by=user)
        messages.success(request, _("记下了，谢谢。"))
        return redirect("accounts:consents")
    try:
        withdraw_consent(user=user, kind=known, by=user)
    except ConsentNeededError:
        messages.error(
            request, _("这一条是账号要用的，不能单独取消。想删账号，在「我的资料」里。")
        )
    else:
        messages.success(request, _("取消了，马上就停。"))
    return redirect("accounts:consents")


@access(Rule.STAFF)
@require_http_methods(["GET", "POST"])
def second_factor_desk(request: HttpRequest) -> HttpResponse:
    """Help a colleague who has lost the second factor."""
    by = _person(request)
    decision = can_use_reset_page(by)
    if isinstance(decision, Denied):
        return TemplateResponse(
            request,
            "accounts/second_factor_refused.html",
            {"reason": decision.reason},
            status=403,
        )
    form = ResetSecondFactorForm(posted(request))
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            reset_second_factor(user=person, by=by, reason=form.cleaned_data["reason"])
        except SecondFactorResetRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                sentence_html(
                    _("重设好了，已经告诉%(name)s。请对方重新登录，再设一次。"),
                    name=person.get_full_name(),
                ),
            )
            return redirect("desk:second_factor")
    return TemplateResponse(request, "accounts/second_factor_desk.html", {"form": form})


@access(Rule.PUBLIC)
def too_many_requests(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """The page for whoever asks too often; it says how long to wait and whom to call."""
    response = TemplateResponse(request, "accounts/too_many_requests.html", status=429)
    response["Retry-After"] = "60"
    response.render()
    return response


def _person(request: HttpRequest) -> User:
    # `access` has let nobody through who is not signed in.
    return cast(User, request.user)


def _known_kind(kind: str) -> ConsentKind:
    try:
        return ConsentKind(kind)
    except ValueError as error:
        raise Http404 from error
