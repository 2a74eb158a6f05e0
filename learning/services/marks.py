"""A mark that a person gives later: what it does to the score and to completion."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from learning.models import Attempt
from learning.paper import content_of
from learning.rules import score_of
from learning.services.answers import shares_of
from learning.services.progress import lock_learner, rejudge


@transaction.atomic
def settle_attempt(*, attempt: Attempt, at: datetime | None = None) -> Attempt:
    """Bring score, passing and completion up to date with the attempt's responses.

    To be called after marks of its responses have changed, in the same transaction. An
    attempt that is open has no score yet, but what it needed for completion may have
    come. What is complete or passed stays so, whatever the score becomes. Called again
    it changes nothing.
    """
    moment = at or timezone.now()
    locked = lock_learner(attempt.enrolment_id)
    row: Attempt = Attempt.objects.select_related("lesson").get(pk=attempt.pk)
    shares = shares_of(row.responses.all())
    if not row.is_open:
        score = score_of(content_of(row.lesson, row).questions, shares)
        if score != row.score:
            row.score = score
            row.save(update_fields=["score"])
    rejudge(enrolment=locked, lesson=row.lesson, attempt=row, at=moment)
    return row
