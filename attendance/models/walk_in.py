"""People who came without being on the list and said who they are."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.phone import mask_phone
from attendance.models.session import Session
from schools.models import TenantModel, TenantQuerySet


class WalkInQuerySet(TenantQuerySet):
    """Walk-ins as the roll asks for them."""

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Names and numbers are seen only by who takes the roll; not by the centre."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(session__in=Session.objects.rolled_by(user))

    def unclaimed(self) -> Self:
        """Those of whom nobody has said which account they are."""
        return self.filter(record__isnull=True)


class WalkIn(TenantModel):
    """Somebody who came to one session and is not on its list, by name.

    Apart from `Session.walk_ins`, which counts people whom nobody asked. Once claimed
    it is an attendance record of an account, and name and number are not needed here
    any more; nor are they when nobody claims it in time (`services.walk_ins`).
    """

    session = models.ForeignKey(
        "attendance.Session", on_delete=models.PROTECT, related_name="named_walk_ins"
    )
    name = models.CharField(_("姓名"), max_length=40, blank=True)
    # E.164, or nothing.
    phone = models.CharField(_("手机号"), max_length=20, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("什么时候记的"), default=timezone.now)
    # The key of the page that noted it: sent again it is the same person.
    key = models.CharField(max_length=64)
    # The record of who it was; its `attendee` is the account that claimed it.
    record = models.ForeignKey(
        "attendance.AttendanceRecord",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="walk_ins",
    )

    objects = WalkInQuerySet.as_manager()
    tenant_path: ClassVar[str] = "session__school"

    class Meta:
        verbose_name = _("没报名来的人")
        verbose_name_plural = _("没报名来的人")
        ordering = ["session_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "key"], name="attendance_walk_in_noted_once"
            ),
            models.UniqueConstraint(
                fields=["session", "phone"],
                condition=Q(phone__gt=""),
                name="attendance_walk_in_one_per_number",
            ),
            models.CheckConstraint(
                condition=Q(record__isnull=True) | Q(name="", phone=""),
                name="attendance_claimed_walk_in_has_no_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["phone"],
                condition=Q(phone__gt=""),
                name="attendance_walk_in_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.pk}"

    @property
    def masked_phone(self) -> str:
        """The number as lists show it; empty without one."""
        return mask_phone(self.phone)
