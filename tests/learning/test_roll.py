"""Absences that lead to a call, leave asked at the place, and how often one came."""

import itertools

import pytest
from django.urls import reverse

from attendance.choices import AttendanceState, SessionState
from attendance.models import Session
from attendance.services.roll import save_roll
from learning.choices import State
from learning.models import CallTask, Enrolment
from learning.roll import OwnAttendance, streaks
from learning.services.notices import call_words, finish_call
from tests.attendance.rolls import DAY, MINUTE, make_roll
from tests.attendance.test_checkin import clock  # noqa: F401
from tests.courses.classes import make_class

pytestmark = pytest.mark.django_db
PRESENT, LATE, LEAVE, ABSENT = AttendanceState.values
LETTERS = {"p": PRESENT, "l": LATE, "v": LEAVE, "a": ABSENT}


@pytest.fixture
def roll(course_a, teacher_a):
    return make_roll(course_a, teacher_a, people=2)


def say(session, person, state, by, minutes=0):
    save_roll(
        session=session,
        states={person.pk: state},
        by=by,
        at=session.starts_at + minutes * MINUTE,
    )


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", []),
        ("aa", []),
        ("aaa", [[1, 2, 3]]),
        ("aaaaa", [[1, 2, 3, 4, 5]]),
        ("aapa", []),
        ("aava", []),  # leave: the person has been in touch
        ("alaaa", [[3, 4, 5]]),
        ("aaapaaa", [[1, 2, 3], [5, 6, 7]]),
    ],
)
def test_three_in_a_row_are_a_streak(letters, expected):
    states = [(number, LETTERS[one]) for number, one in enumerate(letters, 1)]
    assert list(streaks(states)) == expected


def test_three_absences_make_one_call_and_remove_nobody(roll, teacher_a, clerk_a):
    run, sessions, people = roll
    for session in sessions[:2]:
        say(session, people[0], ABSENT, teacher_a)
    assert not CallTask.objects.exists()
    for session in sessions[2:]:
        say(session, people[0], ABSENT, teacher_a)
    call = CallTask.objects.visible_to(clerk_a).get()
    assert (call.person, call.enrolment.run, call.school) == (
        people[0],
        run,
        run.school,
    )
    words = call_words(call)
    assert "甲校揉面" in words
    assert "11 月 9 日" in words
    assert "学员0" in words
    assert call.enrolment.state == State.CONFIRMED
    assert Enrolment.objects.get(learner=people[0]).state == State.CONFIRMED


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_whatever_order_the_rolls_come_in_there_is_one_call(roll, teacher_a, order):
    _run, sessions, people = roll
    for number in order:
        say(sessions[number], people[0], ABSENT, teacher_a)
    assert CallTask.objects.count() == 1


def test_a_roll_put_right_takes_an_open_call_away_but_none_that_was_made(
    roll, teacher_a, clerk_a
):
    _run, sessions, people = roll
    for session in sessions[:3]:
        for person in people:
            say(session, person, ABSENT, teacher_a)
    finish_call(task=CallTask.objects.get(person=people[1]), by=clerk_a)
    for person in people:
        say(sessions[1], person, PRESENT, teacher_a, minutes=1)
    assert [one.person for one in CallTask.objects.all()] == [people[1]]


def test_a_session_whose_roll_was_not_taken_neither_counts_nor_ends_a_streak(
    roll, teacher_a
):
    _run, sessions, people = roll
    for number in (0, 1, 3):
        say(sessions[number], people[0], ABSENT, teacher_a)
    assert CallTask.objects.count() == 1


def test_a_session_that_was_called_off_neither_counts_nor_ends_a_streak(
    roll, teacher_a
):
    _run, sessions, people = roll
    for session in sessions[:2]:
        say(session, people[0], ABSENT, teacher_a)
    # It stood in the list with its roll before it was known that it would not be.
    say(sessions[2], people[0], PRESENT, teacher_a)
    Session.objects.filter(pk=sessions[2].pk).update(state=SessionState.CANCELLED)
    assert not CallTask.objects.exists()
    say(sessions[3], people[0], ABSENT, teacher_a)
    assert CallTask.objects.get().params["sessions"] == [
        sessions[0].pk,
        sessions[1].pk,
        sessions[3].pk,
    ]


def test_who_has_left_the_class_is_not_called(roll, teacher_a):
    run, sessions, people = roll
    for session in sessions[:2]:
        say(session, people[0], ABSENT, teacher_a)
    Enrolment.objects.filter(run=run, learner=people[0]).update(state=State.REMOVED)
    say(sessions[2], people[1], ABSENT, teacher_a)
    assert not CallTask.objects.exists()


@pytest.mark.parametrize(
    ("came", "total", "words"),
    [
        (0, 0, ""),
        (3, 4, "上了 4 次课，您来了 3 次。"),
        (4, 4, "上了 4 次课，您每次都来了。"),
        (0, 2, "上了 2 次课，您来了 0 次。"),
    ],
)
def test_attendance_is_said_in_words(came, total, words):
    assert OwnAttendance(came, total).words == words


def place_of(run, person):
    enrolment = Enrolment.objects.get(run=run, learner=person)
    return reverse("learning:place", args=[enrolment.pk])


def test_a_learner_sees_how_often_they_came(client, roll, teacher_a, clock):  # noqa: F811
    run, sessions, people = roll
    for session, state in zip(sessions, (PRESENT, LATE, ABSENT, PRESENT), strict=True):
        say(session, people[0], state, teacher_a)
        say(session, people[1], ABSENT, teacher_a)
    client.force_login(people[0])
    clock(sessions[0].starts_at - DAY)
    assert "次课，您" not in client.get(place_of(run, people[0])).content.decode()
    clock(sessions[3].starts_at + MINUTE)
    page = client.get(place_of(run, people[0])).content.decode()
    assert "上了 4 次课，您来了 3 次。" in page
    assert client.get(place_of(run, people[1])).status_code == 404


def test_leave_is_asked_and_taken_back_at_the_place(client, roll, clock):  # noqa: F811
    run, sessions, people = roll
    clock(sessions[0].starts_at - DAY)
    client.force_login(people[0])
    place = place_of(run, people[0])
    pk = Enrolment.objects.get(run=run, learner=people[0]).pk
    leave = reverse("learning:leave_session", args=[pk, sessions[0].pk])
    assert leave in client.get(place).content.decode()
    assert client.post(leave).url == place
    assert not sessions[0].records.exists()
    for _time in range(2):
        assert client.post(leave, {"answer": "leave"}).url == place
    record = sessions[0].records.get()
    assert (record.state, record.source) == (LEAVE, "self")
    page = client.get(place).content.decode()
    assert "11 月 9 日 周一您请了假" in page
    client.post(leave, {"answer": "come"})
    assert not sessions[0].records.exists()
    clock(sessions[0].starts_at)
    assert leave not in client.get(place).content.decode()
    refused = client.post(leave, {"answer": "leave"})
    assert refused.status_code == 409
    assert "给老师或学校打个电话" in refused.content.decode()


def test_leave_is_asked_only_for_a_session_of_ones_own_class(
    client,
    roll,
    course_b,
    teacher_b,
    clock,  # noqa: F811
):
    run, sessions, people = roll
    clock(sessions[0].starts_at - DAY)
    client.force_login(people[0])
    pk = Enrolment.objects.get(run=run, learner=people[0]).pk
    other = make_class(course_b).run_sessions.first().session_id
    url = reverse("learning:leave_session", args=[pk, other])
    assert client.post(url, {"answer": "leave"}).status_code == 404
