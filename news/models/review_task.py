"""The task of Wagtail's workflow that is one review of a story, and who may make it."""

import re
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, TaskState

from news.choices import ReviewResult, ReviewStage
from news.digest import story_digest
from news.exceptions import EarlierReviewError, StoryStopsError
from news.models.review import COUNTED, Review, approvals_of, round_of, rounds_of
from news.prechecks import check_story
from schools.choices import Role
from schools.models import Membership, PeerReviewTask
from schools.permissions import centre_roles_of
from schools.tree import school_of

# The role that each review wants. The check at the school is its principal's.
ROLE_OF_STAGE = {
    ReviewStage.SCHOOL: Role.PRINCIPAL,
    ReviewStage.FIRST: Role.EDITOR,
    ReviewStage.SECOND: Role.DIRECTOR,
    ReviewStage.THIRD: Role.LEADER,
}


class NewsReviewTask(PeerReviewTask):
    """One of the reviews of a story, in Wagtail's workflow."""

    stage = models.PositiveSmallIntegerField(choices=ReviewStage.choices)

    class Meta:
        verbose_name = _("新闻审核环节")
        verbose_name_plural = _("新闻审核环节")

    @property
    def stage_words(self) -> str:
        return str(ReviewStage(self.stage).label)

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """Leave out what has been done, and begin where something is missing.

        A content that this review has passed needs it no second time; the check at the
        school is left out where nobody else is there to do it. Resumed after a return,
        the first review comes first again (REV-07).
        """
        state = super().start(workflow_state, user=user)
        page = workflow_state.content_object
        due = workflow_state.get_next_task()
        if due is not None and due.pk != self.pk:
            state.status = TaskState.STATUS_CANCELLED
        elif self._is_done(page, state.content_digest):
            state.status = TaskState.STATUS_SKIPPED
        else:
            return state
        state.finished_at = timezone.now()
        state.save(update_fields=["status", "finished_at"])
        return state

    def _is_done(self, page: Any, digest: str) -> bool:
        if approvals_of(page, digest).filter(stage=self.stage).exists():
            return True
        if self.stage != ReviewStage.SCHOOL:
            return False
        writers = writers_of([page])[page.pk]
        return not school_checkers(page).exclude(user__in=writers).exists()

    def allows(self, user: Any, page: Any) -> bool:
        """The role alone counts; being a superuser opens nothing."""
        if self.stage == ReviewStage.SCHOOL:
            return any(page.path.startswith(path) for path in principal_paths(user))
        return ROLE_OF_STAGE[ReviewStage(self.stage)] in centre_roles_of(user)

    @classmethod
    def own_pages(cls, user: Any, pages: list[Any]) -> set[int]:
        """Whoever wrote a part, is named under it or passed this content (REV-02)."""
        keys = [page.pk for page in pages]
        signed = models.Q(reviewer=None, reviewer_name=user.get_full_name())
        passed = set(
            Review.objects.filter(
                models.Q(reviewer=user) | signed,
                page_id__in=keys,
                result=ReviewResult.APPROVED,
            ).values_list("page_id", "content_digest", "round")
        )
        rounds = rounds_of(keys)
        latest = Revision.objects.in_bulk([page.latest_revision_id for page in pages])
        writers = writers_of(pages)
        return {
            page.pk
            for page in pages
            if user.pk in writers[page.pk]
            or _has_part(
                user,
                latest[page.latest_revision_id].content,
                {
                    digest
                    for key, digest, number in passed
                    if (key, number) == (page.pk, rounds.get(page.pk, 0))
                },
            )
        }

    def require_earlier(self, page: Any, seen: str) -> None:
        """Each review builds on the ones before, of this very content.

        Raises:
            EarlierReviewError: one is missing, whatever became of its task.
        """
        there = set(approvals_of(page, seen).values_list("stage", flat=True))
        wanted = {stage for stage in COUNTED if stage < self.stage}
        draft = page.get_latest_revision_as_object()
        if self.stage == ReviewStage.THIRD and draft.needs_extra_signoff:
            wanted.add(ReviewStage.EXTRA)
        if wanted - there:
            raise EarlierReviewError(wanted - there)
        if stops := [one for one in check_story(draft) if one.stops]:
            raise StoryStopsError(stops)

    def record(
        self,
        *,
        state: Any,
        page: Any,
        by: Any,
        result: str,
        opinion: str,
        checks: list[str],
        remarks: int,
        at: datetime,
    ) -> None:
        """Write the decision down, for good."""
        Review.objects.create(
            school=school_of(page), page_id=page.pk, revision_number=state.revision_id,
            content_digest=state.content_digest, round=round_of(page),
            stage=self.stage, result=result,
            reviewer=by, reviewer_name=by.get_full_name(),
            reviewer_post=str(Role(ROLE_OF_STAGE[ReviewStage(self.stage)]).label),
            opinion=opinion, checks=checks, remarks=remarks, at=at,
        )  # fmt: skip
        if result == ReviewResult.RETURNED:
            state.workflow_state.task_states.filter(
                status__in=(TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED)
            ).update(status=TaskState.STATUS_CANCELLED)


def school_checkers(page: Any) -> Any:
    """Who may check the story at its own school: memberships of its principals."""
    return Membership.objects.active().filter(
        school=school_of(page), role=Role.PRINCIPAL
    )


def principal_paths(user: Any) -> list[str]:
    """The tree paths of the schools whose principal the person is.

    Kept on the user object like the roles at the centre.
    """
    known: list[str] | None = user.__dict__.get("_principal_path_perm_cache")
    if known is None:
        held = user.memberships.active().filter(role=Role.PRINCIPAL)
        known = list(held.values_list("school__path", flat=True))
        user.__dict__["_principal_path_perm_cache"] = known
    return known


def writers_of(pages: list[Any]) -> dict[int, set[int]]:
    """Who began each story or saved a version of it since it was live last."""
    found = {page.pk: {page.owner_id} - {None} for page in pages}
    since = {page.pk: page.live_revision_id or 0 for page in pages}
    rows = Revision.page_revisions.filter(object_id__in=[str(key) for key in found])
    for key, number, user in rows.exclude(user=None).values_list(
        "object_id", "pk", "user_id"
    ):
        if number > since[int(key)]:
            found[int(key)].add(user)
    return found


def _has_part(user: Any, content: dict[str, Any], passed: set[str]) -> bool:
    """Whether the person is named under the story, or has approved this content."""
    named = "、".join(
        str(content.get(field) or "")
        for field in ("author", "photographer", "proofreader")
    )
    parts = [one.strip() for one in re.split(r"[、,，;；/]", named)]
    # Names are parted by spaces too, and some names hold one.
    names = {*parts, *(word for one in parts for word in one.split())}
    return user.get_full_name() in names or story_digest(content) in passed
