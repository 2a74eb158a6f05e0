"""The day of an instant is the same in the database and in Python."""

from datetime import UTC, datetime, timedelta

import pytest
from wagtail.models import Page

from core.civil_time import CivilDay, civil_date

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

INSTANTS = (
    datetime(2026, 2, 28, 15, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 2, 28, 16, 0, 0, 0, tzinfo=UTC),
    datetime(2028, 2, 28, 16, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 12, 31, 16, 30, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(1992, 7, 1, 15, 59, tzinfo=UTC),
)


@pytest.mark.parametrize("at", INSTANTS, ids=str)
@pytest.mark.parametrize("moved", [timedelta(), timedelta(hours=8)], ids=str)
def test_the_day_is_that_of_shanghai(school_a, at, moved):
    Page.objects.update(last_published_at=at + moved)
    found = Page.objects.values_list(CivilDay("last_published_at"), flat=True)
    assert set(found) == {civil_date(at + moved)}


def test_of_no_instant_there_is_no_day(school_a):
    Page.objects.update(go_live_at=None)
    assert set(Page.objects.values_list(CivilDay("go_live_at"), flat=True)) == {None}
