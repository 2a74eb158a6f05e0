"""When a session was held: somebody came, or heads were counted, once it has begun."""

import pytest
from django.core.management import call_command

from attendance.checkin import make_token
from attendance.choices import AttendanceState, SessionState
from attendance.models import Session
from attendance.services.checkin import check_in
from attendance.services.roll import ask_leave, save_roll
from learning.due import rolls_not_taken
from tests.attendance.rolls import BEFORE, MINUTE, make_roll
from tests.attendance.test_checkin import clock  # noqa: F401

pytestmark = pytest.mark.django_db
PRESENT, LATE, LEAVE, ABSENT = AttendanceState.values
HELD, PLANNED = SessionState.HELD, SessionState.PLANNED


@pytest.fixture
def roll(course_a, teacher_a):
    return make_roll(course_a, teacher_a)


def state_of(session):
    return Session.objects.get(pk=session.pk).state


def save(roll, said, *, by, minutes=0, **counts):
    _run, sessions, people = roll
    save_roll(
        session=sessions[0],
        states={people[number].pk: state for number, state in said.items()},
        by=by,
        at=sessions[0].starts_at + minutes * MINUTE,
        **counts,
    )
    return state_of(sessions[0])


@pytest.mark.parametrize(
    ("said", "counts", "state"),
    [
        ({0: PRESENT, 1: ABSENT}, {}, HELD),
        ({0: LATE}, {}, HELD),
        ({}, {"headcount": 3}, HELD),
        ({}, {"walk_ins": 1}, HELD),
        ({0: ABSENT, 1: ABSENT, 2: ABSENT}, {"headcount": 0}, PLANNED),
        ({0: ABSENT}, {}, PLANNED),
        ({0: LEAVE}, {}, PLANNED),
        ({}, {"headcount": 0}, PLANNED),
    ],
)
def test_a_session_was_held_when_somebody_came(roll, teacher_a, said, counts, state):
    assert save(roll, said, by=teacher_a, **counts) == state


def test_a_roll_that_is_put_right_puts_the_session_right(roll, teacher_a):
    assert save(roll, {0: PRESENT}, by=teacher_a) == HELD
    assert save(roll, {0: ABSENT}, by=teacher_a, minutes=1) == PLANNED
    assert save(roll, {0: PRESENT}, by=teacher_a, minutes=2) == HELD


def test_leave_that_was_asked_for_beforehand_holds_nothing(roll, clock):  # noqa: F811
    _run, sessions, people = roll
    for one in people:
        ask_leave(session=sessions[0], learner=one, at=BEFORE)
    clock(sessions[0].ends_at)
    call_command("settle_sessions")
    assert state_of(sessions[0]) == PLANNED


def test_a_scan_holds_what_has_begun_and_one_at_the_door_waits_for_the_start(
    roll,
    clock,  # noqa: F811
):
    _run, sessions, people = roll
    session = sessions[0]
    early = session.starts_at - 5 * MINUTE
    check_in(token=make_token(session.pk, early), learner=people[0], at=early)
    assert state_of(session) == PLANNED
    clock(session.starts_at - MINUTE)
    call_command("settle_sessions")
    assert state_of(session) == PLANNED
    clock(session.starts_at)
    call_command("settle_sessions")
    assert state_of(session) == HELD
    late = sessions[1].starts_at + MINUTE
    check_in(token=make_token(sessions[1].pk, late), learner=people[0], at=late)
    assert state_of(sessions[1]) == HELD


def test_a_cancelled_session_stays_cancelled(roll, clock):  # noqa: F811
    session = roll[1][0]
    Session.objects.filter(pk=session.pk).update(
        state=SessionState.CANCELLED, headcount=5
    )
    clock(session.starts_at)
    call_command("settle_sessions")
    assert state_of(session) == SessionState.CANCELLED


def test_what_was_held_takes_place_and_is_not_asked_for_any_more(roll, teacher_a):
    run, sessions, _people = roll
    over = sessions[3].ends_at
    assert list(rolls_not_taken(teacher_a, over)) == sessions
    save(roll, {0: PRESENT}, by=teacher_a)
    assert list(rolls_not_taken(teacher_a, over)) == sessions[1:]
    assert run.run_sessions.taking_place().count() == 4
    # Nobody came is a word of the roll too.
    save_roll(
        session=sessions[1],
        states={one.pk: ABSENT for one in roll[2]},
        by=teacher_a,
        at=sessions[1].starts_at,
    )
    assert list(rolls_not_taken(teacher_a, over)) == sessions[2:]
