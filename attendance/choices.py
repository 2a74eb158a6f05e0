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
