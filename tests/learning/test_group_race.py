"""A group's lesson and people's own phones at the same second: with real threads."""

import time

import pytest
from django.utils import timezone

from courses.models import CoursePage
from learning.choices import ProgressSource, State
from learning.models import EnrolmentEvent, GroupSeat, LessonProgress
from learning.report import read_report
from learning.services import groups
from learning.services.enrolment import enrol_learner
from learning.services.groups import end_sitting, seat_people, start_sitting
from learning.services.progress import record
from tests.learning.classes import people
from tests.learning.lessons import make_lesson, text_block
from tests.learning.test_race import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
PAUSE_S = 0.3


@pytest.fixture
def lesson(course_a):
    course_a.get_children().delete()
    return make_lesson(CoursePage.objects.get(pk=course_a.pk), text_block())


def sit(lesson, teacher, who):
    sitting = start_sitting(lesson=lesson, by=teacher, key="k")
    seat_people(sitting=sitting, people=who)
    return sitting


def own_report(enrolment, lesson):
    now = timezone.now()
    report = read_report([{"type": "done"}], content=lesson.content, opened=now, at=now)
    return record(enrolment=enrolment, lesson=lesson, report=report, at=now)


def test_the_group_and_ones_own_phone_complete_once(lesson, teacher_a):
    who = people(3)
    run = lesson.course.runs.get(is_self_paced=True)
    enrolments = [enrol_learner(learner=one, run=run) for one in who]
    sitting = sit(lesson, teacher_a, who)

    def work(number):
        if number < 3:
            return own_report(enrolments[number], lesson).progress.pk
        return end_sitting(sitting=sitting, by=teacher_a)

    results = at_once(work, 5)
    assert not [one for one in results if isinstance(one, Exception)], results
    # What was busy then is credited by pressing again.
    end_sitting(sitting=sitting, by=teacher_a)
    assert LessonProgress.objects.count() == 3
    assert all(row.completed_at for row in LessonProgress.objects.all())
    assert EnrolmentEvent.objects.filter(to_state=State.COMPLETED).count() == 3
    assert not GroupSeat.objects.filter(credited_at__isnull=True).exists()


def test_several_presses_at_once_credit_each_person_once(lesson, teacher_a):
    sitting = sit(lesson, teacher_a, people(4))
    results = at_once(lambda _n: end_sitting(sitting=sitting, by=teacher_a), 4)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert sum(results) + end_sitting(sitting=sitting, by=teacher_a) == 4
    sources = list(LessonProgress.objects.values_list("source", flat=True))
    assert sources == [ProgressSource.GROUP] * 4


def test_without_the_guard_a_press_is_counted_twice(lesson, teacher_a, monkeypatch):
    """Look, credit, note: what the lock of the seat forbids, and the sum would show."""

    def look_then_credit(*, seat, sitting, watched, by):
        row = GroupSeat.objects.get(pk=seat.pk)
        if row.credited_at is not None:
            return 0
        time.sleep(PAUSE_S)
        row.credited_at = timezone.now()
        row.save(update_fields=["credited_at"])
        return 1

    monkeypatch.setattr(groups, "_credit", look_then_credit)
    sitting = sit(lesson, teacher_a, people(1))
    results = at_once(lambda _n: end_sitting(sitting=sitting, by=teacher_a), 4)
    assert sum(one for one in results if isinstance(one, int)) > 1, results
