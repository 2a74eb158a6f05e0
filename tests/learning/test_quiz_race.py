"""Two tabs begin, answer and hand in a quiz at the same second: with real threads."""

import threading
from contextlib import suppress

import pytest

from learning.models import Attempt, LateAnswer, Response
from learning.services import attempts
from learning.services.attempts import begin_attempt
from tests.learning.quizzes import (
    answer,
    enrolled,
    hand_in,
    make_quiz,
    newest,
    quiet,
    send,
)
from tests.learning.test_race import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def no_errors(results):
    assert not [one for one in results if isinstance(one, Exception)], results


def test_tabs_that_begin_at_once_get_the_same_attempt(learner, course_a):
    lesson = make_quiz(course_a, time_limit_minutes=5, shuffles_questions=True)
    own = enrolled(learner, lesson)
    results = at_once(lambda _n: begin_attempt(enrolment=own, lesson=lesson).pk, 5)
    no_errors(results)
    assert len(set(results)) == 1
    assert Attempt.objects.count() == 1


def test_tabs_that_hand_in_at_once_hand_in_once_and_lose_no_answer(learner, course_a):
    lesson = make_quiz(course_a, **quiet())
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"))
    names = ("q1", "q2")

    def work(number):
        name = names[number % 2]
        return send(own, lesson, answer(name, seq=number + 2), hand_in())

    results = at_once(work, 4)
    no_errors(results)
    attempt = newest(own, lesson)
    assert not attempt.is_open
    # The newest answer to each counts or is kept as late, whoever came first.
    kept = set(Response.objects.values_list("seq", flat=True))
    late = set(LateAnswer.objects.values_list("seq", flat=True))
    assert {4, 5} <= kept | late
    right = attempt.responses.filter(is_right=True).count()
    assert attempt.score == right * 50


def test_without_the_lock_tabs_that_begin_at_once_trouble_each_other(
    learner, course_a, monkeypatch
):
    """Both look, both find none: what the lock of the enrolment forbids."""
    from learning.models import Enrolment

    both = threading.Barrier(2)
    look = attempts.current_attempt

    def look_together(enrolment, lesson):
        found = look(enrolment, lesson)
        with suppress(threading.BrokenBarrierError):
            both.wait(2)
        return found

    def no_lock(pk):
        return Enrolment.objects.select_related("run").get(pk=pk)

    monkeypatch.setattr(attempts, "current_attempt", look_together)
    monkeypatch.setattr(attempts, "lock_learner", no_lock)
    monkeypatch.setattr(attempts, "begin_attempt", attempts.begin_attempt.__wrapped__)
    lesson = make_quiz(course_a, time_limit_minutes=5)
    own = enrolled(learner, lesson)
    results = at_once(
        lambda _n: attempts.begin_attempt(enrolment=own, lesson=lesson), 2
    )
    assert [one for one in results if isinstance(one, Exception)], results
