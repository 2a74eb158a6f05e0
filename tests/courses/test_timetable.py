"""Sessions follow the plan: idempotent, past left alone, holidays passed over."""

from datetime import date, datetime, time, timedelta

import pytest

from attendance.choices import SessionState
from attendance.exceptions import RoomTakenError, SessionPastError, TeacherBusyError
from attendance.models import Holiday, Session
from core.civil_time import SHANGHAI, civil_date
from courses.exceptions import NoPlanError, SelfPacedPlanError
from courses.models import CourseRun, RunSession
from courses.services.timetable import (
    cancel_session,
    move_session,
    plan_run,
    weekly_days,
)
from courses.weeks import asked_week, next_sessions, read_week
from tests.courses.classes import make_class, make_room

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 2)
BEFORE = datetime(2026, 10, 1, tzinfo=SHANGHAI)


def days_of(run, *, all_of_them=False):
    rows = run.run_sessions.order_by("session__starts_at").select_related("session")
    if not all_of_them:
        rows = rows.taking_place()
    return [civil_date(one.session.starts_at) for one in rows]


def numbers_of(run):
    rows = run.run_sessions.order_by("session__starts_at")
    return list(rows.values_list("number", flat=True))


def on(day, hour=12):
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


def a_class(course, **facts):
    return make_class(course, first=MONDAY, at=BEFORE, **facts)


def test_weekly_days_skip_what_is_closed_and_go_on_longer():
    third = MONDAY + timedelta(days=14)
    found = weekly_days(weekday=1, first=MONDAY, closed={third}, count=3)
    assert found == [MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=21)]
    until = weekly_days(weekday=1, first=MONDAY, closed={third}, last=third)
    assert until == found[:2]
    # The first day is the next such weekday.
    assert weekly_days(weekday=3, first=MONDAY, closed=(), count=1) == [
        MONDAY + timedelta(days=2)
    ]


def test_holidays_of_the_operator_are_passed_over(course_a):
    Holiday.objects.create(date=MONDAY + timedelta(days=7), name="放假")
    run = a_class(course_a, sessions=3)
    assert days_of(run) == [MONDAY + timedelta(days=n) for n in (0, 14, 21)]
    assert numbers_of(run) == [1, 2, 3]
    assert run.ends_on == MONDAY + timedelta(days=21)


def test_a_weekly_class_over_the_national_holiday_does_not_meet_in_it(course_a):
    """BC-08, the part of holidays: no lesson from 1 to 7 October, and none is lost."""
    for day in range(1, 8):
        Holiday.objects.create(date=date(2026, 10, day), name="国庆节")
    thursday = date(2026, 9, 24)
    before = datetime.combine(thursday - timedelta(days=20), time(9), tzinfo=SHANGHAI)
    run = make_class(course_a, first=thursday, at=before, weekday=4, sessions=3)
    assert days_of(run) == [thursday, date(2026, 10, 8), date(2026, 10, 15)]


def test_planning_twice_changes_nothing(course_a):
    run = a_class(course_a)
    before = list(Session.objects.order_by("pk").values())
    plan_run(run=run, count=4, at=BEFORE)
    assert list(Session.objects.order_by("pk").values()) == before
    assert RunSession.objects.count() == 4


def test_a_change_moves_only_the_future(course_a):
    run = a_class(course_a)
    kept = list(run.run_sessions.values_list("session_id", flat=True))
    run.weekday, run.start_time, run.end_time = 2, time(9), time(10)
    run.save()
    # Two sessions were held: two are moved, to Tuesdays from the next one on.
    now = on(MONDAY + timedelta(days=7), 18)
    plan_run(run=run, count=4, at=now)
    assert days_of(run) == [MONDAY + timedelta(days=n) for n in (0, 7, 8, 15)]
    times = [
        one.session.starts_at.astimezone(SHANGHAI).hour
        for one in run.run_sessions.order_by("session__starts_at")
    ]
    assert times == [14, 14, 9, 9]
    # They were moved and not replaced.
    assert set(run.run_sessions.values_list("session_id", flat=True)) == set(kept)
    assert numbers_of(run) == [1, 2, 3, 4]


