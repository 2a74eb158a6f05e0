"""Closed lists of the learning app, and the legal moves between states in one table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """The states of an enrolment (design §4; labels from domain §3)."""

    APPLIED = "applied", _("已报名")
    WAITLISTED = "waitlisted", _("候补")
    OFFERED = "offered", _("候补递补")
    CONFIRMED = "confirmed", _("已录取")
    ATTENDING = "attending", _("在读")
    COMPLETED = "completed", _("结业")
    WITHDRAWN = "withdrawn", _("已退出")
    REJECTED = "rejected", _("未录取")
    NO_SHOW = "no_show", _("未到")
    REMOVED = "removed", _("已移出")


S = State
LEGAL_MOVES: dict[State, frozenset[State]] = {
    S.APPLIED: frozenset({S.WAITLISTED, S.CONFIRMED, S.REJECTED, S.WITHDRAWN}),
    S.WAITLISTED: frozenset({S.OFFERED, S.REJECTED, S.WITHDRAWN}),
    S.OFFERED: frozenset({S.CONFIRMED, S.WAITLISTED, S.WITHDRAWN, S.REJECTED}),
    S.CONFIRMED: frozenset(
        {S.ATTENDING, S.COMPLETED, S.WITHDRAWN, S.NO_SHOW, S.REMOVED}
    ),
    S.ATTENDING: frozenset({S.COMPLETED, S.WITHDRAWN, S.REMOVED}),
    # A completed fact never goes back; learning again is a new episode.
    S.COMPLETED: frozenset(),
    # Who left a self-paced course may come back to the same episode and its progress.
    S.WITHDRAWN: frozenset({S.CONFIRMED}),
    S.REJECTED: frozenset(),
    S.NO_SHOW: frozenset({S.ATTENDING}),
    S.REMOVED: frozenset(),
}
# At most one of these per learner and run (constraint).
LIVE_STATES = (S.APPLIED, S.WAITLISTED, S.OFFERED, S.CONFIRMED, S.ATTENDING)
# In these a person studies; a completed course stays open to be looked at again.
STUDY_STATES = (S.CONFIRMED, S.ATTENDING, S.COMPLETED)
# These hold a seat of the run; who has completed it keeps the seat to the end.
SEATED_STATES = (S.OFFERED, S.CONFIRMED, S.ATTENDING, S.COMPLETED)
# These count against the number of classes that one person may have in a term. Who only
# waits has nothing yet; who is in a draw may win it.
COUNTED_STATES = (S.APPLIED, S.OFFERED, S.CONFIRMED, S.ATTENDING)
# Whoever was in one of these on a class is no longer there «for the first time».
EXPERIENCED_STATES = (S.CONFIRMED, S.ATTENDING, S.COMPLETED)


class Source(models.TextChoices):
    """By whom a person came to a run."""

    SELF = "self", _("本人")
    PROXY = "proxy", _("家人代报")
    DESK = "desk", _("柜台代报")
    GROUP = "group", _("集体")
    IMPORT = "import", _("导入")


class Cause(models.TextChoices):
    """Why an enrolment moved, where no person gave a reason of their own."""

    UNDONE = "undone", _("刚报就撤回了")
    LEFT = "left", _("不来了")
    DECLINED = "declined", _("轮到了，这次不去")
    OFFER_EXPIRED = "offer_expired", _("轮到了，没有按时确认")
    REFILLED = "refilled", _("空出名额，轮到了")
    DRAWN = "drawn", _("抽签")
    CANCELLED = "cancelled", _("这个班不开了")
    STARTED = "started", _("开课了，没有轮到")
    ACCOUNT_CLOSED = "account_closed", _("账号停用了")


class CallOutcome(models.TextChoices):
    """What came of a call; each of them ends it."""

    TOLD = "told", _("说到了")
    UNREACHED = "unreached", _("打了几次，没人接")
    WRONG_NUMBER = "wrong", _("号码不对，或没有号码")
    IN_PERSON = "in_person", _("当面说了")


class ProgressSource(models.TextChoices):
    """How the latest step of a lesson was reported."""

    WEB = "web", _("网页")
    FORM = "form", _("不用脚本的网页")
    GROUP = "group", _("集体学习")
    IMPORT = "import", _("导入")


class AttemptState(models.TextChoices):
    OPEN = "open", _("正在答")
    SUBMITTED = "submitted", _("已交")
