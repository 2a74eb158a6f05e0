"""Closed lists of the attendance app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionKind(models.TextChoices):
    """What people meet for."""

    LESSON = "lesson", _("上课")
    ACTIVITY = "activity", _("活动")


class SessionState(models.TextChoices):
    """Whether people meet, have met, or will not meet."""

    PLANNED = "planned", _("已排")
    HELD = "held", _("已上")
    CANCELLED = "cancelled", _("停课")


class AttendanceState(models.TextChoices):
    """What is known of one person and one session (labels from domain §3)."""

    PRESENT = "present", _("到了")
    LATE = "late", _("迟到")
    LEAVE = "leave", _("请假")
    ABSENT = "absent", _("没来")


class Source(models.TextChoices):
    """By what the site knows it. No means of it looks at a face or a body."""

    QR = "qr", _("扫码")
    CARD = "card", _("刷卡")
    TEACHER = "teacher", _("老师点名")
    PAPER = "paper", _("纸上签到")
    GROUP = "group", _("集体")
    IMPORT = "import", _("导入")
    SELF = "self", _("本人请假")


CAME = (AttendanceState.PRESENT, AttendanceState.LATE)
