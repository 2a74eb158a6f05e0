"""Proving once more who one is, before something that matters.

allauth asks for the password or the second factor again. Most residents have neither:
they sign in by a code, so a code is what they are asked for (ASVS 6.3.3, compensation).
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import codes

STATE_KEY = "accounts_proof"
View = Callable[..., HttpResponseBase]


def proved_lately(view: View) -> View:
    """Ask for a proof that is not older than five minutes, then come back.

    A form that was sent is not sent again by itself: the person sees it once more.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = page_of_proof(request)
        if not page:
            return view(request, *args, **kwargs)
        back = request.get_full_path()
        return redirect(f"{reverse(page)}?{urlencode({'next': back})}")

    return guarded


def page_of_proof(request: HttpRequest) -> str:
    """The name of the page where the person proves it; empty where it is proved."""
    ways = get_reauthentication_flows(request.user)
    if _is_fresh(request, by_code=not ways):
        return ""
    if ways:
        return (
            "account_reauthenticate"
            if ways[0]["id"] == "reauthenticate"
            else "mfa_reauthenticate"
        )
    return "accounts:prove"


def where_to(user: Any) -> tuple[str, str]:
    """Where a code may go: («phone» or «email», address); empty where nothing is proved."""
    if user.phone and user.phone_verified:
        return "phone", user.phone
    address = EmailAddress.objects.filter(user=user, verified=True).first()
    return ("email", address.email) if address else ("", "")


def send_code(request: HttpRequest) -> None:
    """Send a code to the person's own number or address.

    Raises:
        RateLimited: too many messages; answered by a page that says so.
    """
    kind, address = where_to(request.user)
    adapter = get_adapter()
    stored = codes.issue_code()
    if kind == "phone":
        adapter.send_verification_code_sms(request.user, address, stored)
    else:
        adapter.send_mail("account/email/login_code", address, {"code": stored})
    request.session[STATE_KEY] = {"code": stored, "at": time.time(), "to": address}


def sent_to(request: HttpRequest) -> str:
    """The address that the code went to, as long as it can be used; else empty."""
    state = request.session.get(STATE_KEY) or {}
    if time.time() - state.get("at", 0) > codes.LIFETIME_S:
        return ""
    return str(state.get("to", ""))


def expected_code(request: HttpRequest) -> str:
    """The stored form of the code that was sent."""
    return str((request.session.get(STATE_KEY) or {}).get("code", ""))


def note_proof(request: HttpRequest) -> None:
    """The code was right: write it down, and forget the code."""
    request.session.pop(STATE_KEY, None)
    request.session.pop(codes.SHOWN_SESSION_KEY, None)
    record_authentication(request, request.user, "code", reauthenticated=True)


def _is_fresh(request: HttpRequest, *, by_code: bool) -> bool:
    """Whether the last proof is young enough; a sign-in by code of just now is one."""
    oldest = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(
        record["at"] > oldest
        and (record.get("reauthenticated") or (by_code and record["method"] == "code"))
        for record in get_authentication_records(request, request.user)
    )
