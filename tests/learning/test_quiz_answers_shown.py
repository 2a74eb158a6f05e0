"""What is right leaves the server only when the lesson says so."""

import pytest
from django.urls import reverse

from courses.choices import AnswersShown
from tests.learning.lessons import fill_in_block, make_lesson, matching_block
from tests.learning.quizzes import answer, enrolled, hand_in, make_quiz, send

pytestmark = pytest.mark.django_db
# Of the option that was chosen, and of what would have been right.
TELLING = ("选了a", "选了b", "opt--ok", "opt--no", "对了！", 'fb--ok"><svg', "对的是")


def page(client, lesson):
    """The lesson without the two empty boxes that the script fills in."""
    html = client.get(lesson.url).content.decode()
    return html.split('<template id="fb-ok">')[0]


def everything(client, lesson, own):
    """All that the server sends of the lesson: page, step by step, paper, reports."""
    whole = page(client, lesson)
    client.cookies["display"] = "large.light"
    steps = page(client, lesson)
    del client.cookies["display"]
    print_url = reverse("learning:handout", args=[lesson.pk])
    paper = client.get(print_url).content.decode()
    told = send(own, lesson, answer("q1", "b", seq=9))
    return [whole, steps, paper, str(told.as_json())]


@pytest.mark.parametrize("shown", [AnswersShown.HANDED_IN, AnswersShown.NEVER])
def test_nothing_tells_what_is_right_before_handing_in(
    client, learner, course_a, shown
):
    lesson = make_quiz(course_a, answers_shown=shown, pass_percent=50)
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1", "b"), answer("q2", "a"))
    client.force_login(learner)
    for sent in everything(client, lesson, own):
        assert not [one for one in TELLING if one in sent]
        assert "is_right" not in sent
        assert "题对了" not in sent.split('id="words"')[0]


def test_after_handing_in_all_is_shown_with_what_is_right(client, learner, course_a):
    lesson = make_quiz(course_a, answers_shown=AnswersShown.HANDED_IN)
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1", "b"), hand_in())
    client.force_login(learner)
    html = page(client, lesson)
    assert "选了b" in html
    assert html.count("对的是：") == 2
    assert "2 题对了 0 题" in html


def test_where_answers_are_never_shown_only_the_number_of_right_ones_is(
    client, learner, course_a
):
    lesson = make_quiz(course_a, answers_shown=AnswersShown.NEVER)
    own = enrolled(learner, lesson)
    send(own, lesson, answer("q1", "b"), answer("q2"), hand_in())
    client.force_login(learner)
    html = page(client, lesson)
    assert "2 题对了 1 题" in html
    assert not [one for one in TELLING if one in html]


def test_each_answer_is_told_at_once_as_before(client, learner, course_a):
    lesson = make_quiz(course_a)
    own = enrolled(learner, lesson)
    told = send(own, lesson, answer("q1", "b"))
    assert "选了b" in str(told.as_json())
    client.force_login(learner)
    assert "选了b" in page(client, lesson)


def test_what_is_typed_and_matched_is_told_in_words(client, learner, course_a):
    lesson = make_lesson(
        course_a,
        fill_in_block("f"),
        matching_block("m"),
        answers_shown=AnswersShown.HANDED_IN,
        time_limit_minutes=5,
    )
    own = enrolled(learner, lesson)
    from learning.services.attempts import begin_attempt

    begin_attempt(enrolment=own, lesson=lesson)
    client.force_login(learner)
    assert "温水" not in page(client, lesson)
    send(own, lesson, hand_in())
    html = page(client, lesson)
    assert "温水" in html
    assert "发面 — 馒头" in html
