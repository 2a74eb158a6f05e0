"""How old a column may be (LAW-28). Pure; the numbers are `settings.CONTENT_HEALTH`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings

from health.choices import Verdict


class ColumnKind(StrEnum):
    """What kind of column it is: inspections measure each by its own limit."""

    HOME = "home"
    NEWS = "news"
    NOTICES = "notices"
    OTHERS = "others"


@dataclass(frozen=True)
class Limit:
    """How long, in days: stale on the day after `stale_days`, said `soon_days` before."""

    stale_days: int
    soon_days: int


@dataclass(frozen=True)
class Age:
    """How a column stands; `days` since the last change, `days_left` until it is stale.

    Both are None where nothing is there, or nobody knows since when.
    """

    verdict: Verdict
    changed_on: date | None = None
    days: int | None = None
    days_left: int | None = None

    @property
    def needs_action(self) -> bool:
        return self.verdict is not Verdict.FRESH

    @property
    def days_over(self) -> int:
        """For how many days it has been stale; 0 while it is not."""
        return max(0, -(self.days_left or 0))


def limit_of(kind: ColumnKind) -> Limit:
    """The limit of columns of that kind."""
    stale_days, soon_days = settings.CONTENT_HEALTH["columns"][kind.value]
    return Limit(stale_days, soon_days)


def judge(changed_on: date | None, limit: Limit, today: date) -> Age:
    """How a column stands that was changed last on that day.

    Without a day there is something whose date nobody knows: stale, as an inspector
    would find it.
    """
    if changed_on is None:
        return Age(Verdict.STALE)
    days = (today - changed_on).days
    left = limit.stale_days - days
    if left < 0:
        verdict = Verdict.STALE
    elif left <= limit.soon_days:
        verdict = Verdict.SOON
    else:
        verdict = Verdict.FRESH
    return Age(verdict, changed_on, days, left)
