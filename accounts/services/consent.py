"""Giving consent, and taking it back as easily (P-2, P-3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.choices import ConsentKind
from accounts.consent import TEXTS
from accounts.exceptions import ConsentNeededError
from accounts.models import Consent, User
from core.models import OutboxMessage
from core.services.audit import record_audit

# Templates of messages that nobody has to get, and the consent that each needs.
# Codes, alerts and answers to what somebody has just done are none of these.
OPTIONAL_MESSAGES: dict[str, ConsentKind] = {}


@transaction.atomic
def give_consent(
    *,
    user: User,
    kind: ConsentKind,
    by: User,
    channel: str = "web",
    at: datetime | None = None,
) -> Consent:
    """Write down that a person agrees to the text as it stands today.

    Agreeing again to the same version returns the consent that stands.
    """
    text = TEXTS[kind]
    consent, is_new = Consent.objects.standing().get_or_create(
        user=user,
        kind=kind,
        version=text.version,
        defaults={
            "text_sha256": text.sha256,
            "given_at": at or timezone.now(),
            "channel": channel,
        },
    )
    if is_new:
        record_audit(
            actor=by,
            action="consent.given",
            subject=user,
            kind=str(kind),
            version=text.version,
            channel=channel,
        )
    return consent


@transaction.atomic
def withdraw_consent(
    *, user: User, kind: ConsentKind, by: User, at: datetime | None = None
) -> int:
    """Take back every standing consent of the kind; how many stood.

    Whoever sends or shows something on the strength of a consent asks `has_consent`
    when it does so, so the next message is already not sent.

    Raises:
        ConsentNeededError: there is no account without this one.
    """
    if TEXTS[kind].is_needed:
        raise ConsentNeededError
    taken_back: int = (
        user.consents.standing()
        .filter(kind=kind)
        .update(withdrawn_at=at or timezone.now())
    )
    if taken_back:
        record_audit(actor=by, action="consent.withdrawn", subject=user, kind=str(kind))
    return taken_back


def has_consent(user: User, kind: ConsentKind) -> bool:
    """Whether the person agrees to this now, in whatever version."""
    return bool(user.consents.standing().filter(kind=kind).exists())


def make_optional(template: str, kind: ConsentKind) -> None:
    """Have messages of that template go only to people who agree; for apps above."""
    OPTIONAL_MESSAGES[template] = kind


def may_leave(message: OutboxMessage) -> str:
    """Why a message may not leave now, or an empty string; asked at the last moment.

    A consent taken back therefore holds for messages that were already waiting (P-3).
    """
    if not message.recipient.is_active:
        return "the account is closed"
    kind = OPTIONAL_MESSAGES.get(message.template)
    if kind is not None and not has_consent(message.recipient, kind):
        return f"no consent: {kind.value}"
    return ""
