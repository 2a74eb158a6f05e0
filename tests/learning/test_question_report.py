"""The figures of questions: by hand, by property, and from the answers of a class."""

import math
import statistics

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from learning.question_figures import (
    MOST_WRONG,
    Correlation,
    QuestionFigures,
    mean_of_rest,
)
from learning.question_report import question_rows
from tests.learning.lessons import block_id, make_lesson, question_block
from tests.learning.reports import hand_in, put

shares = st.floats(0, 1, allow_nan=False)
pairs = st.lists(st.tuples(shares, shares), min_size=2, max_size=60)


def correlation_of(found):
    known = Correlation()
    for x, y in found:
        known.add(x, y)
    return known.r


def test_a_correlation_as_it_comes_by_hand():
    # n=4, Σx=2, Σy=2, Σx²=2, Σy²=1.5, Σxy=1.5: r = 2 / √(4 · 2) = 0.7071.
    found = correlation_of([(1, 1), (1, 0.5), (0, 0.5), (0, 0)])
    assert found == pytest.approx(math.sqrt(0.5))


def test_who_does_better_elsewhere_and_worse_here_makes_it_negative():
    assert correlation_of([(0, 1), (1, 0)]) == pytest.approx(-1)


def test_where_everybody_answers_alike_nothing_is_told_apart():
    assert correlation_of([(1, 0.2), (1, 0.9), (1, 0.5)]) is None


@given(pairs)
def test_a_correlation_lies_between_minus_one_and_one(found):
    r = correlation_of(found)
    assert r is None or -1 <= r <= 1


@given(pairs)
def test_it_agrees_with_the_textbook(found):
    r = correlation_of(found)
    xs, ys = zip(*found, strict=True)
    spread = statistics.pvariance(xs), statistics.pvariance(ys)
    if r is not None and min(spread) > 1e-4:
        assert r == pytest.approx(statistics.correlation(xs, ys), abs=1e-6)


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_learners_changes_nothing(found, chance):
    before = correlation_of(found)
    mixed = list(found)
    chance.shuffle(mixed)
    after = correlation_of(mixed)
    if before is not None and after is not None:
        spread = min(statistics.pvariance(one) for one in zip(*found, strict=True))
        if spread > 1e-4:
            assert after == pytest.approx(before, abs=1e-6)


@given(st.lists(st.one_of(st.none(), shares), max_size=40))
def test_facility_is_the_mean_of_what_is_marked(found):
    figures = QuestionFigures(asked=len(found))
    for share in found:
        figures.add(share, [], None)
    marked = [one for one in found if one is not None]
    assert figures.answered == len(found)
    if marked:
        assert figures.facility == pytest.approx(statistics.fmean(marked))
        assert 0 <= figures.facility <= 1 + 1e-9
    else:
        assert figures.facility is None


def test_the_rest_leaves_out_the_question_itself_and_what_waits_for_a_person():
    found = {"a": 1.0, "b": 0.0, "c": None, "d": 0.5}
    assert mean_of_rest(found, "a") == 0.25
    assert mean_of_rest({"a": 1.0}, "a") is None


def test_typed_answers_without_end_do_not_fill_the_memory():
    figures = QuestionFigures()
    for number in range(MOST_WRONG + 30):
        figures.add(0.0, [str(number)], None)
    assert len(figures.wrong) == MOST_WRONG
    assert figures.wrong_others == 30


@pytest.fixture
def run(course_a):
    return course_a.runs.get(is_self_paced=True)


@pytest.fixture
def quiz(course_a):
    return make_lesson(course_a, question_block("p"), question_block("q"))


@pytest.fixture
def answered(run, quiz):
    """Twenty learners: eight have both right, twelve choose b in p, four of them in q."""
    for number in range(20):
        p = "a" if number < 8 else "b"
        q = "b" if number >= 16 else "a"
        hand_in(put(run, f"l{number}"), quiz, p=p, q=q)


@pytest.mark.django_db
def test_a_class_of_twenty_as_it_comes_by_hand(teacher_a, run, quiz, answered):
    p, q = question_rows(teacher_a, run, quiz)
    assert (p.figures.answered, p.figures.facility) == (20, 0.4)
    assert (q.figures.answered, q.figures.facility) == (20, 0.8)
    # Σx=8, Σy=16, Σx²=8, Σy²=16, Σxy=8: r = (160−128) / √(96 · 64) = 0.4082.
    assert p.figures.discrimination == pytest.approx(32 / math.sqrt(96 * 64))
    assert p.discrimination_words == "0.41"
    assert [(one.words, one.number) for one in p.wrongs] == [("b", 12)]
    assert any("一半以上的人选了「b」" in hint for hint in p.hints)
    assert not q.hints


@pytest.mark.django_db
def test_with_fewer_than_twenty_it_says_so_in_words(client, teacher_a, run, quiz):
    hand_in(put(run, "one"), quiz, p="b")
    p, q = question_rows(teacher_a, run, quiz)
    assert p.figures.discrimination is None
    assert "20" in p.discrimination_words
    assert not p.hints
    assert (q.figures.answered, q.figures.unanswered) == (0, 1)
    client.force_login(teacher_a)
    url = reverse("desk:questions", args=[run.pk])
    page = client.get(url, {"lesson": quiz.pk}).content.decode()
    assert p.discrimination_words in page


@pytest.mark.django_db
def test_only_the_first_attempt_that_was_handed_in_counts(teacher_a, run, quiz):
    row = put(run, "one")
    hand_in(row, quiz, p="b", q="b")
    hand_in(row, quiz, number=2, p="a", q="a")
    p, _q = question_rows(teacher_a, run, quiz)
    assert (p.figures.answered, p.figures.facility) == (1, 0)


@pytest.mark.django_db
def test_versions_of_a_question_stand_apart(teacher_a, run, quiz):
    hand_in(put(run, "before"), quiz, p="b")
    raw = [question_block("p", right="b"), question_block("q")]
    quiz.body = quiz._meta.get_field("body").to_python(raw)
    quiz.save()
    del quiz.__dict__["content"]
    hand_in(put(run, "after"), quiz, p="b")
    rows = question_rows(teacher_a, run, quiz)
    versions = [one for one in rows if one.block_id == block_id("p")]
    assert [one.is_current for one in versions] == [True, False]
    assert [one.figures.facility for one in versions] == [1, 0]


@pytest.mark.django_db
def test_answers_are_read_twice_a_chunk(
    teacher_a, run, quiz, answered, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("learning.question_report.CHUNK", 10)
    # Is the reader of the centre, the heads once, and the answers of ten, twice.
    with django_assert_num_queries(4):
        question_rows(teacher_a, run, quiz)
