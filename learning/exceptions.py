"""Errors of the learning app; each message is for the person who gets it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

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


class ChangedMeanwhileError(RefusedError):
    """Somebody else changed the class after the form was opened."""

    status = 409

    def __str__(self) -> str:
        return str(
            _(
                "您填的时候，别的人刚改过这个班，所以还没有存。"
                "您填的都在下面；请和现在的核对一遍，再点一次「存好」。"
            )
        )


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


class ClassNotOverError(RefusedError):
    """Lessons of the class still lie ahead, or it never met."""

    status = 409

    def __str__(self) -> str:
        return str(_("这个班的课还没有上完，上完最后一次再结课。"))


class NotCompletableError(RefusedError):
    """The person is not on the course any more, so there is nothing to complete."""

    status = 409

    def __str__(self) -> str:
        return str(_("这位学员已经不在这个班上了，不能结业。"))


class NoCertificateError(RefusedError):
    """There is no certificate in the state that the step needs."""

    status = 409

    def __str__(self) -> str:
        return str(_("这张证书已经办过了。请刷新页面看看现在的情况。"))


class CertificateRefusedError(RefusedError):
    """Not staff of the school, one's own certificate, or no reason was given."""

    def __str__(self) -> str:
        return str(
            _("证书由本校的社教专干或校长来办，要写明原因，不能给自己办。请再看看。")
        )


class NoSuchHelperError(RefusedError):
    """No account has that number: whoever helps needs one of their own."""

    def __str__(self) -> str:
        return str(_("这个手机号还没有账号。请家人先在手机上开一个账号，再来办。"))


class GroupOverError(RefusedError):
    """The sitting was ended; who was not there then did not learn with it."""

    status = 409

    def __str__(self) -> str:
        return str(_("这次集体学习已经结束了，不能再加人、减人。可以再开一次。"))


class NoAttemptsLeftError(RefusedError):
    """The learner has had as many attempts at the quiz as its lesson allows."""

    status = 409

    def __init__(self, allowed: int) -> None:
        super().__init__(allowed)
        self.allowed = allowed

    def __str__(self) -> str:
        return ngettext(
            "这个小测最多做 %(count)s 次，您已经做完了。还想再做，请找老师。",
            "这个小测最多做 %(count)s 次，您已经做完了。还想再做，请找老师。",
            self.allowed,
        ) % {"count": self.allowed}


class QuestionChangedError(RefusedError):
    """The question is not any more as it was looked at."""

    status = 409

    def __str__(self) -> str:
        return str(_("这一题刚才又改过了，还没有重新判。请回上一页，再看一遍。"))


class ReasonNeededError(RefusedError):
    """Nobody grades anew without saying why."""

    def __str__(self) -> str:
        return str(_("请写明为什么重新判。"))


class ExtraTimeError(RefusedError):
    """Per cent of the time beyond what is given to anybody."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return str(_("请填 0 到 %(most)s 之间的数。")) % {"most": self.most}


class WorkRefusedError(RefusedError):
    """A file cannot be handed over; the message says what to do."""


class AlreadyMarkedError(RefusedError):
    """Somebody else has marked the answer, or the learner changed it, meanwhile."""

    status = 409


class TooManyMessagesError(RefusedError):
    """The person has written to teachers as often as one may on a day."""

    status = 429

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return str(
            _(
                "您今天已经写了 %(limit)s 条，老师都会看到。"
                "请明天再写；着急的话，请给学校打电话。"
            )
        ) % {"limit": self.limit}


class UnknownOutcomeError(RefusedError):
    """A call had an outcome that the list does not offer."""

    status = 422

    def __str__(self) -> str:
        return str(_("请选一个结果：说好了接着学、遇到难处、没人接、不用再打。"))


class TooLateToUndoCallError(RefusedError):
    """A call that was noted longer ago stays as it was noted."""

    status = 409

    def __str__(self) -> str:
        return str(_("记下超过 10 分钟了，不能再收回。过两周他还会到名单上来。"))
