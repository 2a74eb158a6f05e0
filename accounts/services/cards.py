"""The resident's card: issued at a counter, found by its code, ended when it is lost."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import CardRefusedError
from accounts.models import ResidentCard, User
from core.services.audit import record_audit
from core.typed_codes import clean_code, hash_code, new_code

# 26 × 5 = 130 bits: a card is not guessed.
LENGTH = 26


@transaction.atomic
def issue_card(
    *, person: User, by: Any, at: datetime | None = None
) -> tuple[ResidentCard, str]:
    """A new card and its code, which is printed now and never shown again.

    A card that the person had is worth nothing from then on.

    Raises:
        CardRefusedError: the account is closed, or one's own.
    """
    moment = at or timezone.now()
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not locked.is_active or by.pk == locked.pk:
        raise CardRefusedError
    end_cards(person=locked, by=by, at=moment)
    token = new_code(LENGTH)
    card = ResidentCard.objects.create(
        user=locked, token_hash=hash_code(token), issued_at=moment, issued_by=by
    )
    record_audit(actor=by, action="card.issued", subject=locked, card=card.pk)
    return card, token


@transaction.atomic
def end_cards(*, person: User, by: Any, at: datetime | None = None) -> int:
    """The person's card is lost or not wanted: how many were ended, none or one."""
    ended: int = ResidentCard.objects.filter(user=person, ended_at__isnull=True).update(
        ended_at=at or timezone.now()
    )
    if ended:
        record_audit(actor=by, action="card.ended", subject=person)
    return ended


def holder_of(text: str) -> User | None:
    """Whose card that is: of its code, or of the address in its QR code."""
    code = clean_code(text.strip().rstrip("/").rsplit("/", 1)[-1])
    if len(code) != LENGTH:
        return None
    card = (
        ResidentCard.objects.select_related("user")
        .filter(token_hash=hash_code(code), ended_at__isnull=True, user__is_active=True)
        .first()
    )
    return card.user if card is not None else None
