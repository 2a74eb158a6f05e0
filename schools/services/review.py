"""Deciding on a page that was handed in: it goes live as it was seen, or goes back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Comment, Page, TaskState, WorkflowState

from core.access import require
from core.services.audit import record_audit
from schools.exceptions import AlreadyReviewedError, NotLookedAtError, StaleReviewError
from schools.models.review import ReviewState
from schools.permissions import can_review_state
from schools.review.checks import checks_for
from schools.review.digest import digest_for
from schools.review.targets import targets_of
from schools.services.review_notices import tell_published, tell_returned
from schools.tree import school_of

REASON_LENGTH = 5


@transaction.atomic
def approve(
    *,
    state: Any,
    by: Any,
    seen: str,
    checks: list[str],
    opinion: str = "",
    at: datetime | None = None,
) -> Any:
    """Pass exactly what the reviewer saw; the same again changes nothing.

    After the last review of the workflow that content goes live.

    Args:
        state: the `ReviewState`; read again under the page's lock.
        by: who looked.
        seen: the digest of the content that the reviewer's page showed.
        checks: the names of the checks that were ticked.
        opinion: what the reviewer has to say.
        at: when; now by default.

    Returns:
        The page; live where this was the last review.

    Raises:
        StaleReviewError: the page was changed since.
        NotLookedAtError: a check is not ticked.
        AlreadyReviewedError: somebody decided otherwise.
    """
    page, locked = _lock(state, by)
    if locked.status == TaskState.STATUS_APPROVED:
        return page
    draft = _require_open(page, locked, seen)
    if missing := set(checks_for(draft)) - set(checks):
        raise NotLookedAtError(len(missing))
    locked.revision = page.latest_revision
    locked.content_digest = seen
    locked.checks = sorted(checks)
    locked.save()
    locked.task.specific.require_earlier(page, seen)
    _keep(locked, page, by, "approved", opinion, at)
    locked.approve(user=by)
    comments = Comment.objects.filter(page_id=page.pk, resolved_at__isnull=True)
    comments.update(resolved_at=timezone.now(), resolved_by=by)
    _record(page, by, "review.approved", locked)
    page = Page.objects.get(pk=page.pk).specific
    if page.live and not page.workflow_in_progress:
        tell_published(state=locked, page=page)
    return page


@transaction.atomic
def send_back(
    *, state: Any, by: Any, seen: str, reason: str, at: datetime | None = None
) -> Any:
    """Give the page back to its author with a reason; the live one stays as it is.

    Raises:
        StaleReviewError: the page was changed since.
        NotLookedAtError: the reason says nothing.
        AlreadyReviewedError: somebody decided otherwise.
    """
    page, locked = _lock(state, by)
    if locked.status == TaskState.STATUS_REJECTED:
        return page
    draft = _require_open(page, locked, seen)
    if len(reason.strip()) < REASON_LENGTH:
        raise NotLookedAtError(0)
    locked.revision = page.latest_revision
    locked.content_digest = seen
    _keep(locked, page, by, "returned", reason.strip(), at)
    locked.reject(user=by, comment=reason.strip())
    _record(page, by, "review.returned", locked)
    tell_returned(state=locked, page=draft)
    return page


@transaction.atomic
def add_remark(*, state: Any, by: Any, path: str, text: str) -> Comment:
    """Tie a remark to a field or block; the author sees it there in the editor.

    The same remark at the same place is written once.

    Raises:
        AlreadyReviewedError: the page waits no more.
        StaleReviewError: the place is not there any more.
    """
    page, locked = _lock(state, by)
    if locked.status != TaskState.STATUS_IN_PROGRESS:
        raise AlreadyReviewedError
    draft = page.get_latest_revision_as_object()
    if path not in {target.path for target in targets_of(draft)}:
        raise StaleReviewError
    said = {"page_id": page.pk, "user": by, "contentpath": path, "text": text.strip()}
    known = Comment.objects.filter(**said, resolved_at__isnull=True).first()
    if known is not None:
        return known
    comment = Comment.objects.create(**said, revision_created=page.latest_revision)
    comment.log_create(page_revision=page.latest_revision, user=by)
    return comment


def _lock(state: Any, by: Any) -> tuple[Any, Any]:
    """The page and the review under lock, if the person may review it."""
    key = state.workflow_state.object_id
    Page.objects.select_for_update().get(pk=key)
    page = Page.objects.get(pk=key).specific
    locked = ReviewState.objects.select_related("workflow_state", "revision").get(
        pk=state.pk
    )
    require(can_review_state(by, locked, page))
    return page, locked


def _require_open(page: Any, locked: Any, seen: str) -> Any:
    """The draft that is decided on.

    Raises:
        AlreadyReviewedError: the page waits no more.
        StaleReviewError: the draft is another than the one that was seen.
    """
    waits = locked.workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
    if locked.status != TaskState.STATUS_IN_PROGRESS or not waits:
        raise AlreadyReviewedError
    if digest_for(page, page.get_latest_revision().content) != seen:
        raise StaleReviewError
    return page.get_latest_revision_as_object()


def _keep(
    locked: Any, page: Any, by: Any, result: str, opinion: str, at: datetime | None
) -> None:
    remarks = Comment.objects.filter(
        page_id=page.pk, user=by, created_at__gte=locked.started_at
    )
    locked.task.specific.record(
        state=locked,
        page=page,
        by=by,
        result=result,
        opinion=opinion.strip(),
        checks=locked.checks,
        remarks=remarks.count(),
        at=at or timezone.now(),
    )


def _record(page: Any, by: Any, action: str, locked: Any) -> None:
    school = school_of(page)
    record_audit(
        actor=by,
        action=action,
        subject=page,
        school_id=school.pk if school else None,
        revision=locked.revision_id,
        digest=locked.content_digest,
        checks=locked.checks,
    )
