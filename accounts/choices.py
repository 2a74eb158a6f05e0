"""Closed lists of the accounts app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentKind(models.TextChoices):
    """What a person may agree to; each stands for itself (P-2)."""

    ACCOUNT = "account", _("注册和学习记录")
    SMS = "sms", _("短信提醒")


class FamilyState(models.TextChoices):
    """How far a family member and an elder are (domain §6)."""

    ASKED = "asked", _("等本人同意")
    AGREED = "agreed", _("同意了")
    ENDED = "ended", _("结束了")
