"""More time for one learner: by who teaches them, written down."""

import pytest
from django.urls import reverse

from core.models import AuditEntry
from learning.models import Attempt
from learning.services.attempts import begin_attempt
from tests.learning.quizzes import enrolled, make_quiz, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def timed(learner, course_a):
    lesson = make_quiz(course_a, time_limit_minutes=10)
    return lesson, enrolled(learner, lesson)


def url(own):
    return reverse("desk:extra_time", args=[own.run_id, own.pk])


def test_the_teacher_finds_it_on_the_list_and_it_is_audited(client, teacher_a, timed):
    _lesson, own = timed
    client.force_login(teacher_a)
    roster = reverse("desk:roster", args=[own.run_id])
    assert url(own) in client.get(roster).content.decode()
    for _again in range(2):
        assert client.post(url(own), {"percent": "50"}).status_code == 302
    own.refresh_from_db()
    assert own.extra_time_percent == 50
    assert AuditEntry.objects.filter(action="enrolment.extra_time").count() == 1
    assert "多给 50% 时间" in client.get(roster).content.decode()


def test_it_also_lengthens_what_is_open_and_never_shortens_it(client, teacher_a, timed):
    lesson, own = timed
    attempt = begin_attempt(enrolment=own, lesson=lesson)
    client.force_login(teacher_a)
    client.post(url(own), {"percent": "100"})
    client.post(url(own), {"percent": "0"})
    attempt = Attempt.objects.get(pk=attempt.pk)
    assert attempt.deadline - attempt.started_at == minutes(20)


@pytest.mark.parametrize("percent", ["", "-1", "201", "x"])
def test_what_is_no_figure_is_asked_again(client, teacher_a, timed, percent):
    _lesson, own = timed
    client.force_login(teacher_a)
    assert client.post(url(own), {"percent": percent}).status_code == 422


def test_a_course_without_a_limit_offers_none(client, teacher_a, learner, course_a):
    own = enrolled(learner, make_quiz(course_a))
    client.force_login(teacher_a)
    roster = reverse("desk:roster", args=[own.run_id])
    assert url(own) not in client.get(roster).content.decode()
