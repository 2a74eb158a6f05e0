"""What allauth tells, and what this site does about it."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.codes import clean_digits
from core.services.audit import record_audit


@receiver(authenticator_added)
def count_set_up_as_second_factor(
    sender: type[Authenticator],
    request: HttpRequest,
    user: Any,
    authenticator: Authenticator,
    **kwargs: Any,
) -> None:
    """Who has just typed a code of the new authenticator has shown it.

    The code is then used up: allauth would take the same one again at a sign-in.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return
    code = clean_digits(request.POST.get("code", ""))
    authenticator.wrap()._mark_code_used(code)
    record_authentication(request, user, "mfa", id=authenticator.pk, type="totp")
    record_audit(actor=user, action="second_factor.set_up", subject=user)


@receiver(authenticator_removed)
def record_removal(
    sender: type[Authenticator], user: Any, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Keep in the log that somebody gave up a second factor of their own."""
    record_audit(
        actor=user,
        action="second_factor.removed",
        subject=user,
        type=str(authenticator.type),
    )
