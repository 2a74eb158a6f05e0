"""Learning together: one screen, one lesson, and the people who sit before it."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import TenantModel, TenantQuerySet


class GroupSittingQuerySet(TenantQuerySet):
    """Sittings as the desk asks for them."""

    # Who was not in the room sees none: the centre has the figures.
    centre_roles: ClassVar[tuple[str, ...]] = ()

    def own_rows(self, user: Any) -> models.Q:
        """Those that the account leads or has led."""
        return models.Q(led_by=user)

    def going_on(self) -> Self:
        """Those that nobody has ended."""
        return self.filter(ended_at__isnull=True)


class GroupSitting(TenantModel):
    """One lesson that is played to a group. Whom it is credited to are its seats."""

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="group_sittings"
    )
    lesson = models.ForeignKey(
        "courses.LessonPage", on_delete=models.PROTECT, related_name="group_sittings"
    )
    led_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("开始"), default=timezone.now)
    # Once set it stays: what is credited is of that time, however often it is tried.
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    # The key of the page that began it: sent again it is the same sitting.
    key = models.CharField(max_length=64)

    objects = GroupSittingQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("集体学习")
        verbose_name_plural = _("集体学习")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "key"], name="learning_sitting_begun_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gte=models.F("started_at")),
                name="learning_sitting_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["school", "-started_at"], name="learning_sittings_of_school"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} · {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    def lasted_s(self, at: datetime | None = None) -> float:
        """Seconds by the clock on the wall, to its end or to now."""
        end = self.ended_at or at or timezone.now()
        return max(0.0, (end - self.started_at).total_seconds())


class GroupSeat(TenantModel):
    """One person at a sitting; `credited_at` once the lesson is down as theirs."""

    sitting = models.ForeignKey(
        GroupSitting, on_delete=models.CASCADE, related_name="seats"
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="group_seats"
    )
    credited_at = models.DateTimeField(_("记好的时间"), null=True, blank=True)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "sitting__school"

    class Meta:
        verbose_name = _("集体学习的人")
        verbose_name_plural = _("集体学习的人")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "learner"], name="learning_one_seat_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} · {self.learner_id}"
