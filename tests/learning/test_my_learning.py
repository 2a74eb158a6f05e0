"""«我的学习» with classes, queues and what is learnt at home."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learning.services.enrolment import enrol_learner, join_queue
from tests.courses.classes import make_class
from tests.factories import make_course, make_learner, make_text_lesson

pytestmark = pytest.mark.django_db


def test_joining_a_class_does_not_hide_what_was_learnt_at_home(
    client, learner, dated, course_a, lesson_a
):
    make_text_lesson(course_a, "第二课", slug="l2")
    alone = enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    url = reverse("learning:progress", args=[lesson_a.pk])
    client.force_login(learner)
    client.post(url, {"event": "done"})
    alone.refresh_from_db()
    assert alone.last_seen_at is not None
    enrol_learner(learner=learner, run=dated)
    study = client.get(course_a.url).context["study"]
    assert study.enrolment == alone
    shown = client.get(reverse("learning:home")).context["under_way"]
    assert [one.enrolment for one in shown] == [alone]
    assert shown[0].done == 1


def test_my_learning_with_forty_courses_classes_and_queues_stays_within_ten(
    client, school_a, learner
):
    few = make_learner("few")
    for person, count in ((few, 1), (learner, 40)):
        for number in range(count):
            course = make_course(school_a, f"{person.username}-{number}")
            make_text_lesson(course, "第一课")
            enrol_learner(learner=person, run=course.runs.get(is_self_paced=True))
        seat = make_class(course, term=f"t-{person.username}")
        enrol_learner(learner=person, run=seat)
        queue = make_class(course, capacity=1, term=f"t-{person.username}")
        enrol_learner(learner=make_learner(f"x-{person.username}"), run=queue)
        join_queue(learner=person, run=queue)
    counts = []
    for person in (few, learner):
        client.force_login(person)
        client.get(reverse("learning:home"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("learning:home")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[1] <= 10


def test_the_stamps_of_the_month_are_the_days_with_something_learnt(
    client, learner, course_a, lesson_a
):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    client.force_login(learner)
    stamps = client.get(reverse("learning:home")).context["stamps"]
    assert stamps.total == 0
    client.post(reverse("learning:progress", args=[lesson_a.pk]), {"event": "done"})
    stamps = client.get(reverse("learning:home")).context["stamps"]
    today = [one for week in stamps.weeks for one in week if one.is_today]
    assert [one.is_learnt for one in today] == [True]
    assert stamps.total == 1
    assert all(len(week) == 7 for week in stamps.weeks)
