"""The roll: one record for each person and session, whatever the way and the order."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.choices import AttendanceState, Source
from attendance.exceptions import (
    LeaveTooLateError,
    NotExpectedError,
    RollTooEarlyError,
    SessionCancelledError,
)
from attendance.join import Mark, join
from attendance.models import AttendanceRecord
from attendance.services import roll as roll_services
from attendance.services.roll import (
    ask_leave,
    record_mark,
    record_marks,
    save_roll,
    take_leave_back,
)
from core.models import AuditEntry
from learning.models import CallTask
from tests.attendance.rolls import DAY, MINUTE, make_roll
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
PRESENT, LATE, LEAVE, ABSENT = AttendanceState.values


@pytest.fixture
def roll(course_a, teacher_a):
    return make_roll(course_a, teacher_a)


def states(session):
    return dict(session.records.values_list("attendee__username", "state"))


def test_the_database_refuses_a_second_record_and_words_that_nobody_knows(roll):
    _run, sessions, people = roll
    facts = {"session": sessions[0], "attendee": people[0]}
    AttendanceRecord.objects.create(state=PRESENT, source=Source.QR, **facts)
    wrong = [
        {**facts, "state": ABSENT, "source": Source.TEACHER},
        {**facts, "attendee": people[1], "state": "asleep", "source": Source.QR},
        {**facts, "attendee": people[1], "state": PRESENT, "source": "face"},
        {**facts, "attendee": people[1], "state": PRESENT, "source": Source.SELF},
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            AttendanceRecord.objects.create(**row)


def test_marks_of_one_person_end_in_one_record_whatever_the_order(roll):
    _run, sessions, people = roll
    start = sessions[0].starts_at
    marks = [
        Mark(LEAVE, Source.SELF, start - DAY, people[0].pk),
        Mark(PRESENT, Source.QR, start, people[0].pk),
        Mark(LATE, Source.TEACHER, start + 5 * MINUTE, None),
    ]
    for session, order in zip(sessions, (marks, marks[::-1], marks * 2), strict=False):
        for mark in order:
            record_mark(session=session, attendee_id=people[0].pk, mark=mark)
        assert session.records.get().mark == marks[2]


def test_many_marks_at_once_end_as_one_by_one(roll):
    _run, sessions, people = roll
    first, start = sessions[0], sessions[0].starts_at
    scan = Mark(PRESENT, Source.QR, start, people[0].pk)
    record_mark(session=first, attendee_id=people[0].pk, mark=scan)
    late = Mark(LATE, Source.TEACHER, start + 5 * MINUTE, None)
    leave = Mark(LEAVE, Source.SELF, start - DAY, people[0].pk)
    marks = {one.pk: late for one in people}
    assert record_marks(session=first, marks=marks) == sorted(marks)
    assert {one.mark for one in first.records.all()} == {late}
    # What is older changes nothing, and says so.
    assert record_marks(session=first, marks={people[0].pk: leave}) == []
    assert record_marks(session=first, marks={}) == []
    assert first.records.count() == len(people)


def test_who_scans_while_the_roll_is_being_written_is_joined(roll):
    _run, sessions, people = roll
    session, start = sessions[0], sessions[0].starts_at
    scan = Mark(PRESENT, Source.QR, start + 9 * MINUTE, people[0].pk)
    record_mark(session=session, attendee_id=people[0].pk, mark=scan)
    said = Mark(ABSENT, Source.TEACHER, start, None)
    marks = {one.pk: said for one in people}
    # The roll had read before that nobody was there.
    wrote = roll_services._write_new(session, marks)
    kept = {row.attendee_id: row.mark for row in session.records.all()}
    assert kept == marks | {people[0].pk: join(scan, said)}
    assert set(wrote) == {one for one in marks if kept[one] != scan}


def test_a_full_room_asks_the_database_no_more_than_three_people(course_a, teacher_a):
    """Also where they stay away for the third time, and where that is put right."""
    _run, sessions, people = make_roll(course_a, teacher_a, people=12)
    few, many = people[:3], people

    def asked(session, who, state):
        said = {one.pk: state for one in who}
        at = session.starts_at + MINUTE
        with CaptureQueriesContext(connection) as captured:
            assert save_roll(session=session, states=said, by=teacher_a, at=at)
        return len(captured)

    asked(sessions[0], many, ABSENT)
    asked(sessions[1], many, ABSENT)
    assert asked(sessions[2], few, ABSENT) == asked(sessions[3], many, ABSENT)
    assert CallTask.objects.count() == len(many)
    assert asked(sessions[2], few, LATE) == asked(sessions[3], many, LATE)


def test_saving_the_roll_twice_changes_nothing_more_and_is_audited_once(
    roll, teacher_a
):
    _run, sessions, people = roll
    session, at = sessions[0], sessions[0].starts_at
    said = {people[0].pk: PRESENT, people[1].pk: LATE, people[2].pk: ABSENT}
    for _time in range(2):
        save_roll(session=session, states=said, by=teacher_a, at=at)
    assert states(session) == {"r0": PRESENT, "r1": LATE, "r2": ABSENT}
    entry = AuditEntry.objects.get(action="attendance.roll")
    assert entry.school_id == session.school_id
    assert [people[0].pk, "", PRESENT] in entry.detail["changes"]
    assert "学员" not in str(entry.detail)


def test_a_teacher_puts_a_slip_right_and_a_scan_stays_a_scan(roll, teacher_a):
    _run, sessions, people = roll
    session, at = sessions[0], sessions[0].starts_at
    record_mark(
        session=session,
        attendee_id=people[0].pk,
        mark=Mark(PRESENT, Source.QR, at, people[0].pk),
    )
    both = {people[0].pk: PRESENT, people[1].pk: ABSENT}
    save_roll(session=session, states=both, by=teacher_a, at=at + MINUTE)
    save_roll(
        session=session,
        states={people[1].pk: PRESENT},
        by=teacher_a,
        at=at + 2 * MINUTE,
    )
    assert states(session) == {"r0": PRESENT, "r1": PRESENT}
    assert session.records.get(attendee=people[0]).source == Source.QR


def test_the_head_count_stands_apart_from_the_records(roll, teacher_a):
    _run, sessions, _people = roll
    session = sessions[0]
    save_roll(
        session=session,
        states={},
        by=teacher_a,
        headcount=30,
        walk_ins=4,
        at=session.starts_at,
    )
    session.refresh_from_db()
    assert (session.headcount, session.walk_ins) == (30, 4)
    assert not session.records.exists()


def test_before_the_doors_open_only_leave_is_written(roll, teacher_a):
    _run, sessions, people = roll
    session = sessions[0]
    early = session.starts_at - 31 * MINUTE
    one = people[0].pk
    save_roll(session=session, states={one: LEAVE}, by=teacher_a, at=early)
    with pytest.raises(RollTooEarlyError):
        save_roll(session=session, states={one: ABSENT}, by=teacher_a, at=early)
    save_roll(session=session, states={one: PRESENT}, by=teacher_a, at=early + MINUTE)
    assert states(session) == {"r0": PRESENT}


def test_somebody_who_is_not_on_the_list_is_not_written_down(roll, teacher_a):
    _run, sessions, people = roll
    said = {people[0].pk: PRESENT, make_learner("stranger").pk: PRESENT}
    with pytest.raises(NotExpectedError):
        save_roll(
            session=sessions[0], states=said, by=teacher_a, at=sessions[0].starts_at
        )
    assert not sessions[0].records.exists()


def test_a_cancelled_session_has_no_roll_and_no_leave(roll, teacher_a):
    _run, sessions, people = roll
    session = sessions[0]
    session.state = "cancelled"
    session.save()
    with pytest.raises(SessionCancelledError):
        save_roll(session=session, states={}, by=teacher_a)
    with pytest.raises(SessionCancelledError):
        ask_leave(session=session, learner=people[0])


def test_leave_is_asked_before_the_session_begins_and_can_be_taken_back(
    roll, teacher_a
):
    _run, sessions, people = roll
    session, before = sessions[0], sessions[0].starts_at - MINUTE
    for _time in range(2):
        ask_leave(session=session, learner=people[0], at=before)
    assert states(session) == {"r0": LEAVE}
    take_leave_back(session=session, learner=people[0], at=before)
    assert states(session) == {}
    with pytest.raises(LeaveTooLateError):
        ask_leave(session=session, learner=people[0], at=session.starts_at)
    with pytest.raises(NotExpectedError):
        ask_leave(session=session, learner=make_learner("stranger"), at=before)
    # What the teacher wrote down is not the learner's to take back.
    save_roll(session=session, states={people[1].pk: LEAVE}, by=teacher_a, at=before)
    take_leave_back(session=session, learner=people[1], at=before)
    assert states(session) == {"r1": LEAVE}


def test_records_are_seen_by_their_person_the_teacher_and_the_school(
    roll, teacher_a, teacher_b, clerk_a, clerk_b, other_teacher_a, site_admin
):
    _run, sessions, people = roll
    save_roll(
        session=sessions[0],
        states={one.pk: PRESENT for one in people},
        by=teacher_a,
        at=sessions[0].starts_at,
    )
    seen = {
        user.username: AttendanceRecord.objects.visible_to(user).count()
        for user in (
            people[0], teacher_a, clerk_a, teacher_b, clerk_b, other_teacher_a,
            site_admin,
        )
    }  # fmt: skip
    assert seen == {
        "r0": 1, "teacher_a": 3, "clerk_a": 3, "teacher_b": 0, "clerk_b": 0,
        "other_teacher_a": 0, "site_admin": 0,
    }  # fmt: skip
