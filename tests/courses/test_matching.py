"""Pairs to be found: each right pair is a part, and no id gives a pair away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.arranged import MatchingBlock, partner_id
from tests.learning.lessons import matching_block, option_id, value_of

LEFTS = [option_id("q", str(place)) for place in range(1, 9)]
RIGHTS = [partner_id(one) for one in LEFTS]
SIZES = st.integers(min_value=2, max_value=8)


def of_size(size):
    names = zip("甲乙丙丁戊己庚辛", "子丑寅卯辰巳午未", strict=True)
    return value_of(matching_block("q", **dict(list(names)[:size])))


def answer(*places):
    """Which right half each left one is given, by its place."""
    return [
        f"{left}:{RIGHTS[place]}" for left, place in zip(LEFTS, places, strict=False)
    ]


CHOICES = SIZES.flatmap(
    lambda size: st.lists(st.integers(0, size - 1), min_size=size, max_size=size)
)


@given(CHOICES)
def test_the_share_is_how_many_pairs_are_right(places):
    value = of_size(len(places))
    mark = value.grade(answer(*places))
    found = sum(one == place for place, one in enumerate(places))
    assert value.is_answer(answer(*places))
    assert mark.share == pytest.approx(found / len(places))
    assert mark.is_right is (found == len(places))


@given(CHOICES)
def test_the_order_in_which_pairs_are_sent_says_nothing(places):
    value, given_ = of_size(len(places)), answer(*places)
    backwards = given_[::-1]
    assert value.grade(backwards) == value.grade(given_)
    assert value.kept(backwards) == value.kept(given_)


@given(SIZES, st.lists(st.text(max_size=20), max_size=12))
def test_an_answer_to_an_older_version_is_graded_too(size, response):
    value = of_size(size)
    known = answer(*range(8))
    for given_ in (response, [*known, *response], known * 2):
        assert 0 <= value.grade(given_).share <= 1
        value.words_of(given_)
        value.shown(given_, "seed")


@given(SIZES, st.text(max_size=12))
def test_the_right_halves_are_shuffled_and_named_otherwise(size, seed):
    shown = of_size(size).shown(None, seed)
    assert shown == of_size(size).shown(None, seed)
    assert [row["id"] for row in shown.rows] == LEFTS[:size]
    ids = [option["id"] for option in shown.options]
    assert sorted(ids) == sorted(RIGHTS[:size])
    assert ids != RIGHTS[:size]
    assert not set(ids) & set(LEFTS)


def test_an_answer_is_shown_and_said_as_it_was_given():
    value = of_size(3)
    given_ = answer(1, 1, 2)
    rows = value.shown(given_, "seed").rows
    assert [row["chosen"] for row in rows] == [RIGHTS[1], RIGHTS[1], RIGHTS[2]]
    assert value.words_of(given_) == ["甲 — 丑", "乙 — 丑", "丙 — 寅"]
    assert value.words_of([]) == []


def test_an_answer_gives_every_left_half_one_right_half():
    value = of_size(2)
    assert value.is_answer(answer(1, 0))
    for wrong in (
        [], answer(0), answer(0, 1, 2), [*answer(0), *answer(1)], answer(0, 5),
        [f"{LEFTS[0]}:{LEFTS[0]}", f"{LEFTS[1]}:{LEFTS[1]}"], LEFTS[:2],
        [f"{one}:x" for one in answer(0, 1)], [1, 2], None, "".join(answer(0, 1)), {},
        [[], []],
    ):  # fmt: skip
        assert not value.is_answer(wrong)


def test_a_plain_form_has_a_choice_for_each_left_half():
    value = of_size(2)
    form = {f"pair-{LEFTS[0]}": RIGHTS[1], f"pair-{LEFTS[1]}": RIGHTS[0]}
    assert value.read_form(form) == answer(1, 0)
    assert value.read_form(form | {f"pair-{LEFTS[0]}": ""}) is None
    assert value.read_form({}) is None


@pytest.mark.parametrize("pairs", [{"甲": "子", "乙": "子"}, {"甲": "子", "甲 ": "丑"}])
def test_two_that_read_alike_are_refused_in_the_form(pairs):
    block = MatchingBlock()
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python(matching_block("q", **pairs)["value"]))
    block.clean(block.to_python(matching_block("q")["value"]))


def test_what_an_incomplete_form_held_is_shown_again():
    value = of_size(2)
    draft = value.draft({f"pair-{LEFTS[0]}": RIGHTS[1], "pair-x": "y"})
    assert draft == {f"pair-{LEFTS[0]}": RIGHTS[1]}
    rows = value.shown(answer(0, 1), "s", draft).rows
    assert [row["chosen"] for row in rows] == [RIGHTS[1], None]
