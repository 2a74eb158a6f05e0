"""A paper is frozen: what an attempt asks, whatever becomes of the lesson."""

import pytest

from learning.models import Attempt, Response
from learning.paper import content_of, freeze_paper
from learning.services.attempts import begin_attempt
from tests.factories import make_learner
from tests.learning.lessons import block_id, make_lesson, question_block, text_block
from tests.learning.quizzes import (
    answer,
    draw_block,
    edit,
    enrolled,
    hand_in,
    make_bank,
    make_quiz,
    newest,
    quiet,
    send,
)

pytestmark = pytest.mark.django_db


def asked(attempt):
    return [one["block_id"] for one in attempt.paper]


def ids(*names):
    return [block_id(name) for name in names]


def test_an_answer_is_graded_by_the_question_of_its_attempt(learner, course_a):
    lesson = make_quiz(course_a)
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1", "a"))
    lesson = edit(lesson, question_block("q1", right="b"), question_block("q2"))
    send(own, lesson, answer("q1", "a", seq=2))
    assert Response.objects.get().is_right is True


def test_a_page_shows_the_old_question_to_who_has_begun_and_the_new_one_to_others(
    client, learner, course_a
):
    lesson = make_quiz(course_a)
    own = enrolled(learner, lesson)
    other = make_learner("other")
    enrolled(other, lesson)
    send(own, lesson, answer("q1"))
    new = question_block("q1")
    new["value"]["prompt"] = "新的问法?"
    lesson = edit(lesson, new, question_block("q2"))
    client.force_login(learner)
    assert "新的问法" not in client.get(lesson.url).content.decode()
    client.force_login(other)
    assert "新的问法" in client.get(lesson.url).content.decode()


def test_the_next_attempt_takes_the_new_question(learner, course_a):
    lesson = make_quiz(course_a, **quiet())
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"), answer("q2"), hand_in())
    lesson = edit(lesson, question_block("q1", right="b"), question_block("q2"))
    second = begin_attempt(enrolment=own, lesson=lesson)
    send(own, lesson, answer("q1", "a", attempt=second.number))
    assert second.responses.get().is_right is False
    assert Response.objects.filter(attempt__number=1, is_right=True).count() == 2


def test_a_question_that_was_removed_stays_with_who_has_it(client, learner, course_a):
    lesson = make_lesson(
        course_a, text_block(), question_block("q1"), question_block("q2")
    )
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"))
    lesson = edit(lesson, text_block(), question_block("q1"))
    client.force_login(learner)
    assert f'id="q-{block_id("q2")}"' in client.get(lesson.url).content.decode()
    told = send(own, lesson, answer("q2"), {"type": "done"})
    assert told.progress.completed_at


def test_a_question_that_is_new_is_not_demanded_of_an_open_attempt(learner, course_a):
    lesson = make_quiz(course_a)
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1"))
    lesson = edit(lesson, *[question_block(name) for name in ("q1", "q2", "q3")])
    told = send(own, lesson, answer("q2"), {"type": "done"})
    assert told.progress.completed_at
    assert newest(own, lesson).score == 100


def test_shuffled_questions_keep_to_what_teaches_before_them(course_a):
    lesson = make_lesson(
        course_a,
        text_block("t1"),
        *[question_block(f"q{number}") for number in range(5)],
        text_block("t2"),
        *[question_block(f"r{number}") for number in range(5)],
        shuffles_questions=True,
    )
    orders = {
        tuple(one["block_id"] for one in freeze_paper(lesson, seed=f"{seed}"))
        for seed in range(5)
    }
    assert len(orders) > 1
    first, second = set(ids(*[f"q{n}" for n in range(5)])), block_id("t2")
    for order in orders:
        assert set(order[:5]) == first
    paper = freeze_paper(lesson, seed="1")
    assert {one["after"] for one in paper[5:]} == {second}
    assert paper == freeze_paper(lesson, seed="1")


def test_the_page_shows_shuffled_questions_in_the_order_of_the_paper(
    client, learner, course_a
):
    names = [f"q{number}" for number in range(6)]
    lesson = make_lesson(
        course_a,
        text_block(),
        *[question_block(name) for name in names],
        shuffles_questions=True,
        time_limit_minutes=5,
    )
    own = enrolled(learner, lesson)
    attempt = begin_attempt(enrolment=own, lesson=lesson)
    client.force_login(learner)
    page = client.get(lesson.url).content.decode()
    places = [page.index(f'id="q-{one}"') for one in asked(attempt)]
    assert places == sorted(places)


def test_each_attempt_draws_others_of_the_bank_as_long_as_there_are(learner, course_a):
    bank = make_bank(course_a, "b1", "b2", "b3", "b4")
    lesson = make_lesson(course_a, draw_block(bank, 2), **quiet())
    own = enrolled(learner, lesson)
    first = begin_attempt(enrolment=own, lesson=lesson)
    assert len(first.paper) == 2
    assert {one["bank"] for one in first.paper} == {bank.pk}
    send(own, lesson, hand_in())
    second = begin_attempt(enrolment=own, lesson=lesson)
    assert set(asked(first)) | set(asked(second)) == set(ids("b1", "b2", "b3", "b4"))


def test_who_writes_more_into_a_bank_changes_no_attempt_and_the_next_draw(
    learner, course_a
):
    bank = make_bank(course_a, "b1")
    lesson = make_lesson(course_a, draw_block(bank, 5), **quiet())
    own = enrolled(learner, lesson)
    first = begin_attempt(enrolment=own, lesson=lesson)
    body = [question_block(name) for name in ("b1", "b2")]
    bank.body = bank._meta.get_field("body").to_python(body)
    bank.save_revision()
    assert len(Attempt.objects.get(pk=first.pk).paper) == 1
    send(own, lesson, hand_in())
    assert len(begin_attempt(enrolment=own, lesson=lesson).paper) == 2


def test_a_bank_of_another_school_gives_nothing(course_a, course_b):
    bank = make_bank(course_b, "b1", "b2")
    lesson = make_lesson(course_a, question_block("q1"))
    field = lesson._meta.get_field("body")
    lesson.body = field.to_python([question_block("q1"), draw_block(bank, 2)])
    assert [one["block_id"] for one in freeze_paper(lesson)] == ids("q1")


def test_a_drawn_question_is_answered_and_completes_the_lesson(
    client, learner, course_a
):
    bank = make_bank(course_a, "b1", "b2")
    lesson = make_lesson(course_a, draw_block(bank, 2))
    own = enrolled(learner, lesson)
    client.force_login(learner)
    before = client.get(lesson.url).content.decode()
    assert "b1?" not in before
    assert "开始答题" in before
    begin_attempt(enrolment=own, lesson=lesson)
    assert "b1?" in client.get(lesson.url).content.decode()
    told = send(own, lesson, answer("b1"), answer("b2"), {"type": "done"})
    assert told.progress.completed_at


def test_a_paper_without_places_is_shown_where_the_lesson_says(course_a):
    lesson = make_lesson(
        course_a, text_block("t1"), question_block("q1"), text_block("t2")
    )
    paper = freeze_paper(lesson)
    for one in paper:
        del one["after"]
    from learning.paper import arrange

    shown = [one.id for one in arrange(lesson.body, Attempt(paper=paper))]
    assert shown == ids("t1", "q1", "t2")
    assert len(content_of(lesson, Attempt(paper=paper)).questions) == 1