def test_fewer_and_more_sessions(course_a):
    run = a_class(course_a)
    plan_run(run=run, count=2, at=BEFORE)
    assert len(days_of(run)) == 2
    assert Session.objects.count() == 2
    plan_run(run=run, count=6, at=BEFORE)
    assert numbers_of(run) == [1, 2, 3, 4, 5, 6]


def test_a_cancelled_day_stays_free_and_the_class_goes_on_longer(course_a):
    run = a_class(course_a)
    second = run.run_sessions.get(number=2)
    cancel_session(run_session=second, at=BEFORE)
    assert numbers_of(run) == [1, None, 2, 3]
    plan_run(run=run, count=4, at=BEFORE)
    assert days_of(run) == [MONDAY + timedelta(days=n) for n in (0, 14, 21, 28)]
    assert numbers_of(run) == [1, None, 2, 3, 4]
    again = cancel_session(run_session=second, at=BEFORE)
    assert again.session.state == SessionState.CANCELLED


def test_single_days_instead_of_a_weekday(course_a):
    run = a_class(course_a, sessions=0, weekday=None)
    wanted = [MONDAY, MONDAY + timedelta(days=3), MONDAY + timedelta(days=5)]
    plan_run(run=run, days=[*wanted, wanted[0]], at=BEFORE)
    assert days_of(run) == wanted
    assert (run.starts_on, run.ends_on) == (wanted[0], wanted[-1])
    plan_run(run=run, days=wanted[:2], at=BEFORE)
    assert days_of(run) == wanted[:2]


def test_rooms_and_teachers_clash_and_nothing_is_half_made(course_a, teacher_a):
    room = make_room(course_a.school)
    profile = teacher_a.staff_profiles.get()
    a_class(course_a, venue=room, teacher=profile)
    with pytest.raises(RoomTakenError):
        a_class(course_a, venue=room)
    with pytest.raises(TeacherBusyError):
        a_class(course_a, teacher=profile)
    assert Session.objects.count() == 4
    # Back to back is no clash.
    after = {"start_time": time(15, 20), "end_time": time(16)}
    a_class(course_a, venue=room, teacher=profile, **after)


def test_one_session_is_moved_and_what_has_begun_is_not(course_a):
    run = a_class(course_a)
    row = run.run_sessions.get(number=1)
    later = on(MONDAY + timedelta(days=9), 9)
    move_session(
        run_session=row, starts_at=later, ends_at=later + timedelta(hours=1), at=BEFORE
    )
    assert numbers_of(run) == [1, 2, 3, 4]
    row.refresh_from_db()
    assert row.number == 2
    now = on(MONDAY + timedelta(days=10))
    row = RunSession.objects.select_related("session").get(pk=row.pk)
    with pytest.raises(SessionPastError):
        move_session(
            run_session=row,
            starts_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=1, hours=1),
            at=now,
        )
    with pytest.raises(SessionPastError):
        cancel_session(run_session=row, at=now)


def test_a_plan_that_lacks_something_says_what(course_a):
    run = a_class(course_a, sessions=0)
    with pytest.raises(NoPlanError, match="一共上几次"):
        plan_run(run=run, at=BEFORE)
    with pytest.raises(NoPlanError, match="最多"):
        plan_run(
            run=run, days=[MONDAY + timedelta(days=n) for n in range(121)], at=BEFORE
        )
    run.start_time = run.end_time = None
    run.save()
    with pytest.raises(NoPlanError, match="几点"):
        plan_run(run=run, count=3, at=BEFORE)
    with pytest.raises(SelfPacedPlanError):
        plan_run(run=course_a.runs.get(is_self_paced=True), count=3, at=BEFORE)


def test_a_class_that_goes_takes_its_sessions_along(course_a):
    run = a_class(course_a)
    CourseRun.objects.filter(pk=run.pk).delete()
    assert not Session.objects.exists()


