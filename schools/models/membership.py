"""Membership: the one source of who is what where (design §4)."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.civil_time import civil_date
from schools.choices import STAFF_ROLES, Role
from schools.models.tenant import TenantModel, TenantQuerySet


class MembershipQuerySet(TenantQuerySet):
    """Who is what where; time is a parameter."""

    def active(self, at: datetime | None = None) -> Self:
        """Memberships that hold at that instant, by the civil date in Shanghai."""
        return self.on(civil_date(at))

    def on(self, day: date) -> Self:
        """Memberships that hold on that day; `until` is the last day, included."""
        return self.filter(since__lte=day).filter(
            models.Q(until__isnull=True) | models.Q(until__gte=day)
        )

    def staff(self) -> Self:
        """Memberships of people who work here."""
        return self.filter(role__in=STAFF_ROLES)


class Membership(TenantModel):
    """One person has one role at one school from a day to a day. History is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("人"),
    )
    school = models.ForeignKey(
        "schools.SchoolPage",
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("学校"),
    )
    role = models.CharField(_("岗位"), max_length=20, choices=Role.choices)
    since = models.DateField(_("起"), default=civil_date)
    until = models.DateField(_("止"), null=True, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["school", "role", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school", "role"],
                condition=models.Q(until__isnull=True),
                name="schools_one_open_membership_per_role",
            ),
            # A day earlier means «never began»: the act of ending on its first day.
            models.CheckConstraint(
                condition=models.Q(until__isnull=True)
                | models.Q(until__gte=models.F("since") - 1),
                name="schools_membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.school}"
