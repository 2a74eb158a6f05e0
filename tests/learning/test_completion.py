"""«结课»: who met the rule is completed, a forgotten roll completes nobody, once only."""

from io import StringIO

import pytest
from django.core.management import call_command

from core.models import AuditEntry
from courses.choices import Mode
from learning.choices import State
from learning.exceptions import ClassNotOverError, OverrideRefusedError
from learning.models import Certificate, Enrolment, EnrolmentEvent
from learning.services.completion import grant_completion, settle_class, settle_due
from tests.attendance.rolls import DAY, MINUTE, make_roll
from tests.learning.certify import call_roll, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def roll(course_a, teacher_a):
    course_a.mode = Mode.OFFLINE
    course_a.save()
    return make_roll(course_a, teacher_a, people=3)


@pytest.fixture
def after(roll):
    return roll[1][-1].ends_at + MINUTE


def completed(run):
    rows = Enrolment.objects.filter(run=run, state=State.COMPLETED)
    return sorted(row.learner.username for row in rows)


def test_who_came_often_enough_is_completed_and_nobody_else(roll, after, teacher_a):
    run, sessions, (often, seldom, never) = roll
    call_roll(sessions, often, "pppa", teacher_a)
    call_roll(sessions, seldom, "ppaa", teacher_a)
    call_roll(sessions, never, "aaaa", teacher_a)
    assert settle_class(run=run, by=None, at=after) == 1
    assert completed(run) == [often.username]
    assert row_of(run, seldom).state == State.CONFIRMED
    assert Certificate.objects.valid().count() == 1


def test_a_lesson_without_a_roll_counts_for_nobody(roll, after, teacher_a, clerk_a):
    run, sessions, people = roll
    call_roll(sessions, people[0], "ppp.", teacher_a)
    call_roll(sessions, people[1], "pp..", teacher_a)
    # Two lessons with a roll, both attended: not 100 %.
    assert settle_class(run=run, by=clerk_a, at=after) == 1
    assert completed(run) == [people[0].username]
    entry = AuditEntry.objects.get(action="class.settled")
    assert entry.detail == {"completed": 1, "without_roll": 1}


def test_no_class_is_settled_before_its_last_lesson_ends(roll, teacher_a):
    run, sessions, people = roll
    call_roll(sessions, people[0], "pppp", teacher_a)
    with pytest.raises(ClassNotOverError):
        settle_class(run=run, by=None, at=sessions[-1].ends_at - MINUTE)
    assert completed(run) == []


def test_the_clock_settles_a_class_when_every_roll_is_in(roll, after, teacher_a):
    run, sessions, people = roll
    call_roll(sessions, people[0], "ppp.", teacher_a)
    assert settle_due(after) == []
    call_roll(sessions[3:], people[0], "p", teacher_a)
    assert settle_due(sessions[-1].ends_at - MINUTE) == []
    assert settle_due(after) == [run]
    settle_class(run=run, by=None, at=after)
    assert settle_due(after) == []


def test_a_cancelled_lesson_is_not_missed(roll, after, teacher_a):
    run, sessions, people = roll
    sessions[3].state = "cancelled"
    sessions[3].save()
    call_roll(sessions, people[0], "ppp", teacher_a)
    assert settle_class(run=run, by=None, at=after) == 1


def test_settling_twice_completes_nobody_twice(roll, after, teacher_a):
    run, sessions, people = roll
    call_roll(sessions, people[0], "pppp", teacher_a)
    settle_class(run=run, by=None, at=after)
    assert settle_class(run=run, by=None, at=after + DAY) == 0
    assert EnrolmentEvent.objects.filter(to_state=State.COMPLETED).count() == 1
    assert Certificate.objects.count() == 1
    assert AuditEntry.objects.filter(action="class.settled").count() == 1


def test_a_roll_that_is_corrected_later_completes_whom_it_concerns(
    roll, after, teacher_a
):
    run, sessions, people = roll
    call_roll(sessions, people[0], "ppaa", teacher_a)
    settle_class(run=run, by=None, at=after)
    assert completed(run) == []
    call_roll(sessions[2:], people[0], "p", teacher_a)
    assert completed(run) == [people[0].username]
    # And never goes back.
    call_roll(sessions, people[0], "aaaa", teacher_a)
    assert completed(run) == [people[0].username]


def test_an_exception_has_a_reason_and_stays(roll, after, teacher_a, clerk_a):
    """BC-40: a grant is not taken back when figures get worse."""
    run, sessions, people = roll
    call_roll(sessions, people[0], "paaa", teacher_a)
    row = row_of(run, people[0])
    grant_completion(enrolment=row, by=clerk_a, reason="住院两周，补考过了", at=after)
    settle_class(run=run, by=None, at=after)
    call_roll(sessions, people[0], "aaaa", teacher_a)
    row.refresh_from_db()
    assert row.state == State.COMPLETED
    event = row.events.get(to_state=State.COMPLETED)
    assert event.reason == "特批结业：住院两周，补考过了"
    assert Certificate.objects.valid().filter(enrolment=row).count() == 1


def test_teachers_other_schools_and_the_learner_grant_nothing(
    roll, after, teacher_a, clerk_b, clerk_a
):
    run, _sessions, people = roll
    row = row_of(run, people[0])
    for who, why in (
        (teacher_a, "我看行"),
        (clerk_b, "我看行"),
        (people[0], "我看行"),
        (clerk_a, "  "),
    ):
        with pytest.raises(OverrideRefusedError):
            grant_completion(enrolment=row, by=who, reason=why, at=after)
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def test_a_clerk_who_learns_does_not_grant_themselves(roll, after, clerk_a):
    from learning.services.enrolment import enrol_learner
    from tests.attendance.rolls import BEFORE

    run, _sessions, _people = roll
    own = enrol_learner(learner=clerk_a, run=run, at=BEFORE)
    with pytest.raises(OverrideRefusedError):
        grant_completion(enrolment=own, by=clerk_a, reason="我来过", at=after)


def test_the_clock_s_command_settles_what_is_due(roll, after, teacher_a, monkeypatch):
    run, sessions, people = roll
    call_roll(sessions, people[0], "pppp", teacher_a)
    command = "learning.management.commands.settle_classes.timezone.now"
    monkeypatch.setattr(command, lambda: after)
    said = StringIO()
    call_command("settle_classes", stdout=said)
    assert said.getvalue() == "1 people have completed a class\n"
    assert completed(run) == [people[0].username]


def test_a_changed_rule_is_a_new_version(course_a):
    version = course_a.rule_version
    course_a.title = "新名字"
    course_a.save()
    assert course_a.rule_version == version
    course_a.rule_sessions = 50
    course_a.save()
    course_a.refresh_from_db()
    assert course_a.rule_version == version + 1
