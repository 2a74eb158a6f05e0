"""Errors of the learning app; each message is for the person who gets it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.civil_time import SHANGHAI, clock_in_words, day_in_words
from core.exceptions import RefusedError


class EnrolmentClosedError(RefusedError):
    """The run does not take learners at that time."""

    def __str__(self) -> str:
        return str(_("这个班现在不能报名。您可以看看别的课。"))


class NotYetOpenError(EnrolmentClosedError):
    """Enrolment opens later for this person; `opens_at` says when."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at

    def __str__(self) -> str:
        return str(_("%(day)s %(clock)s 开始报名，到时候再来点就行。")) % {
            "day": day_in_words(self.opens_at.astimezone(SHANGHAI).date()),
            "clock": clock_in_words(self.opens_at),
        }


class RunFullError(RefusedError):
    """No seat was left."""

    status = 409

    def __str__(self) -> str:
        return str(_("这个班刚刚满了。您可以看看别的班。"))


class IllegalMoveError(RefusedError):
    """An enrolment cannot go from its state to the one asked for."""

    status = 409

    def __str__(self) -> str:
        return str(_("这份报名现在不能这样改。请刷新页面看看最新的情况。"))


class BusyError(RefusedError):
    """Too many people want the same class at this moment; asking again may succeed."""

    status = 409

    def __str__(self) -> str:
        return str(_("现在报名的人多，还没有办成。请等几秒钟，再点一次。"))


class ClassLimitError(RefusedError):
    """The person has as many classes in the term as one person may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return str(
            _(
                "每人一学期最多报 %(limit)s 个班，您已经报满了。"
                "想上这个班，先退掉一个；有特别情况，请找学校柜台。"
            )
        ) % {"limit": self.limit}


class AgeError(RefusedError):
    """The class is for people of another age."""

    def __init__(self, youngest: int | None, oldest: int | None) -> None:
        super().__init__(youngest, oldest)
        self.youngest = youngest
        self.oldest = oldest

    def __str__(self) -> str:
        ages = {"youngest": self.youngest, "oldest": self.oldest}
        if self.oldest is None:
            words = _("这个班收 %(youngest)s 岁以上的学员。有特别情况，请找学校柜台。")
        elif self.youngest is None:
            words = _("这个班收 %(oldest)s 岁以下的学员。有特别情况，请找学校柜台。")
        else:
            words = _(
                "这个班收 %(youngest)s 到 %(oldest)s 岁的学员。有特别情况，请找学校柜台。"
            )
        return str(words) % ages


class BirthYearNeededError(RefusedError):
    """The class asks for an age, and the account does not say one."""

    def __str__(self) -> str:
        return str(
            _(
                "这个班有年龄要求。请先在「我的账号」里填出生年份，再来报名；也可以找学校柜台。"
            )
        )


class SignatureNeededError(RefusedError):
    """From that age on a relative signs (domain §6)."""

    def __init__(self, age: int) -> None:
        super().__init__(age)
        self.age = age

    def __str__(self) -> str:
        return str(
            _(
                "%(age)s 岁以上报名，要一位家人同意并签名。请写上家人的姓名，或者到学校柜台办。"
            )
        ) % {"age": self.age}


class OverrideRefusedError(RefusedError):
    """Only the school's own staff make an exception, and they say why."""

    status = 403

    def __str__(self) -> str:
        return str(_("只有本校的工作人员可以破例，而且要写明原因。"))


class OfferExpiredError(RefusedError):
    """The time to accept the offered seat is over; it goes to the next person."""

    status = 409

    def __str__(self) -> str:
        return str(_("确认的时间过了，名额按顺序让给后面的人了。您可以再排一次队。"))


class NoOfferError(RefusedError):
    """There is no offered seat to take or to decline."""

    status = 409

    def __str__(self) -> str:
        return str(_("现在还没有轮到您。轮到的时候，我们会通知您。"))


class TooLateToLeaveError(RefusedError):
    """The class has begun; from then on the school notes who leaves."""

    def __str__(self) -> str:
        return str(_("已经开课了，网上不能退。不来了，请给学校打个电话。"))


class TooLateToUndoError(RefusedError):
    """The ten minutes are over; leaving is still possible until the class begins."""

    def __str__(self) -> str:
        return str(_("报名过了 10 分钟，不能直接撤回。不去了，请点「去不了」退掉。"))


class CapacityBelowTakenError(RefusedError):
    """A class cannot have fewer seats than people on it; `taken` says how many."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken

    def __str__(self) -> str:
        return str(
            _(
                "已经有 %(taken)s 个名额给了人，名额不能少于 %(taken)s。请填一个不小于它的数。"
            )
        ) % {"taken": self.taken}


class RunCancelledError(RefusedError):
    """The class does not take place; nothing of it is changed any more."""

    status = 409

    def __str__(self) -> str:
        return str(_("这个班已经定了不开，不能再改。要开班，请新开一个。"))


class AllocationFixedError(RefusedError):
    """People came under one rule of giving out the seats; another would be unfair."""

    status = 409

    def __str__(self) -> str:
        return str(
            _(
                "已经有人报名，或者抽签名单已经公布，"
                "怎么分名额、抽签的截止时间都不能再改。请改回原来的。"
            )
        )


class DrawNotReadyError(RefusedError):
    """The list of the draw is not closed, or was closed only just now."""

    status = 409

    def __str__(self) -> str:
        return str(_("现在还不能抽签：报名截止、名单公布一小时以后才能抽。"))


class QuotasTooLargeError(RefusedError):
    """More seats are set aside for communities than the class has."""

    def __init__(self, reserved: int, seats: int) -> None:
        super().__init__(reserved, seats)
        self.reserved = reserved
        self.seats = seats

    def __str__(self) -> str:
        return str(
            _(
                "各社区的名额加起来是 %(reserved)s，比这个班的名额 %(seats)s 多。请改小一些。"
            )
        ) % {"reserved": self.reserved, "seats": self.seats}


class BadReportError(RefusedError):
    """A progress report that no honest player sends; nothing was recorded."""

    status = 422

    def __str__(self) -> str:
        return str(_("这条学习记录对不上，没有存。请刷新页面再接着学。"))


class NotEnrolledError(RefusedError):
    """The person does not study this course."""

    status = 403

    def __str__(self) -> str:
        return str(_("您还没有报名这门课。点「免费开始学」就能学。"))
