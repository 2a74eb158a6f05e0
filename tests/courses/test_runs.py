"""A class: its state is one pure function; its words say what can be done."""

from datetime import date, datetime, time, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from core.civil_time import SHANGHAI, civil_date
from courses.choices import Allocation, RunState
from courses.models import CourseRun
from courses.models.run import is_open, run_state
from courses.run_words import (
    RunCard,
    RunPlace,
    card_of_course,
    read_cards,
    weekly_words,
)

NOW = datetime(2026, 11, 26, 10, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
PLAN = {
    "cancelled_at": None,
    "enrol_from": NOW - DAY,
    "enrol_until": NOW + DAY,
    "starts_on": date(2026, 12, 3),
    "ends_on": date(2026, 12, 31),
    "capacity": 10,
    "seats_taken": 3,
    "allocation": Allocation.FIRST_COME,
}


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        (RunState.SOON, {"enrol_from": NOW + DAY, "enrol_until": NOW + 2 * DAY}),
        (RunState.OPEN, {}),
        (RunState.OPEN, {"enrol_from": NOW}),
        (RunState.OPEN, {"capacity": None, "seats_taken": 900}),
        (RunState.OPEN, {"starts_on": date(2026, 11, 20)}),  # late joiners
        (RunState.OPEN, {"allocation": Allocation.DRAW, "seats_taken": 10}),
        (RunState.FULL, {"seats_taken": 10}),
        (RunState.FULL, {"enrol_until": NOW}),
        (RunState.DRAW, {"allocation": Allocation.DRAW, "enrol_until": NOW}),
        (
            RunState.FULL,
            {"allocation": Allocation.DRAW, "enrol_until": NOW, "drawn_at": NOW},
        ),
        (RunState.RUNNING, {"starts_on": date(2026, 11, 26), "enrol_until": NOW}),
        (RunState.RUNNING, {"starts_on": date(2026, 11, 26), "enrol_until": None}),
        (RunState.RUNNING, {"starts_on": date(2026, 11, 1), "ends_on": NOW.date(),
                            "enrol_until": NOW}),
        (RunState.ENDED, {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 25)}),
        (RunState.CANCELLED, {"cancelled_at": NOW}),
        (RunState.OPEN, {"cancelled_at": NOW + DAY}),
    ],
)  # fmt: skip
def test_the_state_of_a_class_is_a_pure_function(state, facts):
    assert run_state(at=NOW, **{**PLAN, **facts}) is state


def every_kind_of_class(course):
    """A class for each way in which its dates and seats can lie about now."""
    today = civil_date(NOW)
    moments = (None, NOW - DAY, NOW, NOW + DAY)
    days = (None, today - DAY, today, today + DAY)
    seats = ((None, 9), (5, 4), (5, 5))
    for cancelled, begins, until, first, last, (capacity, taken), way in product(
        moments, moments, moments, days, days, seats, Allocation.values
    ):
        if begins and until and begins >= until:
            continue
        if first and last and first > last:
            continue
        yield CourseRun(
            course=course,
            school=course.school,
            cancelled_at=cancelled,
            enrol_from=begins,
            enrol_until=until,
            starts_on=first,
            ends_on=last,
            capacity=capacity,
            seats_taken=taken,
            allocation=way,
        )


@pytest.mark.postgres
def test_a_query_finds_the_classes_that_take_people(course_a):
    CourseRun.objects.bulk_create(every_kind_of_class(course_a))
    classes = CourseRun.objects.dated()
    takes_people = {run.pk for run in classes if run.state(NOW) is RunState.OPEN}
    found = classes.filter(is_open(NOW, civil_date(NOW))).values_list("pk", flat=True)
    assert set(found) == takes_people
    assert 0 < len(takes_people) < classes.count()


def test_a_day_ends_at_midnight_in_shanghai():
    last = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 26)}
    late = datetime(2026, 11, 26, 23, 59, tzinfo=SHANGHAI)
    facts = {**PLAN, **last, "enrol_until": NOW}
    assert run_state(at=late, **facts) is RunState.RUNNING
    assert run_state(at=late + timedelta(minutes=1), **facts) is RunState.ENDED


