"""The reviews of a story: who looked at which content, and what they said (REV-01 to 09)."""

import re
from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, TaskState

from core.exceptions import AppendOnlyError
from core.storage import PrivateStorage
from news.choices import ReviewKind, ReviewResult, ReviewStage
from news.digest import story_digest
from news.exceptions import EarlierReviewError, StoryStopsError
from news.prechecks import check_story
from schools.choices import Role
from schools.models import PeerReviewTask, TenantModel, TenantQuerySet
from schools.permissions import centre_roles_of
from schools.tree import school_of

COUNTED = (ReviewStage.FIRST, ReviewStage.SECOND, ReviewStage.THIRD)
# The role that each review wants. The check at the school is its principal's.
ROLE_OF_STAGE = {
    ReviewStage.SCHOOL: Role.PRINCIPAL,
    ReviewStage.FIRST: Role.EDITOR,
    ReviewStage.SECOND: Role.DIRECTOR,
    ReviewStage.THIRD: Role.LEADER,
}


class AppendOnlyQuerySet(TenantQuerySet):
    """Rows that are written once."""

    school_roles: ClassVar[tuple[str, ...]] = (Role.CLERK, Role.PRINCIPAL)
    centre_roles: ClassVar[tuple[str, ...]] = (
        Role.EDITOR, Role.DIRECTOR, Role.LEADER, Role.ARCHIVIST,
    )  # fmt: skip

    def update(self, **fields: Any) -> NoReturn:
        """Refused.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        """Refused.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError


class AppendOnlyModel(TenantModel):
    """A row is written once; what was wrong is said by a later one."""

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row.

        Raises:
            AppendOnlyError: it was written before.
        """
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused.

        Raises:
            AppendOnlyError: always.
        """
        raise AppendOnlyError


class Review(AppendOnlyModel):
    """One decision on one content of a story.

    What was decided belongs to the content, not to the revision: saving without a change
    voids nothing, and any change voids everything.
    """

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="+"
    )
    page = models.ForeignKey(
        "news.NewsPage",
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=_("稿子"),
    )
    # Of Wagtail's history, which may be shortened one day.
    revision_number = models.PositiveBigIntegerField(null=True)
    content_digest = models.CharField(max_length=64)
    # How often the story had been sent back before: a return voids what was approved.
    round = models.PositiveSmallIntegerField(default=0)
    stage = models.PositiveSmallIntegerField(_("第几审"), choices=ReviewStage.choices)
    kind = models.CharField(
        _("怎么审的"),
        max_length=10,
        choices=ReviewKind.choices,
        default=ReviewKind.ONLINE,
    )
    result = models.CharField(_("结果"), max_length=10, choices=ReviewResult.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁审的"),
    )
    # As they were then.
    reviewer_name = models.CharField(_("姓名"), max_length=60)
    reviewer_post = models.CharField(_("职务"), max_length=60, blank=True)
    opinion = models.TextField(_("意见"), blank=True, max_length=500)
    checks = models.JSONField(_("打勾的"), default=list)
    remarks = models.PositiveSmallIntegerField(_("提了几处"), default=0)
    # Of the paper route: who brought the paper, and the paper.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁登记的"),
    )
    scan = models.FileField(
        _("签字的纸"), upload_to="reviews/", storage=PrivateStorage(), blank=True
    )
    at = models.DateTimeField(_("什么时候"))

    class Meta:
        verbose_name = _("新闻审核")
        verbose_name_plural = _("新闻审核")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage__in=ReviewStage.values)
                & models.Q(kind__in=ReviewKind.values)
                & models.Q(result__in=ReviewResult.values),
                name="news_review_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(result=ReviewResult.RETURNED)
                | ~models.Q(opinion=""),
                name="news_return_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ReviewKind.PAPER)
                | (models.Q(recorded_by__isnull=False) & ~models.Q(scan="")),
                name="news_paper_has_its_scan",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ReviewKind.ONLINE)
                | models.Q(reviewer__isnull=False),
                name="news_review_has_its_reviewer",
            ),
            models.UniqueConstraint(
                fields=["page", "content_digest", "round", "stage"],
                condition=models.Q(result=ReviewResult.APPROVED),
                name="news_one_approval_of_a_stage",
            ),
            # Three different people.
            models.UniqueConstraint(
                fields=["page", "content_digest", "round", "reviewer"],
                condition=models.Q(result=ReviewResult.APPROVED),
                name="news_nobody_approves_twice",
            ),
            models.UniqueConstraint(
                fields=["page", "content_digest", "round", "reviewer_name"],
                condition=models.Q(result=ReviewResult.APPROVED),
                name="news_no_name_approves_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.get_stage_display()} {self.get_result_display()}"

    @property
    def check_words(self) -> list[str]:
        """What was ticked, in words."""
        from news.review_checks import STORY_CHECKS

        return [str(STORY_CHECKS.get(name, name)) for name in self.checks]


class Withdrawal(AppendOnlyModel):
    """A story was taken from the site in haste: by whom, when and why (REV-08)."""

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="+"
    )
    page = models.ForeignKey(
        "news.NewsPage",
        on_delete=models.PROTECT,
        related_name="withdrawals",
        verbose_name=_("稿子"),
    )
    content_digest = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("谁撤的"),
    )
    reason = models.CharField(_("为什么"), max_length=300)
    at = models.DateTimeField(_("什么时候"))

    class Meta:
        verbose_name = _("撤稿")
        verbose_name_plural = _("撤稿")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "content_digest"], name="news_withdrawn_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.at:%Y-%m-%d}"


def passed(page: Any = None, digest: Any = None) -> models.Q:
    """The condition that a content of a story has passed: a part of a query of stories.

    Three approvals of the three reviews, or the import of what was public before there
    were reviews; and it was not withdrawn.
    """
    of_page = {
        "page": models.OuterRef("pk") if page is None else page,
        "content_digest": models.OuterRef("live_digest") if digest is None else digest,
    }
    rows = Review.objects.filter(**of_page)
    complete = (
        rows.filter(result=ReviewResult.APPROVED, stage__in=COUNTED)
        .order_by()
        .values("round")
        .annotate(stages=models.Count("stage", distinct=True))
        .filter(stages=len(COUNTED))
    )
    imported = rows.filter(result=ReviewResult.IMPORTED)
    withdrawn = Withdrawal.objects.filter(**of_page)
    return models.Q(
        models.Exists(complete) | models.Exists(imported), ~models.Exists(withdrawn)
    )


def round_of(page: Any) -> int:
    """How often the story has been sent back."""
    return rounds_of([page.pk]).get(page.pk, 0)


def rounds_of(pages: list[int]) -> dict[int, int]:
    """The same of several stories; those that never came back are left out."""
    rows = Review.objects.filter(page_id__in=pages, result=ReviewResult.RETURNED)
    counted = rows.order_by().values("page_id").annotate(total=models.Count("pk"))
    return dict(counted.values_list("page_id", "total"))


def approvals_of(page: Any, digest: str) -> Any:
    """The approvals of that content that count now: those since the last return."""
    return Review.objects.filter(
        page_id=page.pk,
        content_digest=digest,
        round=round_of(page),
        result=ReviewResult.APPROVED,
    )


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
        passed = set(
            Review.objects.filter(
                page_id__in=keys, reviewer=user, result=ReviewResult.APPROVED
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
    from schools.models import Membership

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
    names = re.split(r"[、,，;；/\s]+", named)
    return user.get_full_name() in names or story_digest(content) in passed
