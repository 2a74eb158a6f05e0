"""The learning record: derived from roll and progress, and nothing twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.choices import AttendanceState, Source
from attendance.join import Mark
from attendance.models import AttendanceRecord
from attendance.services.roll import record_mark
from core.models import AuditEntry
from learning.models import Enrolment, LessonProgress
from learning.record import class_hours, read_record
from learning.services.days import call_off_session
from learning.services.enrolment import enrol_learner
from tests.attendance.rolls import BEFORE, DAY, make_roll
from tests.factories import make_course
from tests.learning.lessons import make_lesson, text_block

pytestmark = pytest.mark.django_db


def came(session, person, state=AttendanceState.PRESENT):
    record_mark(
        session=session,
        attendee_id=person.pk,
        mark=Mark(state=state, source=Source.TEACHER, at=session.starts_at, by_id=None),
    )


def record_of(person, at):
    return read_record(Enrolment.objects.filter(learner=person), at)


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, 0.0), (45, 1.0), (80, 1.7), (89, 1.9), (90, 2.0)]
)
def test_an_hour_of_a_class_is_45_minutes_and_never_rounded_up(minutes, hours):
    assert class_hours(timedelta(minutes=minutes)) == hours


def test_days_over_and_days_come_are_counted_with_their_hours(course_a, teacher_a):
    _run, sessions, people = make_roll(course_a, teacher_a)
    came(sessions[0], people[0])
    came(sessions[1], people[0], AttendanceState.LATE)
    came(sessions[2], people[0], AttendanceState.ABSENT)
    came(sessions[2], people[1])
    row = record_of(people[0], sessions[2].ends_at).classes[0]
    assert (row.held, row.came) == (3, 2)
    # Two lessons of 80 minutes are 160 minutes: 3.5 hours, not twice 1.7.
    assert row.hours == 3.5
    assert row.words == "上了 3 次课，来了 2 次"
    assert record_of(people[2], sessions[0].starts_at).classes[0].words == "还没开课"


def test_hours_of_two_classes_are_added_before_they_are_cut(
    course_a, school_a, teacher_a, other_teacher_a
):
    _run, sessions, people = make_roll(course_a, teacher_a, people=1)
    other, days, _none = make_roll(
        make_course(school_a, "second"), other_teacher_a, people=0
    )
    enrol_learner(learner=people[0], run=other, at=BEFORE)
    came(sessions[0], people[0])
    came(days[0], people[0])
    record = record_of(people[0], sessions[0].ends_at)
    # Two lessons of 80 minutes: 1.7 hours in each class, 3.5 in both.
    assert [row.hours for row in record.classes] == [1.7, 1.7]
    assert record.hours == 3.5


def test_a_day_that_was_cancelled_is_not_one_that_somebody_missed(
    course_a, teacher_a, clerk_a
):
    run, sessions, people = make_roll(course_a, teacher_a)
    row = run.run_sessions.get(session=sessions[1])
    call_off_session(run_session=row, by=clerk_a, at=sessions[0].starts_at - DAY)
    assert record_of(people[0], sessions[-1].ends_at).classes[0].held == 3


def test_minutes_watched_stand_apart_from_hours_in_class(course_a, learner):
    lesson = make_lesson(course_a, text_block("t"))
    enrolment = enrol_learner(
        learner=learner, run=course_a.runs.get(is_self_paced=True)
    )
    now = timezone.now()
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=lesson, viewed_at=now, seen_until=now,
        watched={"v": [[0, 60], [300, 390]], "w": [[0, 30]]},
    )  # fmt: skip
    record = record_of(learner, now)
    assert (record.minutes, record.hours) == (3, 0.0)
    assert record.courses[0].study.total == 1


def test_a_school_prints_what_was_learnt_there_and_no_more(
    client, clerk_a, clerk_b, course_a, course_b, learner
):
    for course in (course_a, course_b):
        enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
    client.force_login(learner)
    own = client.get(reverse("learning:record")).content.decode()
    assert "甲校揉面" in own
    assert "乙校手机" in own
    client.force_login(clerk_a)
    url = reverse("desk:record", args=[learner.pk])
    page = client.get(url).content.decode()
    assert "甲校揉面" in page
    assert "乙校手机" not in page
    entry = AuditEntry.objects.get(action="record.printed")
    assert (entry.actor, entry.subject_id) == (clerk_a, str(learner.pk))
    roster = reverse("desk:roster", args=[course_a.runs.get(is_self_paced=True).pk])
    assert url in client.get(roster).content.decode()


def test_the_record_costs_the_same_however_much_somebody_learnt(
    client, school_a, course_a, teacher_a, learner
):
    _run, sessions, people = make_roll(course_a, teacher_a, people=1)
    came(sessions[0], people[0])
    client.force_login(people[0])
    client.get(reverse("learning:record"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("learning:record"))
    for number in range(4):
        course = make_course(school_a, f"more{number}")
        enrol_learner(learner=people[0], run=course.runs.get(is_self_paced=True))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("learning:record"))
    # One for the lessons and one for the progress of courses learnt at home.
    assert len(many) <= len(few) + 3
    assert AttendanceRecord.objects.count() == 1


def test_a_lesson_without_a_place_counts_for_who_came(course_a, teacher_a, learner):
    """A walk-in who was recognised later has the time, and no class of their own."""
    _run, sessions, people = make_roll(course_a, teacher_a)
    came(sessions[0], learner)
    came(sessions[0], people[0])
    found = read_record(
        Enrolment.objects.filter(learner=learner),
        sessions[0].ends_at,
        learner.attendance.all(),
    )
    assert [one.title for one in found.visits] == [course_a.title]
    assert (found.classes, found.hours, found.points) == ([], 1.7, 1)
    # Whoever is on the class has it there and not a second time.
    own = read_record(
        Enrolment.objects.filter(learner=people[0]),
        sessions[0].ends_at,
        people[0].attendance.all(),
    )
    assert (own.visits, own.hours) == ([], 1.7)


def test_the_sheet_shows_it(client, course_a, teacher_a, learner):
    _run, sessions, _people = make_roll(course_a, teacher_a)
    came(sessions[0], learner)
    client.force_login(learner)
    shown = client.get(reverse("learning:record")).content.decode()
    assert "没报名去上的课" in shown
