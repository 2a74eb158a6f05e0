"""The reviews of a story: who looked at which content, and what they said (REV-01 to 09)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.append_only import AppendOnlyMixin, AppendOnlyQuerySetMixin
from core.storage import originals
from news.choices import ReviewKind, ReviewResult, ReviewStage
from news.review_checks import STORY_CHECKS
from schools.choices import Role
from schools.models import TenantModel, TenantQuerySet

COUNTED = (ReviewStage.FIRST, ReviewStage.SECOND, ReviewStage.THIRD)


class ReviewQuerySet(AppendOnlyQuerySetMixin, TenantQuerySet):
    """Reviews and withdrawals, as those see them who answer for a story."""

    school_roles: ClassVar[tuple[str, ...]] = (Role.CLERK, Role.PRINCIPAL)
    centre_roles: ClassVar[tuple[str, ...]] = (
        Role.EDITOR, Role.DIRECTOR, Role.LEADER, Role.ARCHIVIST,
    )  # fmt: skip


class Review(AppendOnlyMixin, TenantModel):
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
        _("签字的纸"), upload_to="reviews/", storage=originals, blank=True
    )
    at = models.DateTimeField(_("什么时候"))

    objects: ClassVar[Any] = ReviewQuerySet.as_manager()

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
            # On paper there is the name alone; namesakes with accounts are two people.
            models.UniqueConstraint(
                fields=["page", "content_digest", "round", "reviewer_name"],
                condition=models.Q(result=ReviewResult.APPROVED, kind=ReviewKind.PAPER),
                name="news_no_name_signs_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.get_stage_display()} {self.get_result_display()}"

    @property
    def check_words(self) -> list[str]:
        """What was ticked, in words."""
        return [str(STORY_CHECKS.get(name, name)) for name in self.checks]


class Withdrawal(AppendOnlyMixin, TenantModel):
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

    objects: ClassVar[Any] = ReviewQuerySet.as_manager()

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
