"""Asking the teacher, answering, and «办好了»; each message once, however often it is sent."""

import hashlib
import unicodedata
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.civil_time import civil_date, midnight
from core.services.audit import record_audit
from courses.models import LessonPage
from learning.exceptions import TooManyMessagesError
from learning.models import Conversation, Enrolment, Message
from learning.services.locks import lock_people
from learning.services.notices import tell_of_answer

MOST_A_DAY = 10
# Lines between which nobody has written anything.
MOST_EMPTY_LINES = 1


def tidy(text: str) -> str:
    """What somebody has typed, as plain text: no signs that cannot be seen.

    Control and direction characters go, and more than one empty line after another.
    """
    lines: list[str] = []
    empty = 0
    for raw in unicodedata.normalize("NFC", text).splitlines():
        line = "".join(
            " " if one == "\t" else one
            for one in raw
            if one == "\t" or unicodedata.category(one)[0] != "C"
        ).strip()
        empty = 0 if line else empty + 1
        if empty <= MOST_EMPTY_LINES:
            lines.append(line)
    return "\n".join(lines).strip()


def message_key(key: str, text: str) -> str:
    """The same page sends the same words once; other words are another message."""
    return hashlib.sha256(f"{key}\n{text}".encode()).hexdigest()


@transaction.atomic
def ask(
    *,
    enrolment: Enrolment,
    lesson: LessonPage,
    text: str,
    key: str,
    block_id: str = "",
    step_title: str = "",
    at: datetime | None = None,
) -> Conversation:
    """Write to the teacher about a step or the whole lesson; opens what was closed.

    Args:
        enrolment: the one by which the person studies the course.
        lesson: a lesson of that course.
        text: tidy words.
        key: of the page that sends them.
        block_id: the step's first block; empty for the whole lesson.
        step_title: what the step is called.
        at: now.

    Raises:
        TooManyMessagesError: the person has written often enough for a day.
    """
    moment = at or timezone.now()
    # One after the other, so that the day's limit holds.
    lock_people([enrolment.learner_id])
    conversation, _is_new = Conversation.objects.get_or_create(
        enrolment=enrolment,
        lesson=lesson,
        block_id=block_id,
        defaults={"step_title": step_title[:120], "opened_at": moment},
    )
    return _write_on(conversation, text=text, key=key, at=moment)


@transaction.atomic
def write_again(
    *, conversation: Conversation, text: str, key: str, at: datetime | None = None
) -> Conversation:
    """Go on with a conversation as its learner.

    Raises:
        TooManyMessagesError: the person has written often enough for a day.
    """
    lock_people([conversation.enrolment.learner_id])
    return _write_on(conversation, text=text, key=key, at=at or timezone.now())


def _write_on(
    conversation: Conversation, *, text: str, key: str, at: datetime
) -> Conversation:
    locked = _lock(conversation)
    learner = locked.enrolment.learner
    kept = message_key(key, text)
    if locked.messages.filter(key=kept).exists():
        return locked
    written = Message.objects.filter(
        conversation__enrolment__learner=learner,
        is_answer=False,
        at__gte=midnight(civil_date(at)),
    )
    if written.count() >= MOST_A_DAY:
        raise TooManyMessagesError(MOST_A_DAY)
    Message.objects.create(conversation=locked, by=learner, text=text, key=kept, at=at)
    locked.waiting_since = locked.waiting_since or at
    locked.closed_at = locked.closed_by = None
    locked.save(update_fields=["waiting_since", "closed_at", "closed_by"])
    return locked


@transaction.atomic
def answer(
    *,
    conversation: Conversation,
    by: Any,
    text: str,
    key: str,
    at: datetime | None = None,
) -> Message:
    """Answer the learner and tell them; the caller has asked `visible_to`.

    Told is once for each time that somebody has waited: who adds a word sends no
    second text message. Whom only a call reaches is called for every word.
    """
    moment = at or timezone.now()
    locked = _lock(conversation)
    kept = message_key(f"{by.pk}:{key}", text)
    known = locked.messages.filter(key=kept).first()
    if known is not None:
        found: Message = known
        return found
    message: Message = Message.objects.create(
        conversation=locked, by=by, is_answer=True, text=text, key=kept, at=moment
    )
    tell_of_answer(message=message, was_waiting=locked.waiting_since is not None)
    locked.waiting_since = None
    locked.has_news = True
    locked.save(update_fields=["waiting_since", "has_news"])
    record_audit(
        actor=by,
        action="message.answered",
        subject=locked,
        school_id=locked.enrolment.run.school_id,
    )
    return message


@transaction.atomic
def close(*, conversation: Conversation, by: Any, at: datetime | None = None) -> None:
    """«办好了»: nobody waits here any more; closed twice is closed once."""
    locked = _lock(conversation)
    if locked.closed_at is not None:
        return
    locked.waiting_since = None
    locked.closed_at = at or timezone.now()
    locked.closed_by = by
    locked.save(update_fields=["waiting_since", "closed_at", "closed_by"])
    record_audit(
        actor=by,
        action="message.closed",
        subject=locked,
        school_id=locked.enrolment.run.school_id,
    )


def mark_read(*, conversation: Conversation) -> None:
    """The learner has opened the answers."""
    Conversation.objects.filter(pk=conversation.pk, has_news=True).update(
        has_news=False
    )


def _lock(conversation: Conversation) -> Conversation:
    rows = Conversation.objects.select_for_update(of=("self",), no_key=True)
    found: Conversation = rows.select_related(
        "enrolment__learner", "enrolment__run__course", "enrolment__run__school"
    ).get(pk=conversation.pk)
    return found
