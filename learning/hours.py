"""Hours in words and figures: class hours, minutes online, and points as a view of them.

The ledger (`HoursEntry`) holds seconds; nothing else of this is kept.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from core.civil_time import civil_date
from learning.choices import HoursKind

# One hour of a class (学时) is 45 minutes.
CLASS_HOUR = timedelta(minutes=45)
# Points as the domain suggests (§7): one for an hour of class, one for 30 minutes online,
# at most four a day for what is learnt at home; none for signing in or clicking.
POINT_ONLINE_S = 30 * 60
POINTS_ONLINE_A_DAY = 4


def class_hours(spent: timedelta) -> float:
    """Hours of 45 minutes, cut to tenths: a record never says more than was."""
    return int(spent * 10 / CLASS_HOUR) / 10


def points_of(entries: Iterable[tuple[str, int, datetime]]) -> int:
    """The points that entries of one person's ledger are worth.

    Args:
        entries: kind, seconds and when it was learnt.
    """
    in_class = 0
    online: dict[date, int] = defaultdict(int)
    for kind, seconds, at in entries:
        if kind == HoursKind.CLASS:
            in_class += seconds
        else:
            online[civil_date(at)] += seconds
    at_home = sum(
        min(POINTS_ONLINE_A_DAY, seconds // POINT_ONLINE_S)
        for seconds in online.values()
    )
    return int(timedelta(seconds=in_class) / CLASS_HOUR) + at_home
