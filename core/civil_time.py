"""Civil time: instants are UTC, dates are days in Asia/Shanghai (design §4)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, pgettext

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil_date(at: datetime | None = None) -> date:
    """The day in Shanghai at that instant (default: now)."""
    return (at or timezone.now()).astimezone(SHANGHAI).date()


def day_in_words(day: date) -> str:
    """«11 月 26 日 周四» (UX-LNG-2); the year too where it is not this one."""
    names = [
        gettext("周一"),
        gettext("周二"),
        gettext("周三"),
        gettext("周四"),
        gettext("周五"),
        gettext("周六"),
        gettext("周日"),
    ]
    values = {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "weekday": names[day.weekday()],
    }
    if day.year != civil_date().year:
        return (
            pgettext(
                "date with year", "%(year)s 年 %(month)s 月 %(day)s 日 %(weekday)s"
            )
            % values
        )
    return pgettext("date", "%(month)s 月 %(day)s 日 %(weekday)s") % values


def clock_in_words(at: datetime) -> str:
    """«上午 9:00»: a part of the day and twelve hours, never 24-hour alone."""
    local = at.astimezone(SHANGHAI)
    if local.hour < 6:
        part = gettext("凌晨")
    elif local.hour < 12:
        part = gettext("上午")
    elif local.hour < 13:
        part = gettext("中午")
    elif local.hour < 18:
        part = gettext("下午")
    else:
        part = gettext("晚上")
    hour = local.hour if local.hour <= 12 else local.hour - 12
    return f"{part} {hour}:{local.minute:02d}"
