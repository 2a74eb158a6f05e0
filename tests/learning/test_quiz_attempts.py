"""Attempts: one at a time, so many as are allowed, in time; handed in by a press."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from learning.exceptions import NoAttemptsLeftError
from learning.models import Attempt, LateAnswer, LessonProgress, Response
from learning.services.attempts import begin_attempt, hand_in_overdue
from learning.services.marks import settle_attempt
from learning.standing import read_standings
from tests.learning.quizzes import (
    answer,
    enrolled,
    hand_in,
    make_quiz,
    minutes,
    newest,
    quiet,
    send,
)

pytestmark = pytest.mark.django_db
DONE = {"type": "done"}


def post(client, lesson, **data):
    return client.post(reverse("learning:progress", args=[lesson.pk]), data)


def test_what_was_not_answered_is_worth_nothing_when_handed_in(learner, course_a):
    lesson = make_quiz(course_a, "q1", "q2", "q3", "q4", **quiet())
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"), hand_in())
    assert newest(own, lesson).score == 25


def test_a_quiz_that_is_not_handed_in_completes_nothing(learner, course_a):
    lesson = make_quiz(course_a, **quiet())
    own = enrolled(learner, lesson)
    told = send(own, lesson, answer("q1"), answer("q2"), DONE)
    assert told.progress.completed_at is None
    assert told.verdict.missing == ("小测还没交。答完了，点一下「交卷」。",)
    assert send(own, lesson, hand_in()).progress.completed_at


def test_an_answer_after_handing_in_is_kept_late_and_shown(client, learner, course_a):
    lesson = make_quiz(course_a, **quiet())
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1", "b"), hand_in())
    told = send(own, lesson, answer("q1", "a", seq=2), answer("q2"))
    assert all(one["is_late"] for one in told.as_json()["answers"].values())
    assert len(told.as_json()["answers"]) == 2
    assert newest(own, lesson).score == 0
    # The same report again keeps nothing twice.
    send(own, lesson, answer("q1", "a", seq=2), answer("q2"))
    assert LateAnswer.objects.count() == 2
    client.force_login(learner)
    assert "交卷以后到的，没有算分" in client.get(lesson.url).content.decode()


def test_a_replay_of_what_was_taken_in_time_is_not_late(learner, course_a):
    lesson = make_quiz(course_a, **quiet())
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"), hand_in())
    told = send(own, lesson, answer("q1"), hand_in())
    assert not LateAnswer.objects.exists()
    [given] = told.as_json()["answers"].values()
    assert "is_late" not in given


def test_an_answer_to_an_earlier_attempt_is_kept_there(learner, course_a):
    lesson = make_quiz(course_a, **quiet())
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"), hand_in())
    second = begin_attempt(enrolment=own, lesson=lesson)
    send(own, lesson, answer("q2", attempt=1))
    assert LateAnswer.objects.get().attempt.number == 1
    assert not second.responses.exists()
    # Handing in the first again does nothing to the second.
    send(own, lesson, hand_in(1))
    assert Attempt.objects.get(pk=second.pk).is_open


def test_who_has_had_all_attempts_is_refused_in_words(client, learner, course_a):
    lesson = make_quiz(course_a, **quiet(attempts_allowed=2))
    own = enrolled(learner, lesson)
    client.force_login(learner)
    send(own, lesson, answer("q1"), hand_in())
    assert "还能做 1 次" in client.get(lesson.url).content.decode()
    assert post(client, lesson, event="again").status_code == 302
    send(own, lesson, hand_in(2))
    assert "次数用完了" in client.get(lesson.url).content.decode()
    refused = post(client, lesson, event="again")
    assert refused.status_code == 409
    assert "最多做 2 次" in refused.content.decode()
    with pytest.raises(NoAttemptsLeftError):
        begin_attempt(enrolment=own, lesson=lesson)


@pytest.mark.parametrize(
    ("counts", "mark"), [("best", 100), ("last", 50), ("first", 0)]
)
def test_the_lesson_says_which_attempt_counts(learner, course_a, counts, mark):
    course_a.get_children().delete()
    course_a.refresh_from_db()
    lesson = make_quiz(course_a, **quiet(attempt_counts=counts))
    own = enrolled(learner, lesson)
    send(own, lesson, hand_in())
    for number, given in ((2, ("q1", "q2")), (3, ("q1",))):
        begin_attempt(enrolment=own, lesson=lesson)
        answers = [answer(name, attempt=number) for name in given]
        send(own, lesson, *answers, hand_in(number))
    # One that is open has no mark and changes none.
    begin_attempt(enrolment=own, lesson=lesson)
    assert read_standings([own], timezone.now())[own.pk].mark == mark


def test_who_has_passed_stays_passed(learner, course_a):
    lesson = make_quiz(course_a, **quiet(pass_percent=80, attempt_counts="last"))
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"), answer("q2"), hand_in())
    begin_attempt(enrolment=own, lesson=lesson)
    told = send(own, lesson, hand_in(2), DONE)
    assert told.progress.passed is True
    assert told.progress.completed_at


def test_who_has_not_passed_is_told_to_try_again(learner, course_a):
    lesson = make_quiz(course_a, **quiet(pass_percent=80, attempts_allowed=1))
    own = enrolled(learner, lesson)
    told = send(own, lesson, answer("q1"), hand_in(), DONE)
    assert told.progress.completed_at is None
    assert "次数用完了" in told.verdict.missing[0]


# --- Time -------------------------------------------------------------------------------


@pytest.fixture
def timed(learner, course_a):
    lesson = make_quiz(course_a, time_limit_minutes=10)
    own = enrolled(learner, lesson)
    return lesson, own


def test_a_quiz_with_a_limit_begins_by_a_press(client, learner, timed):
    lesson, _own = timed
    client.force_login(learner)
    page = client.get(lesson.url).content.decode()
    assert "q1?" not in page
    assert "要在 10 分钟里答完" in page
    post(client, lesson, event="begin", step="1")
    page = client.get(lesson.url).content.decode()
    assert "q1?" in page
    assert "以前交卷" in page
    [attempt] = Attempt.objects.all()
    assert attempt.deadline - attempt.started_at == minutes(10)


def test_whoever_needs_more_time_has_it(timed):
    lesson, own = timed
    own.extra_time_percent = 50
    own.save()
    attempt = begin_attempt(enrolment=own, lesson=lesson)
    assert attempt.deadline - attempt.started_at == minutes(15)


def test_in_the_elder_view_no_quiz_has_a_limit(client, learner, timed):
    lesson, own = timed
    client.force_login(learner)
    client.cookies["display"] = "xlarge.light"
    assert "不限时间" in client.get(lesson.url).content.decode()
    post(client, lesson, event="begin", step="1")
    assert newest(own, lesson).deadline is None


def test_whoever_goes_on_in_the_elder_view_has_no_limit_any_more(
    client, learner, timed
):
    lesson, own = timed
    begin_attempt(enrolment=own, lesson=lesson)
    client.force_login(learner)
    client.get(lesson.url)
    assert newest(own, lesson).deadline is not None
    client.cookies["display"] = "xlarge.light"
    assert "data-seconds-left" not in client.get(lesson.url).content.decode()
    attempt = newest(own, lesson)
    assert (attempt.deadline, attempt.is_open) == (None, True)
    # To go back brings no limit, and time that is over is over in every size.
    client.cookies["display"] = "standard.light"
    client.get(lesson.url)
    assert newest(own, lesson).deadline is None


def test_time_that_is_over_is_over_in_the_elder_view_too(client, learner, timed):
    lesson, own = timed
    begun = timezone.now() - minutes(10.5)
    deadline = begin_attempt(enrolment=own, lesson=lesson, at=begun).deadline
    client.force_login(learner)
    client.cookies["display"] = "xlarge.light"
    client.get(lesson.url)
    assert newest(own, lesson).deadline == deadline


def test_what_is_under_way_when_the_time_is_over_still_counts_for_a_minute(timed):
    lesson, own = timed
    start = begin_attempt(enrolment=own, lesson=lesson).started_at
    end = start + minutes(10)
    send(own, lesson, answer("q1"), at=end + minutes(0.9))
    told = send(own, lesson, answer("q2"), at=end + minutes(1.1))
    attempt = newest(own, lesson)
    assert (attempt.score, attempt.submitted_at) == (50, end)
    assert told.as_json()["handed_in"] == 1
    assert LateAnswer.objects.count() == 1


def test_an_attempt_whose_time_is_over_is_handed_in_by_the_next_visit(
    client, learner, timed
):
    lesson, own = timed
    begin_attempt(enrolment=own, lesson=lesson, at=timezone.now() - minutes(30))
    client.force_login(learner)
    assert "小测交了" in client.get(lesson.url).content.decode()
    assert newest(own, lesson).score == 0


def test_an_attempt_whose_time_is_over_is_handed_in_by_the_clock(timed, learner):
    lesson, own = timed
    past = timezone.now() - minutes(30)
    begin_attempt(enrolment=own, lesson=lesson, at=past)
    send(own, lesson, answer("q1"), DONE, at=past)
    call_command("hand_in_overdue")
    assert newest(own, lesson).score == 50
    assert LessonProgress.objects.get().completed_at
    assert hand_in_overdue() == 0


def test_an_attempt_of_who_has_left_is_handed_in_too(timed, learner):
    from learning.services.enrolment import leave

    lesson, own = timed
    begin_attempt(enrolment=own, lesson=lesson, at=timezone.now() - minutes(30))
    leave(enrolment=own, by=learner)
    assert hand_in_overdue() == 1


def test_an_answer_to_a_quiz_that_was_not_begun_is_refused(client, learner, timed):
    lesson, _own = timed
    client.force_login(learner)
    response = client.post(
        reverse("learning:progress", args=[lesson.pk]),
        {"key": "k", "events": [answer("q1")]},
        content_type="application/json",
    )
    assert response.status_code == 422
    assert not Response.objects.exists()


# --- Without a script ---------------------------------------------------------------------


def test_without_a_script_who_has_left_something_out_is_asked(
    client, learner, course_a
):
    lesson = make_quiz(course_a, **quiet())
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"))
    client.force_login(learner)
    asked = post(client, lesson, event="hand_in", attempt="1")
    assert asked.url == reverse("learning:hand_in", args=[lesson.pk])
    assert "还有 1 题没答" in client.get(asked.url).content.decode()
    assert newest(own, lesson).is_open
    post(client, lesson, event="hand_in", attempt="1", sure="yes")
    assert newest(own, lesson).score == 50
    # Nothing is left to ask.
    assert client.get(asked.url).status_code == 302


# --- Marks by a person ------------------------------------------------------------------------


def wait_for_a_teacher(own, lesson):
    """As if the first question were one that a person marks."""
    send(own, lesson, answer("q1"), answer("q2"), DONE)
    row = newest(own, lesson).responses.get(block_id=answer("q1")["block"])
    row.is_right = row.share = None
    row.save()
    return row


def mark(row, share):
    row.manual_share = row.share = share
    row.is_right = share == 1
    row.marked_at = timezone.now()
    row.save()
    settle_attempt(attempt=row.attempt)


def test_an_answer_that_waits_keeps_the_score_open_until_it_is_marked(
    learner, course_a
):
    lesson = make_quiz(course_a, **quiet(pass_percent=80))
    own = enrolled(learner, lesson)
    row = wait_for_a_teacher(own, lesson)
    told = send(own, lesson, hand_in())
    assert newest(own, lesson).score is None
    assert told.progress.completed_at is None
    assert told.verdict.missing == ("有 1 道题等老师看，看过了才知道过没过。",)
    mark(row, 1)
    progress = LessonProgress.objects.get()
    assert newest(own, lesson).score == 100
    assert progress.passed is True
    assert progress.completed_at


def test_a_mark_that_is_lowered_takes_no_completion_back(learner, course_a):
    lesson = make_quiz(course_a, **quiet(pass_percent=80))
    own = enrolled(learner, lesson)
    row = wait_for_a_teacher(own, lesson)
    send(own, lesson, hand_in())
    mark(row, 1)
    mark(row, 0)
    progress = LessonProgress.objects.get()
    assert newest(own, lesson).score == 50
    assert progress.passed is True
    assert progress.completed_at
