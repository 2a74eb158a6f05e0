"""A draw of seats: what was promised before it, and what came out of it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exceptions import AppendOnlyError
from core.models.append_only import AppendOnlyQuerySetMixin, NeverDeletedMixin
from schools.models import TenantModel, TenantQuerySet


class DrawQuerySet(AppendOnlyQuerySetMixin, TenantQuerySet):
    """Draws; a drawn one is beyond changing (R-01d)."""


class Draw(NeverDeletedMixin, TenantModel):
    """One draw for one run, in three steps that are never taken back.

    Prepared: the seed is made and its hash is public, before the list is known.
    Closed: the list of tickets is frozen and its hash is public.
    Drawn: the seed is public, and with it everybody can recompute `result` by
    `learning.draw_rule`. Until then `seed` is shown to nobody.
    """

    run = models.OneToOneField(
        "courses.CourseRun", on_delete=models.PROTECT, related_name="draw"
    )
    seed = models.CharField(max_length=64)
    seed_hash = models.CharField(max_length=64)
    prepared_at = models.DateTimeField(default=timezone.now)
    # [ticket, community, first time] of each applicant, in the order of the tickets.
    entries = models.JSONField(default=list)
    list_hash = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    drawn_at = models.DateTimeField(null=True, blank=True)
    # Who held it; nobody where the clock did.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = DrawQuerySet.as_manager()
    tenant_path: ClassVar[str] = "run__school"

    class Meta:
        verbose_name = _("抽签")
        verbose_name_plural = _("抽签")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, list_hash="")
                | models.Q(closed_at__isnull=False, list_hash__gt=""),
                name="learning_closed_draw_has_its_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(drawn_at__isnull=True)
                | models.Q(drawn_at__gte=models.F("closed_at")),
                name="learning_drawn_after_it_was_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a step; one that has been taken is never written again."""
        known = Draw.objects.filter(pk=self.pk).first() if self.pk else None
        if known is not None and _is_taken_back(known, self):
            raise AppendOnlyError
        super().save(*args, **kwargs)


def _is_taken_back(before: Draw, after: Draw) -> bool:
    promised = ["seed", "seed_hash", "prepared_at", "run_id"]
    if before.closed_at is not None:
        promised += ["entries", "list_hash", "closed_at"]
    if before.drawn_at is not None:
        promised += ["result", "drawn_at"]
    return any(getattr(before, name) != getattr(after, name) for name in promised)
