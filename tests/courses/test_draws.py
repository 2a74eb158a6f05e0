"""A draw in a lesson: from a bank of the own school that has questions."""

import pytest

from courses.exceptions import NotReadyError
from courses.services.publishing import problems_of, short_draws
from tests.learning.lessons import make_lesson
from tests.learning.quizzes import draw_block, make_bank

pytestmark = pytest.mark.django_db


def test_a_bank_of_another_school_cannot_be_published(course_a, course_b):
    with pytest.raises(NotReadyError, match="不是本校的"):
        make_lesson(course_a, draw_block(make_bank(course_b, "b1"), 1))


def test_an_empty_bank_cannot_be_published(course_a):
    with pytest.raises(NotReadyError, match="还没有题"):
        make_lesson(course_a, draw_block(make_bank(course_a), 1))


def test_a_bank_with_too_few_is_used_whole_and_its_author_is_told(course_a):
    lesson = make_lesson(course_a, draw_block(make_bank(course_a, "b1"), 3))
    assert problems_of(lesson) == []
    [sentence] = short_draws(lesson)
    assert "只有 1 题" in sentence
    enough = make_lesson(course_a, draw_block(make_bank(course_a, "b2"), 1), title="二")
    assert short_draws(enough) == []
