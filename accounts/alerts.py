"""Telling a person of what happened to the account, by every way the site knows."""

from typing import Any

from django.db import transaction

from core.models import OutboxMessage
from core.services.audit import record_audit
from core.services.outbox import queue_message


@transaction.atomic
def tell_of_new_device(user: Any) -> None:
    """Somebody has signed in on a device on which the account was never opened.

    One message, to the number where there is one, else to the address.
    """
    entry = record_audit(actor=user, action="signed_in.new_device", subject=user)
    if user.phone and user.phone_verified:
        channel = OutboxMessage.Channel.SMS
    elif user.email:
        channel = OutboxMessage.Channel.EMAIL
    else:
        return
    queue_message(
        dedupe_key=f"new-device:{entry.pk}",
        channel=channel,
        recipient=user,
        template="new_device",
        params={},
    )
