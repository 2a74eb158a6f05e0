"""Closed lists of the activities app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BrandStage(models.TextChoices):
    """How far a brand has come (domain §3), from the beginning upwards."""

    PROPOSED = "proposed", _("申报中")
    CULTIVATING = "cultivating", _("培育中")
    STREET = "street", _("街道品牌")
    DISTRICT = "district", _("区级品牌")
    CITY = "city", _("市级品牌")
    PROVINCE = "province", _("省级品牌")
    NATIONAL = "national", _("国家级品牌")
    RETIRED = "retired", _("已结束")
