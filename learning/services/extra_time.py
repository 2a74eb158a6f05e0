"""More time in quizzes for one learner."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.services.audit import record_audit
from learning.choices import AttemptState
from learning.exceptions import ExtraTimeError
from learning.models import Attempt, Enrolment
from learning.services.attempts import deadline_of
from learning.services.progress import lock_learner

# Three times the time.
MOST_PERCENT = 200


@transaction.atomic
def give_extra_time(
    *, enrolment: Enrolment, percent: int, by: Any, at: datetime | None = None
) -> Enrolment:
    """Give so many per cent more time; also in what is open now, never less there.

    The caller has asked who may. The same figure again changes nothing.

    Raises:
        ExtraTimeError: less than nothing, or more than three times the time.
    """
    if not 0 <= percent <= MOST_PERCENT:
        raise ExtraTimeError(MOST_PERCENT)
    moment = at or timezone.now()
    locked = lock_learner(enrolment.pk)
    before = locked.extra_time_percent
    if before == percent:
        return locked
    locked.extra_time_percent = percent
    locked.save(update_fields=["extra_time_percent"])
    open_ones = Attempt.objects.filter(
        enrolment=locked, state=AttemptState.OPEN, deadline__isnull=False
    )
    for attempt in open_ones.select_related("lesson"):
        longer = deadline_of(attempt.lesson, locked, attempt.started_at)
        if longer and attempt.deadline < longer and not attempt.is_over(moment):
            attempt.deadline = longer
            attempt.save(update_fields=["deadline"])
    record_audit(
        actor=by,
        action="enrolment.extra_time",
        subject=locked,
        school_id=locked.run.school_id,
        before=before,
        percent=percent,
    )
    return locked
