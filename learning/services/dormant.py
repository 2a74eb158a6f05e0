"""What came of a call to somebody who has not come for long; taken back in ten minutes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from core.services.audit import record_audit
from learning.choices import DORMANT_OUTCOMES
from learning.dormant import CALL_AGAIN_AFTER, DORMANT
from learning.exceptions import TooLateToUndoCallError, UnknownOutcomeError
from learning.models import CallTask, Enrolment
from learning.services.enrolment import UNDO_FOR
from learning.services.locks import lock_people


@transaction.atomic
def note_dormant_call(
    *,
    enrolment: Enrolment,
    by: Any,
    outcome: str,
    note: str = "",
    at: datetime | None = None,
) -> CallTask:
    """Write down a call and what came of it; two who called at once have called once.

    The caller has found the enrolment by `dormant_enrolments`.

    Raises:
        UnknownOutcomeError: it is none of those of this list.
    """
    if outcome not in DORMANT_OUTCOMES:
        raise UnknownOutcomeError
    moment = at or timezone.now()
    lock_people([enrolment.learner_id])
    known = (
        CallTask.objects.filter(
            person=enrolment.learner_id,
            template=DORMANT,
            done_at__gt=moment - CALL_AGAIN_AFTER,
        )
        .order_by("-done_at", "-pk")
        .first()
    )
    if known is not None:
        found: CallTask = known
        return found
    call: CallTask = CallTask.objects.create(
        school_id=enrolment.run.school_id,
        person=enrolment.learner,
        enrolment=enrolment,
        dedupe_key=f"{DORMANT}:{enrolment.pk}:{moment.isoformat()}",
        template=DORMANT,
        params=params_of(enrolment),
        created_at=moment,
        done_at=moment,
        done_by=by,
        outcome=outcome,
        note=note,
    )
    record_audit(
        actor=by,
        action="call.made",
        subject=call,
        school_id=call.school_id,
        outcome=str(outcome),
    )
    return call


def params_of(enrolment: Enrolment) -> dict[str, Any]:
    """Plain values for the words of the call, in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "course": enrolment.run.course.title,
            "school": enrolment.run.school.title,
            "enrolment": enrolment.pk,
            "lesson": enrolment.last_lesson.title if enrolment.last_lesson else "",
        }


def can_undo(call: CallTask, at: datetime | None = None) -> bool:
    """Whether it was noted so short a while ago that it may be taken back."""
    now = at or timezone.now()
    return call.done_at is not None and call.done_at + UNDO_FOR >= now


@transaction.atomic
def undo_dormant_call(*, call: CallTask, by: Any, at: datetime | None = None) -> None:
    """Take a note back: the person stands on the list again.

    Raises:
        TooLateToUndoCallError: the ten minutes are over.
    """
    if not can_undo(call, at):
        raise TooLateToUndoCallError
    record_audit(
        actor=by,
        action="call.undone",
        subject=call,
        school_id=call.school_id,
        outcome=call.outcome,
    )
    call.delete()
