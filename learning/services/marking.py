"""A person's mark: given once, changed knowingly, never lost."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.services.audit import record_audit
from learning.exceptions import AlreadyMarkedError
from learning.models import Response
from learning.services.marks import settle_attempt
from learning.services.progress import lock_learner

WHOLE = Decimal(1)


@transaction.atomic
def mark_response(
    *,
    response: Response,
    share: Decimal,
    by: Any,
    seen: str,
    comment: str = "",
    at: datetime | None = None,
) -> Response:
    """Give an answer a person's mark; it wins over what a machine computed or will.

    Args:
        response: the answer, of a course whose learners the person may see.
        share: between 0 and 1.
        by: who marks.
        seen: `version_of` the answer as the person saw it. The same mark sent twice
            by the same person is one mark.
        comment: the teacher's words to the learner.
        at: when; now by default.

    Raises:
        AlreadyMarkedError: the learner changed the answer, or somebody else marked it,
            after the page was shown. Nothing is overwritten unseen.
    """
    moment = at or timezone.now()
    lock_learner(response.attempt.enrolment_id)
    row = (
        Response.objects.select_for_update(of=("self",))
        .select_related("attempt__enrolment__run", "marked_by")
        .get(pk=response.pk)
    )
    if version_of(row) != seen:
        if _is_same(row, share, comment, by):
            return row
        raise AlreadyMarkedError(_words(row))
    row.manual_share = row.share = round(share, 4)
    row.is_right = share == WHOLE
    row.comment = comment.strip()
    row.marked_by, row.marked_at = by, moment
    row.save()
    record_audit(
        actor=by,
        action="answer.marked",
        subject=row,
        school_id=row.attempt.enrolment.run.school_id,
        share=str(row.share),
    )
    settle_attempt(attempt=row.attempt, at=moment)
    return row


def version_of(row: Response) -> str:
    """What of an answer a marker has seen: its count, and when it was marked last."""
    marked = row.marked_at.isoformat() if row.marked_at else ""
    return f"{row.seq}/{marked}"


def _is_same(row: Response, share: Decimal, comment: str, by: Any) -> bool:
    return (
        row.marked_by_id == by.pk
        and row.manual_share == round(share, 4)
        and row.comment == comment.strip()
    )


def _words(row: Response) -> str:
    if row.marked_by is not None:
        values = {"name": row.marked_by.get_full_name()}
        return _("%(name)s刚判过这一份。请看看，要改再改。") % values
    return _("学员刚改过这一份。请重新看一遍再判。")
