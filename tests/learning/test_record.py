"""Recording progress through the service: what completes, what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from learning.choices import State
from learning.exceptions import BadReportError, NotEnrolledError
from learning.models import Attempt, Enrolment, EnrolmentEvent, LessonProgress
from learning.report import read_report
from learning.services.enrolment import enrol_learner, leave
from learning.services.progress import record
from tests.learning.lessons import (
    block_id,
    make_lesson,
    make_media,
    option_id,
    question_block,
    text_block,
    video_block,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def send(enrolment, lesson, *events, minutes=30, at=NOW):
    report = read_report(
        list(events),
        content=lesson.content,
        opened=at - timedelta(minutes=minutes),
        at=at,
    )
    return record(enrolment=enrolment, lesson=lesson, report=report, at=at)


def answer(name, option, *, seq=1, attempt=1):
    return {
        "type": "answer",
        "block": block_id(name),
        "choice": [option_id(name, option)],
        "seq": seq,
        "attempt": attempt,
    }


def watch(name, start, end):
    return {"type": "watch", "block": block_id(name), "from": start, "to": end}


DONE = {"type": "done"}


@pytest.fixture
def enrolment(learner, course_a):
    run = course_a.runs.get(is_self_paced=True)
    return enrol_learner(learner=learner, run=run, at=NOW - timedelta(days=1))


@pytest.fixture
def video_lesson(course_a):
    return make_lesson(course_a, video_block("v", make_media(seconds=100)))


def test_a_lesson_of_text_is_complete_when_done_is_pressed(enrolment, course_a):
    lesson = make_lesson(course_a, text_block())
    assert not send(enrolment, lesson, {"type": "view"}).just_completed_lesson
    assert send(enrolment, lesson, DONE).just_completed_lesson


def test_opening_a_lesson_is_not_completing_it(enrolment, video_lesson):
    outcome = send(enrolment, video_lesson, {"type": "view"})
    assert outcome.progress.completed_at is None
    assert len(outcome.verdict.missing) == 2


@pytest.mark.parametrize(("seconds", "complete"), [(79, False), (80, True)])
def test_a_video_needs_eighty_percent(enrolment, video_lesson, seconds, complete):
    outcome = send(enrolment, video_lesson, watch("v", 0, seconds), DONE)
    assert outcome.just_completed_lesson is complete


def test_jumping_to_the_end_credits_only_what_was_seen(enrolment, video_lesson):
    outcome = send(enrolment, video_lesson, watch("v", 95, 100), DONE)
    assert outcome.verdict.credited_s[block_id("v")] == 5
    assert not outcome.just_completed_lesson


def test_watching_more_than_the_clock_allows_is_not_credited(enrolment, video_lesson):
    outcome = send(enrolment, video_lesson, watch("v", 0, 100), DONE, minutes=0)
    assert outcome.verdict.credited_s[block_id("v")] == 10
    assert not outcome.just_completed_lesson


def test_the_transcript_stands_for_the_video(enrolment, video_lesson):
    event = {"type": "transcript", "block": block_id("v")}
    assert send(enrolment, video_lesson, event, DONE).just_completed_lesson


def test_questions_must_be_answered_and_are_graded_here(enrolment, course_a):
    lesson = make_lesson(course_a, question_block("q1"), question_block("q2"))
    outcome = send(enrolment, lesson, answer("q1", "a"), DONE)
    assert outcome.verdict.unanswered == (block_id("q2"),)
    outcome = send(enrolment, lesson, answer("q2", "b"))
    assert outcome.just_completed_lesson
    assert outcome.verdict.score == 50
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.score) == ("submitted", 50)
    assert attempt.responses.get(block_id=block_id("q1")).is_right


def test_a_pass_mark_asks_for_right_answers(enrolment, course_a):
    lesson = make_lesson(course_a, question_block("q"), pass_percent=60)
    outcome = send(enrolment, lesson, answer("q", "b"), DONE)
    assert not outcome.just_completed_lesson
    assert outcome.progress.passed is False
    outcome = send(enrolment, lesson, answer("q", "a", seq=2))
    assert outcome.just_completed_lesson
    assert outcome.progress.passed is True


def test_an_older_answer_that_arrives_later_changes_nothing(enrolment, course_a):
    lesson = make_lesson(course_a, question_block("q1"), question_block("q2"))
    send(enrolment, lesson, answer("q1", "a", seq=2))
    send(enrolment, lesson, answer("q1", "b", seq=1))
    response = Attempt.objects.get().responses.get()
    assert response.answer == [option_id("q1", "a")]


def test_what_was_handed_in_stays_as_it_was(enrolment, course_a):
    lesson = make_lesson(course_a, question_block("q"))
    send(enrolment, lesson, answer("q", "b"), DONE)
    send(enrolment, lesson, answer("q", "a", seq=9))
    attempt = Attempt.objects.get()
    assert attempt.score == 0
    assert attempt.responses.get().answer == [option_id("q", "b")]


def test_the_paper_is_frozen_when_the_first_answer_comes(enrolment, course_a):
    lesson = make_lesson(course_a, question_block("q"))
    send(enrolment, lesson, answer("q", "a"))
    paper = Attempt.objects.get().paper
    assert paper[0]["block_id"] == block_id("q")
    assert paper[0]["raw"]["value"]["prompt"] == "q?"
    assert len(paper[0]["sha256"]) == 64


def test_completion_is_written_once_and_never_goes_back(enrolment, course_a):
    lesson = make_lesson(course_a, text_block())
    first = send(enrolment, lesson, DONE).progress.completed_at
    later = send(enrolment, lesson, DONE, at=NOW + timedelta(days=1))
    assert not later.just_completed_lesson
    assert later.progress.completed_at == first
    assert later.progress.rule["watched_share"] == 0.8


def test_adding_a_question_does_not_undo_a_completed_lesson(enrolment, course_a):
    lesson = make_lesson(course_a, text_block())
    send(enrolment, lesson, DONE)
    lesson.body.append(("tip", {"text": "新加的"}))
    lesson.save_revision().publish()
    outcome = send(enrolment, type(lesson).objects.get(pk=lesson.pk), {"type": "view"})
    assert outcome.progress.completed_at is not None


def test_the_course_is_complete_with_its_last_required_lesson(enrolment, course_a):
    course_a.get_children().delete()
    course_a.refresh_from_db()
    one = make_lesson(course_a, text_block("1"), title="一")
    two = make_lesson(course_a, text_block("2"), title="二")
    make_lesson(course_a, text_block("3"), title="选学", is_required=False)
    assert not send(enrolment, one, DONE).just_completed_course
    assert send(enrolment, two, DONE).just_completed_course
    enrolment.refresh_from_db()
    assert enrolment.state == State.COMPLETED
    assert enrolment.completed_at == NOW
    assert EnrolmentEvent.objects.filter(to_state=State.COMPLETED).count() == 1


def test_a_new_lesson_does_not_undo_a_completed_course(enrolment, course_a):
    course_a.get_children().delete()
    course_a.refresh_from_db()
    lesson = make_lesson(course_a, text_block("1"))
    send(enrolment, lesson, DONE)
    make_lesson(course_a, text_block("2"), title="新课")
    enrolment.refresh_from_db()
    assert enrolment.is_complete


def test_leaving_and_coming_back_finds_the_progress(enrolment, course_a):
    lesson = make_lesson(course_a, text_block())
    make_lesson(course_a, text_block("2"), title="第二课")
    send(enrolment, lesson, DONE)
    left = leave(enrolment=enrolment, by=enrolment.learner, at=NOW)
    assert left.state == State.WITHDRAWN
    with pytest.raises(NotEnrolledError):
        send(enrolment, lesson, DONE)
    back = enrol_learner(learner=enrolment.learner, run=enrolment.run, at=NOW)
    assert back.pk == enrolment.pk
    assert LessonProgress.objects.get(enrolment=back).completed_at == NOW


def test_enrolling_twice_is_one_enrolment(learner, course_a):
    run = course_a.runs.get(is_self_paced=True)
    first = enrol_learner(learner=learner, run=run)
    assert enrol_learner(learner=learner, run=run).pk == first.pk
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize(
    "event",
    [
        {"type": "watch", "block": block_id("v"), "from": -1, "to": 5},
        {"type": "watch", "block": block_id("v"), "from": 0, "to": 150},
        {"type": "watch", "block": block_id("v"), "from": 50, "to": 10},
        {"type": "watch", "block": block_id("v"), "from": 0, "to": float("nan")},
        {"type": "watch", "block": block_id("v"), "from": 0, "to": float("inf")},
        {"type": "watch", "block": block_id("v"), "from": True, "to": 5},
        {"type": "watch", "block": "of another lesson", "from": 0, "to": 5},
        {"type": "position", "block": block_id("v"), "epoch": -1, "at": 5},
        {"type": "position", "block": block_id("v"), "epoch": 0, "at": 1000},
        {"type": "transcript", "block": "none"},
        {"type": "answer", "block": block_id("v"), "choice": ["x"]},
        {"type": "percent", "value": 150},
        "done",
        None,
    ],
)
def test_a_forged_report_is_refused_whole(enrolment, video_lesson, event):
    with pytest.raises(BadReportError):
        send(enrolment, video_lesson, DONE, event)
    assert not LessonProgress.objects.exists()


def test_an_option_of_another_question_is_no_answer(enrolment, course_a):
    lesson = make_lesson(course_a, question_block("q1"), question_block("q2"))
    forged = answer("q1", "a") | {"choice": [option_id("q2", "a")]}
    with pytest.raises(BadReportError):
        send(enrolment, lesson, forged)
    assert not Attempt.objects.exists()


def test_a_medium_whose_length_is_unknown_is_not_watched_by_itself(enrolment, course_a):
    lesson = make_lesson(course_a, video_block("v", make_media(seconds=0)))
    outcome = send(enrolment, lesson, DONE)
    assert outcome.verdict.open_media == (block_id("v"),)
    event = {"type": "transcript", "block": block_id("v")}
    assert send(enrolment, lesson, event).just_completed_lesson
