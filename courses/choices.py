"""Closed lists of the courses app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How a course is learnt."""

    ONLINE = "online", _("在家看")
    OFFLINE = "offline", _("到校学")
    BLENDED = "blended", _("在家看 + 到校学")


class CoverPattern(models.TextChoices):
    """The lattice of a drawn cover: the names of `core.covers.PATTERNS`."""

    BEGONIA = "begonia", _("海棠")
    WAVE = "wave", _("水波")
    ICE = "ice", _("冰裂")
    KEY = "key", _("回纹")
    DIAMOND = "diamond", _("方胜")
    SCROLL = "scroll", _("卷云")


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


class AttemptCounts(models.TextChoices):
    """Which of several attempts at a quiz is the one that counts."""

    BEST = "best", _("最好的一次")
    LAST = "last", _("最后一次")
    FIRST = "first", _("第一次")


class AnswersShown(models.TextChoices):
    """When a learner sees what is right."""

    EACH = "each", _("答一题，看一题")
    HANDED_IN = "handed_in", _("交了以后一起看")
    NEVER = "never", _("只说对几题，不给看答案")