def card(at=NOW, place=None, **facts):
    values = {**PLAN, "allocation": Allocation.FIRST_COME, **facts}
    run = CourseRun(**values)
    run.session_total, run.session_begun, run.next_at = 5, 0, None
    return RunCard(run, run.state(at), place or RunPlace())


@pytest.mark.parametrize(
    ("words", "kind", "facts"),
    [
        ("还剩 7 个名额", "ok", {}),
        ("还剩 2 个名额", "few", {"seats_taken": 8}),
        ("名额充足", "ok", {"capacity": None}),
        ("报名登记，11 月 27 日抽签", "soon", {"allocation": Allocation.DRAW}),
        (
            "11 月 27 日 上午 10:00 开始报名",
            "soon",
            {"enrol_from": NOW + DAY, "enrol_until": None},
        ),
        ("这个班不开了", "err", {"cancelled_at": NOW - DAY}),
        ("报名结束了", "", {"enrol_until": NOW}),
    ],
)
def test_seats_in_words(words, kind, facts):
    one = card(**facts)
    assert (one.seats_label, one.seats_kind) == (words, kind)


def test_a_full_class_says_who_stands_in_front_and_offers_the_queue():
    place = RunPlace(queue=3, takes_queue=True, enrol_href="/x/")
    full = card(seats_taken=10, place=place)
    assert full.seats_label == "满了，前面排 3 人"
    assert (full.action_label, full.action_href) == ("排队", "/x/")
    place.queue = 0
    assert full.seats_label == "满了，可以排队"
    closed = card(seats_taken=10, place=RunPlace(queue=3, enrol_href="/x/"))
    assert (closed.action_label, closed.action_href) == ("", "")


def test_ones_own_place_comes_before_the_seats():
    own = RunPlace(own_label="报上了", own_kind="ok", own_href="/y/", own_action="看")
    mine = card(seats_taken=10, place=own)
    assert (mine.seats_label, mine.action_href) == ("报上了", "/y/")
    open_one = card()
    assert card_of_course([open_one, mine]) is mine
    assert card_of_course([card(cancelled_at=NOW - DAY)]) is None


def test_when_a_class_meets_in_words():
    meets = {"weekday": 3, "start_time": time(14), "end_time": time(15)}
    assert card(**meets).when_words == "每周三 下午 2:00"
    assert card(**meets).short_when_words == weekly_words(card(**meets).run)
    assert weekly_words(CourseRun(**meets)) == "周三 下午 2:00"
    # Of a class on single days there is nothing to say about every week.
    for part in ({"weekday": 3}, {"start_time": time(14)}, {}):
        assert weekly_words(CourseRun(**part)) == ""
    assert card().short_when_words == ""


@pytest.mark.django_db
def test_classes_that_are_over_called_off_or_without_dates(course_a):
    last, before = civil_date(NOW), civil_date(NOW) - timedelta(days=1)

    def made(**facts):
        return CourseRun.objects.create(
            course=course_a, school=course_a.school, **facts
        )

    endless = made()
    today = made(starts_on=last, ends_on=last)
    made(starts_on=before, ends_on=before)
    off = made(cancelled_at=NOW)
    dated = CourseRun.objects.dated()
    assert set(dated.not_over(NOW)) == {endless, today, off}
    assert set(dated.not_over(NOW).not_cancelled()) == {endless, today}
    assert set(CourseRun.objects.shown(NOW)) == {endless, today, off}
    assert not dated.filter(is_self_paced=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"weekday": 8},
        {"start_time": "10:00", "end_time": "09:00"},
        {"start_time": "10:00", "end_time": None},
        {"age_min": 60, "age_max": 50},
        {"enrol_from": NOW, "enrol_until": NOW},
        {"enrol_from": NOW, "residents_from": NOW + DAY},
        {"returning_from": NOW, "residents_from": NOW - DAY},
        {"offer_hours": 0},
    ],
)
def test_the_database_refuses_a_plan_that_cannot_be(course_a, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseRun.objects.create(course=course_a, school=course_a.school, **facts)


@pytest.mark.django_db
def test_without_classes_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert read_cards(RequestFactory().get("/"), []) == []
