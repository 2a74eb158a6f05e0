"""Two tabs, many phones: with real threads, on SQLite and on PostgreSQL."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from courses.models import CourseRun
from learning.choices import State
from learning.exceptions import RunFullError
from learning.models import Enrolment, EnrolmentEvent, LessonProgress
from learning.report import read_report
from learning.services.enrolment import enrol_learner
from learning.services.progress import record
from tests.factories import make_learner
from tests.learning.lessons import make_lesson, text_block

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(work, count):
    """Run `work(number)` in so many threads that begin together; their results."""
    barrier = threading.Barrier(count)
    results = [None] * count

    def run(number):
        try:
            barrier.wait(10)
            results[number] = work(number)
        except Exception as error:  # noqa: BLE001 - shown by the test
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_the_database_is_one_that_threads_share():
    name = str(connection.settings_dict["NAME"])
    assert connection.vendor == "postgresql" or "memory" not in name


def test_two_tabs_that_finish_at_once_complete_once(learner, course_a):
    course_a.get_children().delete()
    course_a.refresh_from_db()
    lesson = make_lesson(course_a, text_block())
    run = course_a.runs.get(is_self_paced=True)
    enrolment = enrol_learner(learner=learner, run=run)

    def finish(_number):
        now = timezone.now()
        report = read_report(
            [{"type": "done"}], content=lesson.content, opened=now, at=now
        )
        return record(enrolment=enrolment, lesson=lesson, report=report)

    outcomes = at_once(finish, 6)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert sum(one.just_completed_lesson for one in outcomes) == 1
    assert sum(one.just_completed_course for one in outcomes) == 1
    assert LessonProgress.objects.count() == 1
    assert EnrolmentEvent.objects.filter(to_state=State.COMPLETED).count() == 1


def test_the_same_person_who_taps_twice_has_one_enrolment(learner, course_a):
    run = course_a.runs.get(is_self_paced=True)
    outcomes = at_once(lambda _n: enrol_learner(learner=learner, run=run), 6)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert len({one.pk for one in outcomes}) == 1
    assert Enrolment.objects.count() == 1


def test_the_last_seats_go_once_each(course_a, school_a):
    run = CourseRun.objects.create(
        course=course_a,
        school=school_a,
        capacity=3,
        starts_on=timezone.now().date() + timedelta(days=9),
    )
    people = [make_learner(f"l{number}") for number in range(10)]
    outcomes = at_once(lambda n: enrol_learner(learner=people[n], run=run), 10)
    enrolled = [one for one in outcomes if isinstance(one, Enrolment)]
    full = [one for one in outcomes if isinstance(one, RunFullError)]
    assert (len(enrolled), len(full)) == (3, 7), outcomes
    run.refresh_from_db()
    assert run.seats_taken == 3
    assert Enrolment.objects.filter(run=run).count() == 3
