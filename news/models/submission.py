"""Stories on their way to the outlets: submitted, delivered, adopted."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.storage import originals
from news.choices import DeliveryMethod, DeliveryState, SubmissionState
from schools.choices import Role
from schools.models import TenantModel, TenantQuerySet


class PublicityQuerySet(TenantQuerySet):
    """A school sees its own stories; the centre's editor and director see all."""

    school_roles: ClassVar[tuple[str, ...]] = (Role.CLERK, Role.PRINCIPAL)
    centre_roles: ClassVar[tuple[str, ...]] = (Role.EDITOR, Role.DIRECTOR)


class SubmissionQuerySet(PublicityQuerySet):
    def in_order(self) -> Self:
        """What waits for the centre first, of it the longest waiting; then the newest."""
        return self.annotate(
            waits=models.Case(
                models.When(state=SubmissionState.WAITING, then=0), default=1
            )
        ).order_by(
            "waits",
            models.Case(models.When(waits=0, then=models.F("submitted_at"))),
            "-submitted_at",
            "-pk",
        )

    def with_page(self) -> Self:
        return self.select_related("page", "school")


class Submission(TenantModel):
    """A story that a school offers to the outlets; one a story.

    The names are those under the story when it was submitted: an adoption counts for
    who wrote it then.
    """

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="submissions"
    )
    page = models.OneToOneField(
        "news.NewsPage", on_delete=models.PROTECT, related_name="submission"
    )
    # When the thing told of was over: the timer runs from here (PUB-02).
    ended_at = models.DateTimeField(_("事情什么时候结束的"))
    due_at = models.DateTimeField()
    submitted_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author = models.CharField(_("作者"), max_length=60)
    photographer = models.CharField(_("摄影"), max_length=60, blank=True)
    proofreader = models.CharField(_("校对"), max_length=60)
    state = models.CharField(
        max_length=10, choices=SubmissionState.choices, default=SubmissionState.WAITING
    )
    # Why it came back; stays until it is submitted again.
    reason = models.CharField(_("为什么退回"), max_length=200, blank=True)

    objects = SubmissionQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("报送")
        verbose_name_plural = _("报送")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SubmissionState.values),
                name="news_submission_state_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=str(SubmissionState.RETURNED))
                | models.Q(reason__gt=""),
                name="news_returned_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(author=models.F("proofreader")),
                name="news_proofreader_is_not_the_author",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "-submitted_at"], name="news_sent_by_school")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.state}"

    @property
    def is_on_time(self) -> bool:
        """Whether it was submitted before its time was over (PUB-02)."""
        return self.submitted_at <= self.due_at


class Delivery(TenantModel):
    """One story sent to one outlet; what the outlet made of it."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="deliveries"
    )
    outlet = models.ForeignKey(
        "news.Outlet", on_delete=models.PROTECT, related_name="deliveries"
    )
    method = models.CharField(
        _("怎么送的"), max_length=10, choices=DeliveryMethod.choices
    )
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices, default=DeliveryState.SENT
    )

    objects = PublicityQuerySet.as_manager()
    tenant_path: ClassVar[str] = "submission__school"

    class Meta:
        verbose_name = _("送媒体")
        verbose_name_plural = _("送媒体")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "outlet"], name="news_delivered_once_to_an_outlet"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=DeliveryState.values),
                name="news_delivery_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} → {self.outlet_id}"


def _clipping_name(adoption: Any, name: str) -> str:
    """A folder of its own; the file's own name is somebody's words and is left out."""
    ending = name.rpartition(".")[2].lower()
    return f"clippings/{adoption.delivery_id}-{adoption.sha256[:16]}.{ending}"


class Adoption(TenantModel):
    """The story as the outlet brought it."""

    delivery = models.OneToOneField(
        Delivery, on_delete=models.PROTECT, related_name="adoption"
    )
    published_on = models.DateField(_("哪天登的"))
    title = models.CharField(_("登出来的题目"), max_length=120)
    slot = models.CharField(
        _("第几版、第几条"), max_length=60, blank=True, help_text=_("比如：第 3 版。")
    )
    url = models.URLField(_("网址"), blank=True, max_length=500)
    is_brief = models.BooleanField(_("只是简讯"), default=False)
    is_repost = models.BooleanField(_("是转载"), default=False)
    clipping = models.FileField(
        _("剪报、截图"),
        storage=originals,
        upload_to=_clipping_name,
        blank=True,
    )
    sha256 = models.CharField(max_length=64, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    noted_at = models.DateTimeField(default=timezone.now)

    objects = PublicityQuerySet.as_manager()
    tenant_path: ClassVar[str] = "delivery__submission__school"

    class Meta:
        verbose_name = _("采用")
        verbose_name_plural = _("采用")
        indexes = [models.Index(fields=["published_on"], name="news_adopted_on")]

    def __str__(self) -> str:
        return self.title


class PointBonus(TenantModel):
    """Points that no rule gives: a leader's written praise (批示)."""

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="+"
    )
    author = models.CharField(_("记给谁"), max_length=60, blank=True)
    points = models.DecimalField(_("加几分"), max_digits=4, decimal_places=1)
    reason = models.CharField(_("为什么加"), max_length=200)
    day = models.DateField(_("算在哪天"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    # Of the form that was sent: sent twice, it is noted once.
    key = models.CharField(max_length=36, unique=True)

    objects = PublicityQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("加分")
        verbose_name_plural = _("加分")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(points=0) & models.Q(reason__gt=""),
                name="news_bonus_has_points_and_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.points} {self.day:%F}"
