"""Things to be put in order: each in its place is a part, and the page tells nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.arranged import OrderingBlock
from tests.learning.lessons import option_id, ordering_block, value_of

IDS = [option_id("q", str(place)) for place in range(1, 9)]
SIZES = st.integers(min_value=2, max_value=8)


def of_size(size):
    return value_of(ordering_block("q", *"甲乙丙丁戊己庚辛"[:size]))


@given(SIZES.flatmap(lambda size: st.permutations(IDS[:size])))
def test_the_share_is_how_many_stand_in_their_place(order):
    mark = of_size(len(order)).grade(list(order))
    there = sum(one == IDS[place] for place, one in enumerate(order))
    assert mark.share == pytest.approx(there / len(order))
    assert 0 <= mark.share <= 1
    assert mark.is_right is (mark.share == 1)


@given(SIZES, st.lists(st.sampled_from([*IDS, "gone"]), max_size=12))
def test_an_answer_to_an_older_version_is_graded_too(size, response):
    """A thing was added or taken away since; what stands where it belongs counts."""
    mark = of_size(size).grade(response)
    assert 0 <= mark.share <= 1
    assert mark.is_right is (response == IDS[:size])


@given(SIZES, st.text(max_size=12))
def test_the_order_shown_is_stable_complete_and_never_right(size, seed):
    value = of_size(size)
    shown = [row["id"] for row in value.shown(None, seed).rows]
    assert shown == [row["id"] for row in value.shown(None, seed).rows]
    assert sorted(shown) == sorted(IDS[:size])
    assert shown != IDS[:size]


def test_different_attempts_see_different_orders():
    value = of_size(8)
    orders = {
        tuple(row["id"] for row in value.shown(None, f"7/{attempt}").rows)
        for attempt in range(10)
    }
    assert len(orders) > 5


def test_after_the_answer_the_rows_stand_as_they_were_put():
    value = of_size(3)
    answer = [IDS[2], IDS[0], IDS[1]]
    shown = value.shown(answer, "seed")
    assert [row["text"] for row in shown.rows] == ["丙", "甲", "乙"]
    assert [row["place"] for row in shown.rows] == shown.places == ["1", "2", "3"]
    assert value.words_of(answer) == ["丙", "甲", "乙"]
    assert {row["place"] for row in value.shown(None, "seed").rows} == {None}


def test_an_answer_is_every_id_once():
    value = of_size(3)
    assert value.is_answer(IDS[:3])
    assert value.kept([IDS[2], IDS[0], IDS[1]]) == [IDS[2], IDS[0], IDS[1]]
    for wrong in (
        [], IDS[:2], IDS[:4], [IDS[0]] * 3, [*IDS[:2], "x"], [1, 2, 3], "".join(IDS[:3]),
        None, {"a": 1}, tuple(IDS[:3]), [[], [], []],
    ):  # fmt: skip
        assert not value.is_answer(wrong)


def test_a_plain_form_says_the_place_of_each():
    value = of_size(3)
    form = {f"place-{one}": place for one, place in zip(IDS, "312", strict=False)}
    assert value.read_form(form) == [IDS[1], IDS[2], IDS[0]]
    for wrong in ("112", "12", "034", "12x", "   "):
        places = zip(IDS, wrong, strict=False)
        assert value.read_form({f"place-{one}": at for one, at in places}) is None


def test_two_that_read_alike_are_refused_in_the_form():
    block = OrderingBlock()
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python(ordering_block("q", "和面", "和 面")["value"]))
    block.clean(block.to_python(ordering_block("q")["value"]))


def test_what_an_incomplete_form_held_is_shown_again():
    value = of_size(3)
    form = {f"place-{IDS[0]}": "2", f"place-{IDS[1]}": "2", "place-x": "1"}
    draft = value.draft(form)
    assert draft == {f"place-{IDS[0]}": "2", f"place-{IDS[1]}": "2"}
    shown = {row["id"]: row["place"] for row in value.shown(IDS[:3], "s", draft).rows}
    assert shown == {IDS[0]: "2", IDS[1]: "2", IDS[2]: None}
