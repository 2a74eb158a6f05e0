"""Telling people what happened to their seat: by text message, mail or a call.

Whom no message reaches is put on the school's call list (domain §6: «phone calls by
hand»). A notice belongs to one event and is written with it; it leaves after the commit
and never undoes what it tells of.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.civil_time import SHANGHAI, clock_in_words, day_in_words
from core.models import OutboxMessage
from core.services.audit import record_audit
from core.services.outbox import MAX_ATTEMPTS, queue_message
from learning.choices import CallOutcome
from learning.models import CallTask, Enrolment, EnrolmentEvent

# Names of the templates: messages/<name>.txt for mail and call, the carrier's for SMS.
SEAT_OFFERED = "seat_offered"
SEAT_CONFIRMED = "seat_confirmed"
OFFER_EXPIRED = "offer_expired"
DRAW_WAITING = "draw_waiting"
QUEUE_CLOSED = "queue_closed"
RUN_CANCELLED = "run_cancelled"
NOTICES = (
    SEAT_OFFERED, SEAT_CONFIRMED, OFFER_EXPIRED, DRAW_WAITING, QUEUE_CLOSED,
    RUN_CANCELLED,
)  # fmt: skip


def tell(
    *,
    enrolment: Enrolment,
    event: EnrolmentEvent,
    template: str,
    due_at: datetime | None = None,
    **more: Any,
) -> None:
    """Tell the learner of an event, once, by the way that reaches them.

    `due_at` is when the notice becomes useless; it is part of the words and of the call
    list. Called in the transaction of the event.
    """
    key = f"{template}:{event.pk}"
    params = {**_params(enrolment, due_at), **more}
    channel = channel_of(enrolment.learner)
    if channel is None:
        _ask_for_call(enrolment, key, template, params, due_at)
        return
    queue_message(
        dedupe_key=key,
        channel=channel,
        recipient=enrolment.learner,
        template=template,
        params=params,
    )


def channel_of(person: Any) -> str | None:
    """How a message reaches a person; None where only a call does."""
    if person.phone:
        return OutboxMessage.Channel.SMS
    if person.email:
        return OutboxMessage.Channel.EMAIL
    return None


def _params(enrolment: Enrolment, due_at: datetime | None) -> dict[str, Any]:
    """Plain values for the words, in the site's language: the reader's is not ours."""
    run = enrolment.run
    with translation.override(settings.LANGUAGE_CODE):
        values = {
            "course": run.course.title,
            "school": run.school.title,
            "enrolment": enrolment.pk,
            "start": day_in_words(run.starts_on) if run.starts_on else "",
        }
        if due_at is not None:
            day = day_in_words(due_at.astimezone(SHANGHAI).date())
            values["until"] = f"{day} {clock_in_words(due_at)}"
    return values


def _ask_for_call(
    enrolment: Enrolment,
    key: str,
    template: str,
    params: dict[str, Any],
    due_at: datetime | None,
) -> None:
    CallTask.objects.get_or_create(
        dedupe_key=key,
        defaults={
            "school_id": enrolment.run.school_id,
            "person": enrolment.learner,
            "enrolment": enrolment,
            "template": template,
            "params": params,
            "due_at": due_at,
        },
    )


def call_instead_of_unsent() -> int:
    """Put on the call list whom the outbox has given up to reach; how many.

    An offer of which nobody heard would run out unheard.
    """
    unsent = OutboxMessage.objects.filter(
        template__in=NOTICES,
        sent_at__isnull=True,
        attempts__gte=MAX_ATTEMPTS,
        recipient__is_active=True,
    ).exclude(dedupe_key__in=CallTask.objects.values("dedupe_key"))
    made = 0
    for message in unsent:
        enrolment = (
            Enrolment.objects.filter(pk=message.params["enrolment"])
            .select_related("run", "learner")
            .first()
        )
        if enrolment is not None:
            _ask_for_call(
                enrolment,
                message.dedupe_key,
                message.template,
                message.params,
                enrolment.offered_until,
            )
            made += 1
    return made


def call_words(task: CallTask) -> str:
    """What to say on the telephone: the words that a mail would have.

    In the site's language, as their values are, whatever the caller reads.
    """
    context = {**task.params, "recipient": task.person}
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(f"messages/{task.template}.txt", context).strip()


@transaction.atomic
def finish_call(
    *,
    task: CallTask,
    by: Any,
    outcome: str = CallOutcome.TOLD,
    note: str = "",
    at: datetime | None = None,
) -> CallTask:
    """Note what came of a call; a call that is noted stays as it was noted."""
    locked: CallTask = CallTask.objects.select_for_update().get(pk=task.pk)
    if locked.done_at is not None:
        return locked
    locked.done_at = at or timezone.now()
    locked.done_by = by
    locked.outcome = outcome
    locked.note = note
    locked.save(update_fields=["done_at", "done_by", "outcome", "note"])
    record_audit(
        actor=by,
        action="call.made",
        subject=locked,
        school_id=locked.school_id,
        outcome=str(outcome),
    )
    return locked