def test_a_week_has_seven_days_and_names_its_holiday(course_a, school_a, school_b):
    a_class(course_a)
    Holiday.objects.create(date=MONDAY + timedelta(days=2), name="中秋")
    week = read_week(school=school_a, monday=MONDAY, at=on(MONDAY))
    assert [len(one.rows) for one in week.days] == [1, 0, 0, 0, 0, 0, 0]
    assert [one.is_today for one in week.days].index(True) == 0
    assert week.days[2].closed_words == "中秋"
    assert (week.previous, week.following) == ("2026-10-26", "2026-11-09")
    assert read_week(school=school_b, monday=MONDAY).total == 0
    course_a.unpublish()
    assert read_week(school=school_a, monday=MONDAY).total == 0


def test_an_address_asks_for_a_week(course_a):
    today = date(2026, 11, 26)
    this = date(2026, 11, 23)
    assert asked_week("2026-12-03", today) == date(2026, 11, 30)
    for odd in ("", "x", "2026-13-01", "1999-01-01", "9999-12-31", "2026-11-26'"):
        assert asked_week(odd, today) == this


def test_the_coming_lessons_know_how_many_their_week_has(course_a):
    a_class(course_a)
    at = on(MONDAY - timedelta(days=1))
    rows, is_this, total = next_sessions(count=1, at=at)
    assert (len(rows), is_this, total) == (1, False, 1)
    # While it lasts it still counts; when it is over, the next week is shown.
    assert next_sessions(count=5, at=on(MONDAY, 15)).is_this_week
    rows, is_this, total = next_sessions(count=5, at=on(MONDAY, 16))
    assert (len(rows), is_this, total) == (1, False, 1)
    assert next_sessions(count=5, at=on(MONDAY + timedelta(days=90))) == ([], False, 0)


@pytest.mark.postgres
def test_of_a_week_that_has_lessons_left_those_of_the_next_are_not_counted(course_a):
    a_class(course_a, sessions=2)
    a_class(course_a, sessions=2)
    lessons = next_sessions(count=1, at=on(MONDAY, 8))
    assert (lessons.is_this_week, lessons.total) == (True, 2)


@pytest.mark.postgres
def test_of_a_class_that_meets_twice_the_next_lesson_stands_for_both(course_a):
    run = a_class(course_a, sessions=2)
    other = a_class(course_a, sessions=1)
    again = run.run_sessions.order_by("-number")[0].session
    again.starts_at, again.ends_at = on(MONDAY, 18), on(MONDAY, 19)
    again.save()
    rows, _is_this, total = next_sessions(count=5, at=on(MONDAY, 8))
    assert sorted(one.run_id for one in rows) == sorted([run.pk, other.pk])
    assert total == 3
    first = next(one for one in rows if one.run_id == run.pk)
    assert first.session.starts_at < again.starts_at
    assert first.course_title == course_a.title
    # Of fewer than there are, those that come first.
    sooner = other.run_sessions.get().session
    sooner.starts_at, sooner.ends_at = on(MONDAY, 9), on(MONDAY, 10)
    sooner.save()
    a_class(course_a, sessions=1).run_sessions.update(number=7)
    rows = next_sessions(count=1, at=on(MONDAY, 8)).rows
    assert [one.run_id for one in rows] == [other.pk]
    rows = next_sessions(count=2, at=on(MONDAY, 8)).rows
    assert [one.run_id for one in rows] == [other.pk, run.pk]
    RunSession.objects.filter(number=7).delete()
    # The first is over: what is left of the day is shown.
    rows = next_sessions(count=5, at=on(MONDAY, 17)).rows
    assert [one.session_id for one in rows] == [again.pk]


def test_a_list_says_when_a_class_meets_next_and_not_when_it_was_called_off(course_a):
    run = a_class(course_a, sessions=3)
    first, second, third = [one.session for one in run.run_sessions.order_by("number")]
    Session.objects.filter(pk=second.pk).update(state=SessionState.CANCELLED)
    for at, found in (
        (first.starts_at - timedelta(minutes=1), first.starts_at),
        (first.starts_at, third.starts_at),
        (third.starts_at, None),
    ):
        of_list = CourseRun.objects.with_next(at).get(pk=run.pk)
        of_page = CourseRun.objects.with_meetings(at).get(pk=run.pk)
        assert of_list.next_at == of_page.next_at == found
