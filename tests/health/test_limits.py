"""How old a column may be, as a function of days."""

from datetime import date, timedelta

import pytest
from django.conf import settings

from health.choices import Verdict
from health.limits import Age, ColumnKind, Limit, judge, limit_of

TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("days", "verdict", "left"),
    [
        (0, Verdict.FRESH, 14),
        (10, Verdict.FRESH, 4),
        (11, Verdict.SOON, 3),
        (14, Verdict.SOON, 0),
        (15, Verdict.STALE, -1),
        (400, Verdict.STALE, -386),
    ],
)
def test_a_column_of_two_weeks_is_stale_on_the_fifteenth_day(days, verdict, left):
    age = judge(TODAY - timedelta(days=days), Limit(14, 3), TODAY)
    assert (age.verdict, age.days, age.days_left) == (verdict, days, left)
    assert age.days_over == max(0, -left)


def test_what_is_there_since_nobody_knows_when_is_stale():
    assert judge(None, Limit(14, 3), TODAY) == Age(Verdict.STALE)


def test_the_limits_are_those_of_the_national_inspection():
    """LAW-28: two weeks for the home page and news, half a year for notices."""
    assert limit_of(ColumnKind.HOME).stale_days == 14
    assert limit_of(ColumnKind.NEWS).stale_days == 14
    assert limit_of(ColumnKind.NOTICES).stale_days == 183
    assert set(settings.CONTENT_HEALTH["columns"]) == {one.value for one in ColumnKind}
    assert settings.CONTENT_HEALTH["reply_days"] == 90
    assert settings.CONTENT_HEALTH["fails_at"] == {
        "news": 5, "others": 10, "empty": 5, "replies": 1,
    }  # fmt: skip
