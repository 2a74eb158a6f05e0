"""Scans, lists and sheets at the same second: with real threads, on both databases."""

import time

import pytest
from django.db import IntegrityError

from attendance.checkin import make_token
from attendance.exceptions import WalkInClosedError
from attendance.join import Mark, join
from attendance.models import AttendanceRecord
from attendance.services import checkin
from attendance.services import roll as roll_services
from attendance.services.checkin import check_in
from attendance.services.roll import record_mark, save_roll
from attendance.services.walk_ins import claim_walk_in, note_walk_in
from learning.models import CallTask
from tests.attendance.rolls import make_roll
from tests.learning.test_race import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
PAUSE_S = 0.3


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


def test_a_scan_and_a_list_of_nobody_at_once_leave_a_session_that_was_held(
    course_a, teacher_a
):
    """The list says «nobody», not of whom: whatever comes first, somebody was there."""
    _run, sessions, people = make_roll(course_a, teacher_a, people=2)
    session, at = sessions[0], sessions[0].starts_at
    token = make_token(session.pk, at)

    def work(number):
        if number % 2:
            return check_in(token=token, learner=people[0], at=at) and 1
        said = {people[1].pk: "absent"}
        return save_roll(session=session, states=said, by=teacher_a, at=at)

    results = at_once(work, 8)
    assert not [one for one in results if isinstance(one, Exception)]
    session.refresh_from_db()
    assert session.state == "held"


def test_a_walk_in_that_several_claim_at_once_is_one_of_them(course_a, teacher_a):
    _run, sessions, people = make_roll(course_a, teacher_a, people=4)
    session = sessions[0]
    row = note_walk_in(
        session=session, name="王", by=teacher_a, key="k", at=session.starts_at
    )

    def claim(number):
        return claim_walk_in(
            walk_in=row, person=people[number % 4], by=teacher_a
        ).attendee_id

    results = at_once(claim, 8)
    row.refresh_from_db()
    others = [one for one in results if isinstance(one, Exception)]
    assert {type(one) for one in others} == {WalkInClosedError}
    assert set(results) - set(others) == {row.record.attendee_id}
    assert AttendanceRecord.objects.count() == 1


def test_a_walk_in_that_a_page_sends_several_times_at_once_is_one(course_a, teacher_a):
    _run, sessions, _people = make_roll(course_a, teacher_a, people=0)
    session = sessions[0]
    results = at_once(
        lambda _n: (
            note_walk_in(
                session=session, name="王", by=teacher_a, key="k", at=session.starts_at
            ).pk
        ),
        8,
    )
    assert len(set(results)) == 1


# --- The tests of the tests above: the guard is off, and they would see it --------------


def look_then_write(*, session, attendee_id, mark):
    """The mark as naive code writes it: look, decide, and write whatever came between."""
    row = AttendanceRecord.objects.filter(session=session, attendee=attendee_id).first()
    kept = join(row.mark, mark) if row else mark
    time.sleep(PAUSE_S)
    facts = {"state": kept.state, "source": kept.source, "at": kept.at}
    if row is None:
        AttendanceRecord.objects.create(
            session=session, attendee_id=attendee_id, by_id=kept.by_id, **facts
        )
    else:
        AttendanceRecord.objects.filter(pk=row.pk).update(by_id=kept.by_id, **facts)
    return True


@pytest.fixture
def without_guard(monkeypatch):
    """No join under a lock, and no transaction that would hold the others up."""
    for module in (checkin, roll_services):
        monkeypatch.setattr(module, "record_mark", look_then_write)
    monkeypatch.setattr(checkin, "lock_session", lambda session: session)
    return check_in.__wrapped__, save_roll.__wrapped__


def test_without_the_guard_a_phone_that_scans_at_once_is_answered_with_a_fault(
    course_a, teacher_a, without_guard
):
    """The database's own constraint is what is left: no second row, but no answer either."""
    scan, _save = without_guard
    _run, sessions, people = make_roll(course_a, teacher_a, people=1)
    at = sessions[0].starts_at
    token = make_token(sessions[0].pk, at)
    results = at_once(lambda _n: scan(token=token, learner=people[0], at=at), 8)
    assert [one for one in results if isinstance(one, IntegrityError)]
    assert AttendanceRecord.objects.count() == 1


def test_without_the_guard_a_scan_overwrites_what_the_teacher_said(
    course_a, teacher_a, without_guard, monkeypatch
):
    scan, _save = without_guard
    _run, sessions, people = make_roll(course_a, teacher_a, people=4)
    at = sessions[0].starts_at
    token = make_token(sessions[0].pk, at)
    for one in people:
        mark = Mark("leave", "self", at, one.pk)
        record_mark(session=sessions[0], attendee_id=one.pk, mark=mark)

    def work(number):
        if number < 4:
            return scan(token=token, learner=people[number], at=at) and 1
        time.sleep(PAUSE_S / 2)
        mark = Mark("absent", "teacher", at, teacher_a.pk)
        return [
            record_mark(session=sessions[0], attendee_id=one.pk, mark=mark)
            for one in people
        ]

    at_once(work, 5)
    words = set(AttendanceRecord.objects.values_list("state", "source"))
    assert words != {("absent", "teacher")}
