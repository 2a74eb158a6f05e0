"""Civil time: instants are UTC, dates are days in Asia/Shanghai (design §4)."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.language import is_chinese

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
# Whole names, because other languages have a word for each month.
MONTHS = (
    gettext_lazy("1 月"),
    gettext_lazy("2 月"),
    gettext_lazy("3 月"),
    gettext_lazy("4 月"),
    gettext_lazy("5 月"),
    gettext_lazy("6 月"),
    gettext_lazy("7 月"),
    gettext_lazy("8 月"),
    gettext_lazy("9 月"),
    gettext_lazy("10 月"),
    gettext_lazy("11 月"),
    gettext_lazy("12 月"),
)
# The parts of a day and the hour at which each ends.
PARTS_OF_A_DAY = (
    (6, pgettext_lazy("clock", "凌晨 {time}")),
    (12, pgettext_lazy("clock", "上午 {time}")),
    (13, pgettext_lazy("clock", "中午 {time}")),
    (18, pgettext_lazy("clock", "下午 {time}")),
    (24, pgettext_lazy("clock", "晚上 {time}")),
)


def civil_date(at: datetime | None = None) -> date:
    """The day in Shanghai at that instant (default: now)."""
    return (at or timezone.now()).astimezone(SHANGHAI).date()


class CivilDay(TruncDate):
    """The day of an instant, in the database; none of a time before 1992.

    SQLite's own function: Django's is one of Python, called for each row. Since summer
    time was given up in 1991 the clock is eight hours ahead.
    """

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, tzinfo=SHANGHAI, **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """`date` of the text that an instant is kept as, in UTC; of whole seconds.

        It would round them, and the last millisecond of a day is not the next day.
        """
        sql, places = compiler.compile(self.lhs)
        return f"date(substr({sql}, 1, 19), '+8 hours')", places


def midnight(day: date) -> datetime:
    """The first instant of a day in Shanghai."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def month_in_words(day: date) -> str:
    """«11 月»."""
    return str(MONTHS[day.month - 1])


def weekday_in_words(day: date) -> str:
    """«周四»."""
    return str(WEEKDAYS[day.weekday()])


def day_in_words(day: date) -> str:
    """«11 月 26 日 周四» (UX-LNG-2); the year too where it is not this one."""
    values = {
        "year": day.year,
        "month": month_in_words(day),
        "day": day.day,
        "weekday": weekday_in_words(day),
    }
    if day.year != civil_date().year:
        return (
            pgettext("date with year", "%(year)s 年 %(month)s %(day)s 日 %(weekday)s")
            % values
        )
    return pgettext("date", "%(month)s %(day)s 日 %(weekday)s") % values


def clock_in_words(at: datetime) -> str:
    """«上午 9:00»: a part of the day and twelve hours, never 24-hour alone."""
    local = at.astimezone(SHANGHAI)
    words = next(words for end, words in PARTS_OF_A_DAY if local.hour < end)
    hour = local.hour if local.hour <= 12 else local.hour - 12
    if hour == 0 and not is_chinese():
        hour = 12  # «凌晨 0:30» is «12:30 am»
    return str(words).format(time=f"{hour}:{local.minute:02d}")


def time_in_words(clock: time) -> str:
    """`clock_in_words` of a time at which something happens on whatever day."""
    return clock_in_words(datetime.combine(civil_date(), clock, tzinfo=SHANGHAI))


def short_day_in_words(day: date) -> str:
    """«12 月 1 日», where the weekday is said already or does not matter."""
    return pgettext("date without weekday", "%(month)s %(day)s 日") % {
        "month": month_in_words(day),
        "day": day.day,
    }


def clock_span_in_words(start: datetime, end: datetime) -> str:
    """«下午 2:00 到 3:20»: the part of the day is said once where it is the same."""
    first, last = clock_in_words(start), clock_in_words(end)
    if is_chinese() and first.split(" ")[0] == last.split(" ")[0]:
        last = last.split(" ", 1)[1]
    return pgettext("span of the clock", "%(start)s 到 %(end)s") % {
        "start": first,
        "end": last,
    }
