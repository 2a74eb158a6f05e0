"""The people file of a school, and the rooms it meets in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.choices import Employment
from schools.models.tenant import TenantModel, TenantQuerySet


class StaffProfileQuerySet(TenantQuerySet):
    """People of the file, whether they have an account or not."""


class StaffProfile(TenantModel):
    """A teacher or volunteer as the school's file knows them; an account is optional."""

    name = models.CharField(_("姓名"), max_length=40)
    school = models.ForeignKey(
        "schools.SchoolPage",
        on_delete=models.PROTECT,
        related_name="staff_profiles",
        verbose_name=_("学校"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="staff_profiles",
        verbose_name=_("账号"),
    )
    employment = models.CharField(_("聘用"), max_length=20, choices=Employment.choices)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    organisation = models.CharField(_("工作单位"), max_length=80, blank=True)
    subjects = models.CharField(_("教什么"), max_length=120, blank=True)
    is_backbone = models.BooleanField(_("骨干教师"), default=False)
    is_active = models.BooleanField(_("在用"), default=True)

    objects = StaffProfileQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("师资")
        verbose_name_plural = _("师资")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "user"],
                condition=models.Q(user__isnull=False),
                name="schools_one_profile_per_user_and_school",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Venue(TenantModel):
    """A room in which people meet."""

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="venues"
    )
    name = models.CharField(_("名称"), max_length=60)
    seats = models.PositiveSmallIntegerField(_("座位"), null=True, blank=True)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("场地")
        verbose_name_plural = _("场地")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "name"], name="schools_one_venue_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
