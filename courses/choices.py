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


class Weekday(models.IntegerChoices):
    """Days of the week by ISO 8601."""

    MONDAY = 1, _("周一")
    TUESDAY = 2, _("周二")
    WEDNESDAY = 3, _("周三")
    THURSDAY = 4, _("周四")
    FRIDAY = 5, _("周五")
    SATURDAY = 6, _("周六")
    SUNDAY = 7, _("周日")


class RunState(models.TextChoices):
    """What a run is now; computed, never stored (design §4)."""

    SOON = "soon", _("即将报名")
    OPEN = "open", _("正在报名")
    FULL = "full", _("满了")
    DRAW = "draw", _("等抽签")
    RUNNING = "running", _("正在上课")
    ENDED = "ended", _("已结束")
    CANCELLED = "cancelled", _("不开班")


class PartOfDay(models.TextChoices):
    """When a class meets, as the catalogue asks."""

    MORNING = "morning", _("上午")
    AFTERNOON = "afternoon", _("下午")
    EVENING = "evening", _("晚上")
    WEEKEND = "weekend", _("周末")


# The hours of each part: from, and before; none where the day ends.
HOURS: dict[PartOfDay, tuple[int, int | None]] = {
    PartOfDay.MORNING: (0, 12),
    PartOfDay.AFTERNOON: (12, 18),
    PartOfDay.EVENING: (18, None),
}
