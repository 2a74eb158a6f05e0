"""R-14: the clock. No class opens early, no lesson falls on the wrong day."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from core.civil_time import civil_date, midnight
from courses.choices import RunState
from courses.models import CourseRun
from courses.services.timetable import weekly_days
from courses.weeks import read_week
from learning.choices import State
from learning.exceptions import (
    EnrolmentClosedError,
    OfferExpiredError,
    TooLateToUndoError,
)
from learning.models import Enrolment
from learning.services import enrolment, waiting
from learning.services.enrolment import enrol_learner, join_queue, leave, undo
from learning.services.locks import locked_run
from learning.services.waiting import accept_offer, pass_on
from tests.factories import make_learner
from tests.learning.classes import make_class

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIVE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
TRUE_NOW = timezone.now


@pytest.fixture
def goes(monkeypatch):
    """The clock of this web server goes before, or after, that of the database.

    SQLite has no other clock than the machine: there the services alone look at a wrong
    one, and what asks for the lock at the right one.
    """

    def wrong(by: timedelta) -> None:
        def now() -> datetime:
            return TRUE_NOW() + by

        if connection.vendor == "postgresql":
            monkeypatch.setattr(timezone, "now", now)
            return
        for module in (enrolment, waiting):
            monkeypatch.setattr(module, "timezone", SimpleNamespace(now=now))

    return wrong


def test_a_clock_that_goes_before_opens_no_class_early(goes, course_a, learner):
    run = make_class(course_a, enrol_from=TRUE_NOW() + 2 * MINUTE)
    goes(FIVE)
    with pytest.raises(EnrolmentClosedError):
        enrol_learner(learner=learner, run=run)
    assert not Enrolment.objects.filter(run=run).exists()


def test_a_clock_that_goes_after_keeps_no_class_closed(goes, course_a, learner):
    run = make_class(course_a, enrol_from=TRUE_NOW() - MINUTE)
    goes(-FIVE)
    assert enrol_learner(learner=learner, run=run).state == State.CONFIRMED


def test_nor_does_it_keep_one_open(goes, course_a, learner):
    run = make_class(course_a, enrol_until=TRUE_NOW() - MINUTE)
    goes(-FIVE)
    with pytest.raises(EnrolmentClosedError):
        enrol_learner(learner=learner, run=run)


def test_an_offer_ends_when_the_database_says_so(goes, course_a):
    run = make_class(course_a, seats=1)
    first, second, third = (make_learner(name) for name in ("one", "two", "three"))
    held = enrol_learner(learner=first, run=run)
    waits = join_queue(learner=second, run=run)
    join_queue(learner=third, run=run)
    leave(enrolment=held, by=first)
    waits.refresh_from_db()
    assert waits.state == State.OFFERED
    until = TRUE_NOW() + 2 * MINUTE
    Enrolment.objects.filter(pk=waits.pk).update(offered_until=until)
    # By the clock of this server the offer is over.
    goes(FIVE)
    assert pass_on(run=run) == 0
    assert accept_offer(enrolment=waits, by=second).state == State.CONFIRMED
    # And by that of this one it would still last.
    late = Enrolment.objects.get(run=run, learner=third)
    late.state, late.offered_until = State.OFFERED, TRUE_NOW() - MINUTE
    CourseRun.objects.filter(pk=run.pk).update(capacity=2, seats_taken=2)
    late.queue_number = None
    late.save()
    goes(-FIVE)
    with pytest.raises(OfferExpiredError):
        accept_offer(enrolment=late, by=third)


def test_what_can_be_taken_back_can_by_the_same_clock(goes, course_a, learner):
    run = make_class(course_a)
    row = enrol_learner(learner=learner, run=run)
    goes(timedelta(minutes=20))
    assert undo(enrolment=row, by=learner).state == State.WITHDRAWN
    goes(timedelta())
    again = enrol_learner(learner=learner, run=run)
    again.events.update(at=TRUE_NOW() - timedelta(minutes=11))
    goes(-FIVE)
    with pytest.raises(TooLateToUndoError):
        undo(enrolment=again, by=learner)


def test_whoever_waits_for_a_class_asked_before_the_wait(course_a):
    run = make_class(course_a)
    before = TRUE_NOW() - MINUTE
    with locked_run(run.pk) as locked:
        assert before < locked.asked_at < TRUE_NOW() + MINUTE
        assert locked.asked_at.utcoffset() is not None


LAST_MOMENTS = (
    # The last day of February in a leap year, of a month, of a year; after 32 bits.
    datetime(2028, 2, 29, tzinfo=SHANGHAI),
    datetime(2028, 3, 1, tzinfo=SHANGHAI),
    datetime(2026, 12, 1, tzinfo=SHANGHAI),
    datetime(2027, 1, 1, tzinfo=SHANGHAI),
    datetime(2038, 1, 19, 11, 14, 8, tzinfo=SHANGHAI),
    datetime(2100, 3, 1, tzinfo=SHANGHAI),
)


@pytest.mark.parametrize("opens", LAST_MOMENTS, ids=str)
def test_a_class_opens_at_its_moment_and_not_before(course_a, opens):
    later = {"starts_on": date(2101, 1, 1), "ends_on": date(2101, 2, 1)}
    run = make_class(course_a, enrol_from=opens, **later)
    assert run.enrol_from == opens
    just_before = opens - timedelta(microseconds=1)
    assert run.state(just_before) is RunState.SOON
    assert run.state(opens) is RunState.OPEN
    who = make_learner("who")
    with pytest.raises(EnrolmentClosedError):
        enrol_learner(learner=who, run=run, at=just_before)
    row = enrol_learner(learner=who, run=run, at=opens.astimezone(UTC))
    row.refresh_from_db()
    assert row.events.get().at == opens


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2026, 12, 31)], ids=str)
def test_the_last_day_of_a_class_belongs_to_it(course_a, day):
    run = make_class(course_a, starts_on=day - timedelta(days=7), ends_on=day)
    after = midnight(day + timedelta(days=1))
    last = after - timedelta(microseconds=1)
    assert civil_date(last) == day
    assert run.state(last) is not RunState.ENDED
    assert run.state(after) is RunState.ENDED
    assert list(CourseRun.objects.not_over(last).filter(pk=run.pk)) == [run]
    assert not CourseRun.objects.not_over(after).filter(pk=run.pk)


def test_a_weekly_class_meets_on_the_leap_day():
    days = weekly_days(weekday=2, first=date(2028, 2, 15), closed=(), count=4)
    assert days == [
        date(2028, 2, 15),
        date(2028, 2, 22),
        date(2028, 2, 29),
        date(2028, 3, 7),
    ]


def test_a_week_over_the_end_of_a_year_is_one(course_a):
    monday = date(2026, 12, 28)
    week = read_week(monday=monday, at=datetime(2027, 1, 1, tzinfo=SHANGHAI))
    assert [one.day for one in week.days] == [
        monday + timedelta(days=number) for number in range(7)
    ]
    assert [one.day for one in week.days if one.is_today] == [date(2027, 1, 1)]
    # A moment before midnight it is still the old year's.
    just_before = midnight(date(2027, 1, 1)) - timedelta(microseconds=1)
    week = read_week(monday=monday, at=just_before)
    assert [one.day for one in week.days if one.is_today] == [date(2026, 12, 31)]
