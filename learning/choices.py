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
# Of these, in which nothing has to be moved before progress is written.
UNDER_WAY_STATES = (S.ATTENDING, S.COMPLETED)
# Who goes to the lessons of a class: on it, and it is not over for them.
GOING_STATES = (S.CONFIRMED, S.ATTENDING)
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
    GRANTED = "granted", _("特批结业")


class CallOutcome(models.TextChoices):
    """What came of a call; each but «later» ends it."""

    TOLD = "told", _("说到了")
    LATER = "later", _("没人接，晚点再打")
    UNREACHED = "unreached", _("打了几次，没人接")
    WRONG_NUMBER = "wrong", _("号码不对，或没有号码")
    IN_PERSON = "in_person", _("当面说了")
    # Of somebody who has not come for long: `learning.dormant`.
    COMES_BACK = "back", _("说好了接着学")
    IN_TROUBLE = "trouble", _("遇到难处")
    NO_ANSWER = "no_answer", _("没人接")
    NO_MORE_CALLS = "no_more", _("不用再打")


# What comes of a call that brings a notice, and of one that asks how somebody is.
NOTICE_OUTCOMES = (
    CallOutcome.TOLD,
    CallOutcome.LATER,
    CallOutcome.UNREACHED,
    CallOutcome.WRONG_NUMBER,
    CallOutcome.IN_PERSON,
)
DORMANT_OUTCOMES = (
    CallOutcome.COMES_BACK,
    CallOutcome.IN_TROUBLE,
    CallOutcome.NO_ANSWER,
    CallOutcome.NO_MORE_CALLS,
)


class ProgressSource(models.TextChoices):
    """How the latest step of a lesson was reported."""

    WEB = "web", _("网页")
    FORM = "form", _("不用脚本的网页")
    GROUP = "group", _("集体学习")
    IMPORT = "import", _("导入")


class AttemptState(models.TextChoices):
    OPEN = "open", _("正在答")
    SUBMITTED = "submitted", _("已交")


class WorkKind(models.TextChoices):
    """What a learner hands over."""

    PHOTO = "photo", _("照片")
    AUDIO = "audio", _("录音")
    FILE = "file", _("文件")


class HoursKind(models.TextChoices):
    """Where the time of an entry in the ledger was spent."""

    CLASS = "class", _("到校上课")
    ONLINE = "online", _("在家看、听")


class CertificateState(models.TextChoices):
    """What a certificate is; computed from its fields."""

    WAITING = "waiting", _("等着看")
    REFUSED = "refused", _("没有发")
    VALID = "valid", _("有效")
    REVOKED = "revoked", _("已撤销")
    REPLACED = "replaced", _("已换发")
