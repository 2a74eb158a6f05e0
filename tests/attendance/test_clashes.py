"""Rooms and teachers: refused on real intervals, both ways, and half-open."""

from datetime import datetime, timedelta

import pytest

from attendance.choices import SessionState
from attendance.exceptions import RoomTakenError, TeacherBusyError
from attendance.models import Holiday, Session
from attendance.services.clashes import refuse_clashes
from core.civil_time import SHANGHAI
from tests.courses.classes import make_room
from tests.factories import make_person, make_profile

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)


def session(school, start, minutes, **facts):
    begin = NINE + timedelta(minutes=start)
    return Session(
        school=school,
        starts_at=begin,
        ends_at=begin + timedelta(minutes=minutes),
        **facts,
    )


# Start and length in minutes of a session beside one of 9:00 to 10:00.
@pytest.mark.parametrize(
    ("start", "minutes", "clashes"),
    [
        (-60, 60, False),  # ends as the other begins
        (60, 60, False),  # begins as the other ends
        (-30, 60, True),
        (30, 60, True),
        (15, 15, True),  # within
        (-30, 120, True),  # holds it
        (0, 60, True),
        (59, 1, True),
        (-1, 2, True),
    ],
)
def test_a_room_is_taken_on_its_real_interval_both_ways(
    school_a, start, minutes, clashes
):
    room = make_room(school_a)
    one, other = (0, 60), (start, minutes)
    for first, second in ((one, other), (other, one)):
        Session.objects.all().delete()
        session(school_a, *first, venue=room).save()
        asked = session(school_a, *second, venue=room)
        if clashes:
            with pytest.raises(RoomTakenError) as caught:
                refuse_clashes(sessions=[asked])
            assert "第 1 教室" in str(caught.value)
            assert "12 月 1 日 周二" in str(caught.value)
        else:
            refuse_clashes(sessions=[asked])


def test_a_teacher_is_one_person_in_two_schools(school_a, school_b):
    user = make_person("gu")
    here = make_profile(school_a, "顾知行", user=user)
    there = make_profile(school_b, "顾知行", user=user)
    namesake = make_profile(school_b, "顾知行")
    session(school_a, 0, 60, teacher=here).save()
    with pytest.raises(TeacherBusyError, match="顾知行"):
        refuse_clashes(sessions=[session(school_b, 30, 60, teacher=there)])
    refuse_clashes(sessions=[session(school_b, 30, 60, teacher=namesake)])


def test_sessions_asked_for_together_are_held_against_each_other(school_a):
    room = make_room(school_a)
    pair = [
        session(school_a, 0, 60, venue=room),
        session(school_a, 59, 60, venue=room),
    ]
    with pytest.raises(RoomTakenError):
        refuse_clashes(sessions=pair)


def test_a_cancelled_session_holds_no_room_and_none_clashes_with_itself(school_a):
    room = make_room(school_a)
    off = session(school_a, 0, 60, venue=room, state=SessionState.CANCELLED)
    off.save()
    mine = session(school_a, 0, 60, venue=room)
    mine.save()
    refuse_clashes(sessions=[mine])
    assert Session.objects.count() == 2


def test_other_rooms_and_other_teachers_do_not_clash(school_a):
    room, teacher = make_room(school_a), make_profile(school_a, "甲")
    session(school_a, 0, 60, venue=room, teacher=teacher).save()
    elsewhere = session(
        school_a,
        0,
        60,
        venue=make_room(school_a, "第 2 教室"),
        teacher=make_profile(school_a, "乙"),
    )
    nowhere = session(school_a, 0, 60)
    refuse_clashes(sessions=[elsewhere, nowhere])
    for one in (elsewhere, nowhere):
        one.save()
    assert Session.objects.count() == 3
    # It is the room, or the teacher, that makes the difference.
    for shared in ({"venue": room}, {"teacher": teacher}):
        with pytest.raises((RoomTakenError, TeacherBusyError)):
            refuse_clashes(sessions=[session(school_a, 0, 60, **shared)])


def test_holidays_are_read_anew_after_a_change():
    assert Holiday.names() == {}
    day = Holiday.objects.create(date=NINE.date(), name="休息")
    assert Holiday.names() == {NINE.date(): "休息"}
    day.delete()
    assert Holiday.names() == {}


def test_staff_of_one_school_see_its_sessions_alone(
    school_a, school_b, clerk_a, director
):
    mine = session(school_a, 0, 60)
    theirs = session(school_b, 0, 60)
    mine.save()
    theirs.save()
    assert set(Session.objects.visible_to(clerk_a)) == {mine}
    assert set(Session.objects.visible_to(director)) == {mine, theirs}
