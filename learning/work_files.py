"""Files that learners handed over: whose they are, and who may have them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from learning.desk import runs_for_desk
from learning.exceptions import BadReportError
from learning.models import Attempt, WorkFile


def require_own_files(attempt: Attempt, block_id: str, keys: Sequence[str]) -> None:
    """Let pass an answer that names only files of this learner for this question.

    Raises:
        BadReportError: no honest page names others.
    """
    own = WorkFile.objects.filter(
        enrolment=attempt.enrolment_id,
        lesson=attempt.lesson_id,
        block_id=block_id,
        key__in=keys,
    )
    if own.count() != len(keys):
        raise BadReportError


def work_of(user: Any, key: Any) -> WorkFile | None:
    """The file, for who handed it over and who marks the course; None for others."""
    if not user.is_authenticated:
        return None
    found = WorkFile.objects.filter(key=key).select_related("enrolment").first()
    if found is None or found.enrolment.learner_id == user.pk:
        return found
    may_see = runs_for_desk(user).filter(pk=found.enrolment.run_id).exists()
    return found if may_see else None


def shown_files(keys: Iterable[str]) -> list[dict[str, Any]]:
    """What a page shows of these files, in that order: address, kind, name. One query."""
    wanted = list(keys)
    found = {one.key.hex: one for one in WorkFile.objects.filter(key__in=wanted)}
    return [
        {
            "url": reverse("learning:work", kwargs={"key": found[key].key}),
            "kind": found[key].kind,
            "name": found[key].name,
        }
        for key in wanted
        if key in found
    ]
