"""Questions of a file in a lesson: the real blocks take them and grade them."""

from decimal import Decimal

from courses.blocks.lesson import LessonStreamBlock
from courses.question_files import Item, to_blocks
from courses.question_files.items import (
    FILL_IN,
    MATCHING,
    NUMERIC,
    ORDERING,
    Pair,
)


def in_a_lesson(item):
    """The value of the item's block, as a published lesson has it."""
    mapped = to_blocks([item])
    assert mapped.left_out == []
    stream = LessonStreamBlock()
    found = stream.clean(stream.to_python(mapped.blocks))
    # And once more from what the database would keep.
    again = stream.to_python(stream.get_prep_value(found))
    return again[0].value, mapped.blocks[0]["value"]


def is_right(value, answer):
    return value.grade(answer).is_right


def test_a_blank_takes_each_listed_answer():
    value, _raw = in_a_lesson(
        Item(1, FILL_IN, prompt="和面要用____水", answers=["温", "温热"])
    )
    assert is_right(value, "温")
    assert is_right(value, "温热")
    assert not is_right(value, "冷")


def test_a_number_keeps_tolerance_and_unit():
    item = Item(1, NUMERIC, prompt="多少分钟？", answers=["20"], unit="分钟")
    item.tolerance = Decimal("0.5")
    value, _raw = in_a_lesson(item)
    assert is_right(value, "20.5 分钟")
    assert not is_right(value, "21")


def test_an_order_is_right_in_the_order_of_the_file():
    value, raw = in_a_lesson(
        Item(1, ORDERING, prompt="先后？", answers=["和面", "揉面", "蒸"])
    )
    ids = [one["id"] for one in raw["items"]]
    assert is_right(value, ids)
    assert not is_right(value, ids[::-1])


def test_pairs_stay_pairs():
    pairs = [Pair("发面", "馒头"), Pair("烫面", "蒸饺"), Pair("死面", "面条")]
    value, raw = in_a_lesson(Item(1, MATCHING, prompt="哪两样一对？", pairs=pairs))
    assert [one["value"]["left"] for one in raw["pairs"]] == ["发面", "烫面", "死面"]
    assert [(one.left, one.right) for one in _pairs(value)] == [
        ("发面", "馒头"),
        ("烫面", "蒸饺"),
        ("死面", "面条"),
    ]


def _pairs(value):
    return [Pair(one["left"], one["right"]) for one in value["pairs"]]


def test_what_the_block_itself_refuses_is_left_out_with_its_words():
    long = Item(
        2, MATCHING, prompt="？", pairs=[Pair("长" * 50, "短"), Pair("一", "二")]
    )
    assert to_blocks([long]).left_out[0][1]
