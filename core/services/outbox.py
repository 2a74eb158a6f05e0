"""Putting messages into the outbox and sending what waits there."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from core.models import OutboxMessage

logger = logging.getLogger(__name__)
# How long after it was written a message is tried, and tried again: a provider that is
# away for an hour loses none. Then it is given up, and somebody of the school calls.
TRIED_AFTER = tuple(timedelta(minutes=number) for number in (0, 1, 5, 15, 60))
MAX_ATTEMPTS = len(TRIED_AFTER)
# Asked right before a message leaves, however long it has waited: each returns why it
# may not go, or an empty string. `accounts` asks for consent here.
GATES: dict[str, Callable[[OutboxMessage], str]] = {}


def queue_message(
    *,
    dedupe_key: str,
    channel: str,
    recipient: Any,
    template: str,
    params: dict[str, Any],
) -> OutboxMessage:
    """Write the message beside its cause; it is sent after the commit, once.

    The same dedupe key again changes nothing. A message that cannot be sent stays and
    is tried again by `manage.py tick`; it never undoes what caused it.
    """
    message, is_new = OutboxMessage.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "channel": channel,
            "recipient": recipient,
            "template": template,
            "params": params,
        },
    )
    if is_new:
        transaction.on_commit(lambda: send_message(message.pk), robust=True)
    return message


def send_message(pk: int) -> bool:
    """Send one waiting message; whether it left. Two senders at once send it once."""
    claimed = OutboxMessage.objects.filter(
        pk=pk, sent_at__isnull=True, attempts__lt=MAX_ATTEMPTS
    ).first()
    if claimed is None:
        return False
    won = OutboxMessage.objects.filter(
        pk=pk, attempts=claimed.attempts, sent_at__isnull=True
    ).update(attempts=claimed.attempts + 1)
    if not won:
        return False
    for gate in GATES.values():
        if reason := gate(claimed):
            # It is not tried again: it was not what the person wanted.
            OutboxMessage.objects.filter(pk=pk).update(
                attempts=MAX_ATTEMPTS, error=reason[:200]
            )
            return False
    try:
        _deliver(claimed)
    except Exception as error:  # noqa: BLE001 - a sender may fail in any way
        is_last = claimed.attempts + 1 >= MAX_ATTEMPTS
        words = "message %s given up: %s" if is_last else "message %s not sent: %s"
        logger.log(
            logging.ERROR if is_last else logging.WARNING,
            words,
            claimed.dedupe_key,
            error,
        )
        OutboxMessage.objects.filter(pk=pk).update(error=str(error)[:200])
        return False
    OutboxMessage.objects.filter(pk=pk).update(sent_at=timezone.now(), error="")
    return True


def send_waiting(limit: int = 200, at: datetime | None = None) -> int:
    """Send what waits and whose turn it is, oldest first; how many left."""
    moment = at or timezone.now()
    is_due = Q(pk__in=[])
    for attempts, after in enumerate(TRIED_AFTER):
        is_due |= Q(attempts=attempts, created_at__lte=moment - after)
    waiting = OutboxMessage.objects.filter(is_due, sent_at__isnull=True)
    return sum(
        send_message(pk) for pk in list(waiting.values_list("pk", flat=True)[:limit])
    )


def _deliver(message: OutboxMessage) -> None:
    if message.channel == OutboxMessage.Channel.SMS:
        phone = message.recipient.phone
        if not phone:
            raise ValueError("no phone number")
        import_string(settings.SMS_BACKEND)().send_template(
            phone, message.template, message.params
        )
        return
    if not message.recipient.email:
        raise ValueError("no e-mail address")
    context = {**message.params, "recipient": message.recipient}
    # Who reads it is not who caused it: a clerk's English is not the learner's.
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"messages/{message.template}_subject.txt", context)
        text = render_to_string(f"messages/{message.template}.txt", context)
    send_mail(subject.strip(), text, None, [message.recipient.email])
