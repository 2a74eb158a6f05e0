"""A code once more, before something that matters; and signing out one device."""

from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import proof
from accounts.code_forms import ProveForm
from accounts.models import User
from accounts.sms_limits import why_not_now
from core.access import Rule, access
from core.services.audit import record_audit
from core.views import safe_next


@access(Rule.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Send a code to the person's own number; then take it, and go back."""
    kind, address = proof.where_to(request.user)
    if not kind:
        # Nothing is proved, so nothing can be asked: allauth's pages see to that first.
        return TemplateResponse(request, "accounts/prove_impossible.html", status=403)
    wait = ""
    if request.POST.get("action") == "send":
        wait = why_not_now(address) if kind == "phone" else ""
        if not wait:
            proof.send_code(request)
            return redirect(request.get_full_path())
    sent_to = proof.sent_to(request)
    typed = request.POST if "code" in request.POST and sent_to else None
    form = ProveForm(typed, expected_code=proof.expected_code(request))
    if form.is_valid():
        proof.note_proof(request)
        return redirect(safe_next(request, reverse("accounts:home")))
    context = {"form": form, "kind": kind, "address": address, "sent_to": sent_to}
    return TemplateResponse(
        request,
        "accounts/prove.html",
        {**context, "wait": wait},
        status=429 if wait else 200,
    )


@access(Rule.SIGNED_IN)
@require_POST
def end_device(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out one of the person's own devices; the one in use is signed out by 退出."""
    user = cast(User, request.user)
    session = get_object_or_404(UserSession, pk=session_id, user=user)
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    session.end()
    record_audit(actor=user, action="device.ended", subject=user)
    messages.success(request, _("那一台已经退出了。"))
    return redirect("usersessions_list")
