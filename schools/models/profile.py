"""The yearly figures of a community, from which rates are derived (domain §0.8)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.tenant import TenantModel, TenantQuerySet


class CommunityProfile(TenantModel):
    """How many people live in the community of a school in one year."""

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="profiles"
    )
    year = models.PositiveSmallIntegerField(_("年份"))
    population = models.PositiveIntegerField(_("常住人口"))
    population_60_plus = models.PositiveIntegerField(_("60岁以上"), default=0)
    population_under_18 = models.PositiveIntegerField(_("18岁以下"), default=0)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("社区概况")
        verbose_name_plural = _("社区概况")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year"], name="schools_one_profile_per_year"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    population__gte=models.F("population_60_plus")
                    + models.F("population_under_18")
                ),
                name="schools_age_groups_fit_the_population",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.year}"
