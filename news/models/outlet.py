"""Where stories are sent, and what an adoption there is worth."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.choices import OutletKind, OutletLevel

# Points have one decimal; nothing is worth more than that many.
MOST_POINTS = Decimal("99.9")


class OutletQuerySet(models.QuerySet["Outlet"]):
    """The outlets of the street."""

    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def in_order(self) -> Self:
        """The furthest read first, then by name."""
        levels = [
            models.When(level=level, then=place)
            for place, level in enumerate(OutletLevel.values)
        ]
        return self.annotate(
            place=models.Case(*levels, output_field=models.IntegerField())
        ).order_by("place", "name")


class Outlet(models.Model):
    """A television station, newspaper, site or account that takes stories.

    One list for the whole street: the centre knows the people there.
    """

    name = models.CharField(_("叫什么"), max_length=60, unique=True)
    level = models.CharField(_("级别"), max_length=10, choices=OutletLevel.choices)
    kind = models.CharField(_("哪一类"), max_length=12, choices=OutletKind.choices)
    contact = models.CharField(
        _("怎么联系"),
        max_length=120,
        blank=True,
        help_text=_("投稿的邮箱或值班电话。别写个人的手机号。"),
    )
    is_active = models.BooleanField(_("还在用"), default=True)

    objects = OutletQuerySet.as_manager()

    class Meta:
        verbose_name = _("媒体")
        verbose_name_plural = _("媒体")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=OutletLevel.values),
                name="news_outlet_level_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=OutletKind.values),
                name="news_outlet_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _points(label: Any, default: str) -> models.DecimalField:
    return models.DecimalField(
        label,
        max_digits=3,
        decimal_places=1,
        default=Decimal(default),
        validators=[MinValueValidator(0), MaxValueValidator(MOST_POINTS)],
    )


class PointRule(models.Model):
    """What an adoption at an outlet of that level is worth (PUB-04, PUB-07)."""

    level = models.CharField(
        _("级别"), max_length=10, choices=OutletLevel.choices, unique=True
    )
    points = _points(_("全文"), "1")
    brief_points = _points(_("简讯"), "0.5")

    class Meta:
        verbose_name = _("采用计分")
        verbose_name_plural = _("采用计分")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(points__gte=0, brief_points__gte=0),
                name="news_points_are_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=OutletLevel.values),
                name="news_rule_level_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.points}"


class PointSettings(models.Model):
    """The two switches of the points (PUB-04), and what a school owes in a year.

    One row, made by the migration.
    """

    count_same_class_once = models.BooleanField(
        _("同一篇稿子在同一类媒体只算一次"),
        default=True,
        help_text=_("算分最高的那一次。"),
    )
    count_reposts = models.BooleanField(_("转载也算分"), default=False)
    yearly_quota = models.PositiveSmallIntegerField(
        _("每所学校一年要报几篇"),
        default=20,
        help_text=_("填 0 就不定数。"),
    )

    only: ClassVar[int] = 1

    class Meta:
        verbose_name = _("计分开关")
        verbose_name_plural = _("计分开关")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="news_one_row_of_point_settings"
            )
        ]

    def __str__(self) -> str:
        return "1"

    @classmethod
    def load(cls) -> Self:
        """The one row; one query."""
        found, _made = cls.objects.get_or_create(pk=cls.only)
        return found
