"""What happens around the reviews of a story: anew, on paper, imported, withdrawn."""

from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, TaskState, WorkflowState

from core.access import require
from core.services.audit import record_audit
from news.choices import ReviewKind, ReviewResult, ReviewStage
from news.digest import story_digest
from news.exceptions import StepRefusedError
from news.models.pages import NewsPage
from news.models.review import Review, Withdrawal, approvals_of, round_of
from news.models.review_task import NewsReviewTask
from news.permissions import can_record_paper, can_withdraw
from schools.exceptions import AlreadyReviewedError, StaleReviewError
from schools.models.review import ReviewState
from schools.tree import school_of

# Rows that were live before there were reviews bear this in place of a digest: written
# by the migration alone, and read away after it (`import_published`).
BEFORE_REVIEWS = "before reviews"


@transaction.atomic
def begin_anew_if_changed(*, page: Any, revision: Any) -> None:
    """A change while the story is under review sends it back to the first review.

    A change before anybody has approved changes nothing; a save without one moves the
    approvals to the new revision, since Wagtail counts those of the newest alone.
    """
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_IN_PROGRESS:
        return
    done = state.task_states.filter(
        status__in=(TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED)
    )
    seen = set(
        ReviewState.objects.filter(pk__in=done.values("pk")).values_list(
            "content_digest", flat=True
        )
    )
    if not seen:
        return
    if seen == {story_digest(revision.content)}:
        done.update(revision=revision)
        return
    done.update(status=TaskState.STATUS_CANCELLED)
    current = state.current_task_state
    current.status = TaskState.STATUS_CANCELLED
    current.finished_at = timezone.now()
    current.save(update_fields=["status", "finished_at"])
    first = state.workflow.tasks.first()
    state.update(user=state.requested_by, next_task=first.specific)


@transaction.atomic
def record_paper(
    *,
    state: Any,
    by: Any,
    seen: str,
    stage: int,
    name: str,
    post: str,
    opinion: str,
    scan: File,
    at: datetime | None = None,
) -> Review:
    """Enter a signature that was given on paper: of the third reviewer, or from above.

    The person who signed must be another than those who have approved before; the
    database holds it by name.

    Raises:
        AlreadyReviewedError: the story waits no more.
        StaleReviewError: it was changed since.
        StepRefusedError: the third review is not due yet, or was made.
    """
    require(can_record_paper(by))
    key = state.workflow_state.object_id
    Page.objects.select_for_update().get(pk=key)
    page = NewsPage.objects.get(pk=key)
    locked = ReviewState.objects.select_related("workflow_state", "revision").get(
        pk=state.pk
    )
    if locked.status != TaskState.STATUS_IN_PROGRESS:
        raise AlreadyReviewedError
    if story_digest(page.get_latest_revision().content) != seen:
        raise StaleReviewError
    task: NewsReviewTask = locked.task.specific
    rows = approvals_of(page, seen)
    if rows.filter(stage=stage).exists():
        raise StepRefusedError(_("这一审已经登记过了。"))
    if rows.filter(reviewer_name=name).exists():
        raise StepRefusedError(_("这个人已经审过这一篇，要由另一个人签。"))
    if stage == ReviewStage.THIRD:
        if task.stage != ReviewStage.THIRD:
            raise StepRefusedError(_("还没到三审。请等前面的审完，再登记。"))
        locked.content_digest = seen
        locked.revision = page.latest_revision
        locked.save()
        task.require_earlier(page, seen)
    row: Review = Review.objects.create(
        school=school_of(page), page=page, revision_number=page.latest_revision_id,
        content_digest=seen, round=round_of(page), stage=stage, kind=ReviewKind.PAPER,
        result=ReviewResult.APPROVED, reviewer_name=name, reviewer_post=post,
        opinion=opinion, recorded_by=by, scan=scan, at=at or timezone.now(),
    )  # fmt: skip
    record_audit(
        actor=by, action="review.paper", subject=page, school_id=row.school_id,
        stage=stage, digest=seen,
    )  # fmt: skip
    if stage == ReviewStage.THIRD:
        locked.approve(user=by)
    return row


@transaction.atomic
def withdraw(*, page: NewsPage, by: Any, reason: str) -> Withdrawal:
    """Take a story from the site at once; done twice it is done once.

    Its address says so from then on. It comes back by a corrected version through all
    reviews, never as it was.

    Raises:
        StepRefusedError: it is not on the site.
    """
    require(can_withdraw(by))
    Page.objects.select_for_update().get(pk=page.pk)
    page = NewsPage.objects.get(pk=page.pk)
    known: Withdrawal | None = page.withdrawals.filter(
        content_digest=page.live_digest or story_digest(page.serializable_data())
    ).first()
    if known is not None:
        return known
    if not page.live:
        raise StepRefusedError(_("这篇不在网上，不用撤。"))
    made: Withdrawal = Withdrawal.objects.create(
        school=school_of(page), page=page, content_digest=page.live_digest,
        by=by, reason=reason, at=timezone.now(),
    )  # fmt: skip
    # Asked above: nobody has Wagtail's right to it, so that no story goes silently.
    UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    record_audit(
        actor=by, action="news.withdrawn", subject=page, school_id=made.school_id,
        reason=reason,
    )  # fmt: skip
    return made


def import_published() -> int:
    """Give what was public before there were reviews a review that says so.

    Only rows that the migration has marked: nothing else becomes public by it.

    Returns:
        How many.
    """
    count = 0
    for page in NewsPage.objects.filter(live=True, live_digest=BEFORE_REVIEWS):
        # The row alone: whatever else an old story lacks must not stop a migrate.
        with transaction.atomic():
            row = import_one(page=page)
            NewsPage.objects.filter(pk=page.pk).update(live_digest=row.content_digest)
        count += 1
    return count


def import_one(*, page: NewsPage) -> Review:
    """The review of a content that was public before."""
    row: Review = Review.objects.create(
        school=school_of(page), page=page, revision_number=page.live_revision_id,
        content_digest=story_digest(page.serializable_data()),
        stage=ReviewStage.THIRD, kind=ReviewKind.IMPORTED,
        result=ReviewResult.IMPORTED, reviewer_name="", at=timezone.now(),
    )  # fmt: skip
    return row


def move_to_reviews() -> None:
    """Stories that wait in another workflow wait in that of the three reviews."""
    waiting = WorkflowState.objects.filter(
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
        content_type__app_label="news", content_type__model="newspage",
    ).exclude(current_task_state__task__in=NewsReviewTask.objects.values("task_ptr"))  # fmt: skip
    for state in waiting:
        page = state.content_object
        was_waiting = state.status == WorkflowState.STATUS_IN_PROGRESS
        state.cancel(user=None)
        if was_waiting and page is not None:
            page.get_workflow().start(page, state.requested_by)
