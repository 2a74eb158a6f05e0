"""Errors of the attendance app; each message is for the person who gets it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.civil_time import (
    civil_date,
    clock_in_words,
    day_in_words,
    short_day_in_words,
)
from core.exceptions import RefusedError


class ClashError(RefusedError):
    """A room or a teacher is taken at that time."""

    status = 409

    def __init__(self, subject: str, other: Any) -> None:
        super().__init__(subject)
        self.subject = subject
        self.other = other

    def _when(self) -> dict[str, str]:
        start = self.other.starts_at
        return {
            "subject": self.subject,
            "day": day_in_words(civil_date(start)),
            "from": clock_in_words(start),
            "to": clock_in_words(self.other.ends_at),
        }


class RoomTakenError(ClashError):
    """Two groups cannot meet in one room."""

    def __str__(self) -> str:
        return (
            _(
                "“%(subject)s”在 %(day)s %(from)s 到 %(to)s 已经有人用了。"
                "请换个时间，或换个教室。"
            )
            % self._when()
        )


class TeacherBusyError(ClashError):
    """A teacher cannot stand in two rooms."""

    def __str__(self) -> str:
        return (
            _(
                "%(subject)s老师在 %(day)s %(from)s 到 %(to)s 已经有课了。"
                "请换个时间，或请别的老师。"
            )
            % self._when()
        )


class SessionPastError(RefusedError):
    """What has begun stays as it was: a change moves only the future."""

    status = 409

    def __str__(self) -> str:
        return _("这次课已经开始或上过了，不能再改。可以改后面的课。")


class SessionCancelledError(RefusedError):
    """Nobody meets, so nobody is there or absent."""

    status = 409

    def __str__(self) -> str:
        return _("这次课停了，不用点名。")


class RollTooEarlyError(RefusedError):
    """Before the doors open only leave can be known."""

    status = 409

    def __str__(self) -> str:
        return _("还没到点名的时候。上课前 30 分钟开始可以点名；请假可以先记。")


class NotExpectedError(RefusedError):
    """The person is not on the list of the session."""

    status = 403

    def __str__(self) -> str:
        return _("您不在这次课的名单上。请找老师说一声，老师可以帮您办。")


class RollUnreadableError(RefusedError):
    """A phone sent what no page of ours sends."""

    def __str__(self) -> str:
        return _("这份点名看不懂，没有存。请刷新页面再点。")


class RollNotYoursError(RefusedError):
    """The account may not take that roll, or not any more; the phone keeps the taps."""

    status = 403

    def __str__(self) -> str:
        return _("现在这个账号不能给这次课点名。点过的还在这台手机上，请重新登录再送。")


class WalkInClosedError(RefusedError):
    """Whoever came without being on the list is known to be somebody by now."""

    status = 409

    def __str__(self) -> str:
        return _("这位已经认出来了，在名单上。要改的请在名单上点。")


class LeaveTooLateError(RefusedError):
    """Leave is asked for before the session begins."""

    status = 409

    def __str__(self) -> str:
        return _("这次课已经开始了，不能在这里请假。请给老师或学校打个电话。")


class CodeForgedError(RefusedError):
    """The code was not drawn by this site."""

    status = 404

    def __str__(self) -> str:
        return _("这个码不对。请扫教室里老师给的码。")


class CodeExpiredError(RefusedError):
    """The code was right a while ago, or belongs to another time."""

    status = 410

    def __str__(self) -> str:
        return _("这个码过期了，请再扫一次。")


class CodeTooEarlyError(RefusedError):
    """The code is right, and the doors are not open yet."""

    status = 409

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at

    def __str__(self) -> str:
        return _("还没到签到的时候。%(day)s %(clock)s 开始，到时候再扫一次就行。") % {
            "day": short_day_in_words(civil_date(self.opens_at)),
            "clock": clock_in_words(self.opens_at),
        }


class CardTooLateError(RefusedError):
    """Cards are read while people come in; afterwards the list says who was there."""

    status = 409

    def __str__(self) -> str:
        return _("这次课已经下课了，不能再刷卡。请在点名的名单上改。")


class CardUnknownError(RefusedError):
    """No card of this site, or one that was ended."""

    def __str__(self) -> str:
        return _("这张卡没有登记，或者作废了。请看卡上的码，或者在名单上点名。")
