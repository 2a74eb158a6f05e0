"""Working days by the civil calendar: Monday to Friday.

Public holidays are not known here: the State Council names them year by year, and a
term that a holiday makes shorter is only ever read by people, who know the holiday.
"""

from datetime import date, datetime, time, timedelta

from core.civil_time import SHANGHAI

SATURDAY = 5
DAY = timedelta(days=1)


def add_workdays(day: date, number: int) -> date:
    """The working day that comes so many working days after a day.

    Args:
        day: the day on which the term begins.
        number: how many working days it has; not negative.
    """
    while number > 0:
        day += DAY
        if day.weekday() < SATURDAY:
            number -= 1
    return day


def after_workdays(start: datetime, number: int) -> datetime:
    """The same time of day so many working days later, in Shanghai.

    What begins at a weekend begins on Monday morning, at midnight.
    """
    at = start.astimezone(SHANGHAI)
    if at.weekday() >= SATURDAY:
        at = datetime.combine(add_workdays(at.date(), 1), time(), tzinfo=SHANGHAI)
    return datetime.combine(add_workdays(at.date(), number), at.timetz())
