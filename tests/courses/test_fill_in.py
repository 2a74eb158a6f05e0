"""A blank to fill in: right is what reads the same, and nothing that is only near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks.struct_block import StructBlockValidationError

from core.simplified import simplifier
from courses.blocks.typed import FillInBlock
from courses.typed_answers import MOST_TYPED, plain
from tests.learning.lessons import fill_in_block, value_of

# No half of a pair of surrogates: nothing that is sent as UTF-8 has one.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(TEXTS)
def test_what_is_folded_folds_into_itself(text):
    assert plain(plain(text)) == plain(text)


@given(st.lists(TEXTS.filter(plain), min_size=1, max_size=4), TEXTS)
def test_a_mark_is_all_or_nothing_and_every_answer_is_right(answers, typed):
    value = value_of(fill_in_block("q", *answers))
    assert all(value.grade(answer).share == 1 for answer in answers)
    mark = value.grade(typed)
    assert mark.share in (0, 1)
    assert mark.is_right is (plain(typed) in map(plain, answers))


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("温水", "  温水 "),
        ("温水", "温　水"),
        ("温水", "温\u200b水"),
        ("WiFi", "ｗｉｆｉ"),
        ("Ice cream", "ice   CREAM"),
        ("3 月", "３月"),
        ("3.14", "３．１４"),
    ],
)
def test_what_the_keyboard_decides_does_not_matter(answer, typed):
    assert value_of(fill_in_block("q", answer)).grade(typed).is_right


@pytest.mark.parametrize(
    ("answer", "typed"),
    [
        ("可以", "不可以"),
        ("不可以", "可以"),
        ("3.14", "314"),
        ("mǎ", "má"),
        ("ma", "mǎ"),
        ("Ice cream", "icecream"),
        ("1 1", "11"),
        ("温水", "温开水"),
        ("温水", "水温"),
        ("可以", "可以。"),
        ("C++", "C"),
        ("温水", "\u200b"),
        ("温水", "[]"),
    ],
)
def test_nearly_right_is_not_right(answer, typed):
    mark = value_of(fill_in_block("q", answer)).grade(typed)
    assert not mark.is_right
    assert mark.share == 0


@pytest.mark.skipif(simplifier() is str, reason="no table of characters")
@pytest.mark.parametrize(
    ("answer", "typed"), [("学习", "學習"), ("學習", "学习"), ("干燥", "乾燥")]
)
def test_traditional_characters_are_the_same_word(answer, typed):
    assert value_of(fill_in_block("q", answer)).grade(typed).is_right


def test_without_the_table_of_characters_the_rest_is_compared_as_ever(monkeypatch):
    monkeypatch.setattr("courses.typed_answers.simplifier", lambda: str)
    value = value_of(fill_in_block("q", "学习 Word"))
    assert value.grade("学习ＷＯＲＤ").is_right
    assert not value.grade("學習word").is_right


def test_the_remark_follows_the_answer():
    value = value_of(fill_in_block("q", "温水"))
    assert value.grade("温水").remarks == ["就是它"]
    assert value.grade("冷水").remarks == ["不是它"]


@pytest.mark.parametrize(
    ("response", "is_one"),
    [
        ("温水", True),
        ("水" * MOST_TYPED, True),
        ("水" * (MOST_TYPED + 1), False),
        ("", False),
        ("　 ", False),
        ("温\x00水", False),
        ("温\ud800水", False),
        ("温\t水", True),
        (["温水"], False),
        (3, False),
        (None, False),
        ({"a": "温水"}, False),
    ],
)
def test_an_answer_is_text_that_can_have_been_typed(response, is_one):
    assert value_of(fill_in_block("q")).is_answer(response) is is_one


def test_what_erasure_has_emptied_is_no_fault():
    value = value_of(fill_in_block("q"))
    assert not value.grade([]).is_right
    assert value.words_of([]) == []
    assert value.shown([], "seed").typed == ""


def test_an_answer_that_nobody_can_see_is_refused_in_the_form():
    block = FillInBlock()
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python(fill_in_block("q", "\u200b")["value"]))
    block.clean(block.to_python(fill_in_block("q", "温水")["value"]))
