"""Closed lists of the courses app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How a course is learnt."""

    ONLINE = "online", _("在家看")
    OFFLINE = "offline", _("到校学")
    BLENDED = "blended", _("在家看 + 到校学")


class Allocation(models.TextChoices):
    """How the seats of a class are given out."""

    FIRST_COME = "first_come", _("先到先得")
    DRAW = "draw", _("抽签")


class RunState(models.TextChoices):
    """What a run is now; computed, never stored (design §4)."""

    SOON = "soon", _("即将报名")
    OPEN = "open", _("正在报名")
    FULL = "full", _("满了")
    DRAW = "draw", _("等抽签")
    RUNNING = "running", _("正在上课")
    ENDED = "ended", _("已结束")
    CANCELLED = "cancelled", _("不开班")
