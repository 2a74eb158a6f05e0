"""Scans, lists and sheets at the same second: with real threads, on both databases."""

import pytest

from attendance.checkin import make_token
from attendance.models import AttendanceRecord
from attendance.services.checkin import check_in
from attendance.services.roll import save_roll
from learning.models import CallTask
from tests.attendance.rolls import make_roll
from tests.learning.test_race import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_one_phone_that_scans_many_times_at_once_makes_one_record(course_a, teacher_a):
    _run, sessions, people = make_roll(course_a, teacher_a, people=1)
    at = sessions[0].starts_at
    token = make_token(sessions[0].pk, at)
    results = at_once(
        lambda number: check_in(token=token, learner=people[0], at=at).state, 8
    )
    assert results == ["present"] * 8
    assert AttendanceRecord.objects.count() == 1


def test_a_list_and_scans_at_once_end_as_the_rule_says(course_a, teacher_a):
    _run, sessions, people = make_roll(course_a, teacher_a, people=4)
    at = sessions[0].starts_at
    token = make_token(sessions[0].pk, at)

    def work(number):
        if number < 4:
            return check_in(token=token, learner=people[number], at=at) and 1
        said = {one.pk: "absent" for one in people}
        return save_roll(session=sessions[0], states=said, by=teacher_a, at=at)

    results = at_once(work, 6)
    assert not [one for one in results if isinstance(one, Exception)]
    words = list(AttendanceRecord.objects.values_list("state", "source"))
    assert words == [("absent", "teacher")] * 4


def test_two_lists_of_a_third_absence_at_once_make_one_call(course_a, teacher_a):
    _run, sessions, people = make_roll(course_a, teacher_a, people=1)

    def say(number):
        session = sessions[number % 4]
        said = {people[0].pk: "absent"}
        return save_roll(
            session=session, states=said, by=teacher_a, at=session.starts_at
        )

    results = at_once(say, 8)
    assert not [one for one in results if isinstance(one, Exception)]
    assert CallTask.objects.count() == 1
