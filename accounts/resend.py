"""«再发一次» pressed too early: a sentence on the same page, whoever's number it is.

allauth sends nothing where the number has no account, and so counts nothing. Without
this, the second press would be answered differently for a number that has one.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.phone_verification import (
    PHONE_VERIFICATION_SESSION_KEY,
)
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.core.exceptions import RateLimited
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.sms_limits import consume_code_sms, seconds_to_wait, why_not_now

ROUTES = ("account_confirm_login_code", "account_verify_phone")


def waiting_number(request: HttpRequest) -> str:
    """The number that this session waits for a code to; empty where there is none."""
    for key in (LOGIN_SESSION_KEY, PHONE_VERIFICATION_SESSION_KEY):
        if found := _find(request.session.get(key)):
            return found
    return ""


def is_resend(request: HttpRequest) -> bool:
    """Whether the request asks for the same code again."""
    match = request.resolver_match
    return (
        request.method == "POST"
        and request.POST.get("action") == "resend"
        and match is not None
        and match.url_name in ROUTES
    )


def answer_resend(request: HttpRequest) -> HttpResponse | None:
    """Back to the page with a sentence, where another message may not go yet.

    Where the number has no account, back to the page too: allauth (65.21) breaks off
    there with an error, and so tells everybody that there is none.
    """
    number = waiting_number(request)
    if not number:
        return None
    if sentence := why_not_now(number):
        messages.warning(request, sentence)
        return redirect(request.get_full_path())
    is_sign_in = request.resolver_match.url_name == ROUTES[0]  # type: ignore[union-attr]
    if is_sign_in and get_adapter().get_user_by_phone(number) is None:
        return redirect(request.get_full_path())
    return None


def count_what_was_not_sent(request: HttpRequest) -> None:
    """Count a message that allauth left out, as if it had gone."""
    number = waiting_number(request)
    if number and not seconds_to_wait(number):
        try:
            consume_code_sms(number)
        except RateLimited:
            # Another request was first: it has counted.
            return


def _find(state: Any) -> str:
    if not isinstance(state, dict):
        return ""
    if isinstance(state.get("phone"), str):
        return str(state["phone"])
    return next((found for one in state.values() if (found := _find(one))), "")
