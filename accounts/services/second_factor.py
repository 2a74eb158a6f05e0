"""The second factor of somebody who has lost it."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import SecondFactorResetRefusedError
from accounts.models import User, WebSession
from accounts.permissions import can_reset_second_factor
from accounts.session_store import end_former
from core.access import Denied
from core.models import OutboxMessage
from core.services.audit import record_audit
from core.services.outbox import queue_message

MIN_REASON_LENGTH = 4


@transaction.atomic
def reset_second_factor(*, user: User, by: User | None, reason: str) -> int:
    """Remove a person's authenticators and end their sessions; how many were removed.

    The person is told, by every way the site knows, and sets up a new factor at the
    next visit to a staff page. `by` is None for the operator at the machine's console.

    Raises:
        SecondFactorResetRefusedError: `by` may not, no reason is given, or the person
            has no second factor.
    """
    reason = " ".join(reason.split())
    if len(reason) < MIN_REASON_LENGTH:
        raise SecondFactorResetRefusedError(_("请写明为什么要重设。"))
    if by is not None:
        decision = can_reset_second_factor(by, user)
        if isinstance(decision, Denied):
            raise SecondFactorResetRefusedError(decision.reason)
    factors = Authenticator.objects.filter(user=user)
    count: int = factors.count()
    if not count:
        raise SecondFactorResetRefusedError(_("这个人还没有设第二道验证，不用重设。"))
    factors.delete()
    end_sessions(user)
    entry = record_audit(
        actor=by, action="second_factor.reset", subject=user, reason=reason
    )
    for channel, address in (
        (OutboxMessage.Channel.SMS, user.phone),
        (OutboxMessage.Channel.EMAIL, user.email),
    ):
        if address:
            queue_message(
                dedupe_key=f"second-factor-reset:{entry.pk}:{channel}",
                channel=channel,
                recipient=user,
                template="second_factor_reset",
                params={},
            )
    return count


def end_sessions(user: User) -> None:
    """Sign the person out everywhere, also where no device was written down."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    WebSession.objects.filter(user=user).delete()
    end_former(user)
