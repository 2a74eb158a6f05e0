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
from core.models import AuditEntry, OutboxMessage
from core.services.audit import record_audit
from core.services.outbox import MAX_ATTEMPTS, queue_message
from courses.models import CourseRun
from learning.choices import GOING_STATES, CallOutcome
from learning.models import CallTask, Enrolment, EnrolmentEvent, Message

# Names of the templates: messages/<name>.txt for mail and call, the carrier's for SMS.
SEAT_OFFERED = "seat_offered"
SEAT_CONFIRMED = "seat_confirmed"
OFFER_EXPIRED = "offer_expired"
DRAW_WAITING = "draw_waiting"
QUEUE_CLOSED = "queue_closed"
RUN_CANCELLED = "run_cancelled"
DAY_CANCELLED = "day_cancelled"
DAY_MOVED = "day_moved"
CLASS_MOVED = "class_moved"
QUESTION_ANSWERED = "question_answered"
NOTICES = (
    SEAT_OFFERED, SEAT_CONFIRMED, OFFER_EXPIRED, DRAW_WAITING, QUEUE_CLOSED,
    RUN_CANCELLED, DAY_CANCELLED, DAY_MOVED, CLASS_MOVED, QUESTION_ANSWERED,
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
    params = {**_params(enrolment, due_at), **more}
    _send(enrolment, f"{template}:{event.pk}", template, params, due_at)


def tell_class(
    *,
    run: CourseRun,
    change: AuditEntry,
    template: str,
    due_at: datetime | None = None,
    **more: Any,
) -> int:
    """Tell everybody on a class of a change of its days, once for each change.

    Called in the transaction of the change, under the run's lock. A class that is moved
    to and fro tells each time: the entry in the log is what tells one time from another.

    Args:
        run: the class.
        change: the entry of the log that the change has written.
        template: what to say.
        due_at: when the notice becomes useless: the lesson that somebody would go to.
        **more: further plain values for the words.

    Returns:
        How many people are told.
    """
    rows = Enrolment.objects.filter(run=run, state__in=GOING_STATES)
    told = 0
    for row in rows.select_related("learner").order_by("pk"):
        row.run = run
        params = {**_params(row, None), **more}
        if due_at is not None:
            params["due"] = due_at.isoformat()
        _send(row, f"{template}:{change.pk}:{row.pk}", template, params, due_at)
        told += 1
    return told


def tell_of_answer(*, message: Message, was_waiting: bool) -> None:
    """Tell a learner that a teacher has answered: where to read it, not the words.

    A call brings the words themselves: who has no number reads no page either.
    """
    enrolment = message.conversation.enrolment
    if not enrolment.learner.is_active:
        return
    params = _params(enrolment, None)
    with translation.override(settings.LANGUAGE_CODE):
        params["lesson"] = message.conversation.lesson.title
    if channel_of(enrolment.learner) is None:
        params["words"] = message.text
    elif not was_waiting:
        return
    key = f"{QUESTION_ANSWERED}:{message.pk}"
    _send(enrolment, key, QUESTION_ANSWERED, params, None)


def moment_words(at: datetime) -> str:
    """«11 月 26 日 周四 下午 2:00», in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{day_in_words(at.astimezone(SHANGHAI).date())} {clock_in_words(at)}"


def _send(
    enrolment: Enrolment,
    key: str,
    template: str,
    params: dict[str, Any],
    due_at: datetime | None,
) -> None:
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
            values["until"] = moment_words(due_at)
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
                _due(message.params) or enrolment.offered_until,
            )
            made += 1
    return made


def _due(params: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(params["due"]) if "due" in params else None


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
    tries: int | None = None,
    at: datetime | None = None,
) -> CallTask:
    """Note what came of a call; a call that is noted stays as it was noted.

    Args:
        task: the call; read again under its lock.
        by: who called.
        outcome: what came of it; «later» leaves the call on the list.
        note: what else is worth knowing.
        tries: how many vain tries the caller had seen; one noted twice counts once.
        at: now.
    """
    locked: CallTask = CallTask.objects.select_for_update().get(pk=task.pk)
    if locked.done_at is not None:
        return locked
    if outcome == CallOutcome.LATER:
        if tries is None or tries == locked.tries:
            _note_try(locked, by=by, note=note, at=at or timezone.now())
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


def _note_try(locked: CallTask, *, by: Any, note: str, at: datetime) -> None:
    """Nobody answered: the call stays to be made."""
    locked.tries += 1
    locked.tried_at = at
    locked.note = note or locked.note
    locked.save(update_fields=["tries", "tried_at", "note"])
    record_audit(
        actor=by,
        action="call.tried",
        subject=locked,
        school_id=locked.school_id,
        tries=locked.tries,
    )
