"""A number as an answer: exact, however it is written, with its unit or without."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.typed import NumericBlock
from courses.typed_answers import read_number
from tests.learning.lessons import numeric_block, value_of

NUMBERS = st.decimals(
    min_value=-(10**9), max_value=10**9, places=3, allow_nan=False, allow_infinity=False
)
MARGINS = st.decimals(min_value=0, max_value=1000, places=3)
FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


def is_right(typed, answer="20", **given_):
    return value_of(numeric_block("q", answer, **given_)).grade(typed).is_right


@given(NUMBERS)
def test_a_number_is_the_same_however_it_is_written(number):
    written = [f"{number}", f"{number:,}", f"{number}".translate(FULL_WIDTH)]
    written += [f"{number:,}".translate(FULL_WIDTH), f" {number} ", f"{number}00"]
    for text in written:
        assert read_number(text) == (number, "")
        assert is_right(text, f"{number}")
        assert is_right(f"{text}分钟", f"{number}")


@given(NUMBERS, MARGINS, NUMBERS)
def test_right_is_what_is_within_the_margin(answer, margin, typed):
    value = value_of(numeric_block("q", f"{answer}", tolerance=f"{margin}"))
    mark = value.grade(f"{typed}")
    assert mark.share in (0, 1)
    assert mark.is_right is (abs(typed - answer) <= margin)
    for edge in (answer - margin, answer + margin):
        assert value.grade(f"{edge}").is_right
        beyond = edge + (1 if edge >= answer else -1)
        assert not value.grade(f"{beyond}").is_right


@given(st.text(max_size=30))
def test_any_text_is_graded_and_never_a_fault(text):
    assert value_of(numeric_block("q")).grade(text).share in (0, 1)


@pytest.mark.parametrize(
    "typed", ["20", "20分钟", "20 分钟", "２０分钟", "20.0", "+20", "020"]
)
def test_the_unit_may_be_left_out(typed):
    assert is_right(typed)


@pytest.mark.parametrize(
    "typed",
    ["20小时", "20分", "20分钟钟", "二十", "20-30", "2 0", "20 20", "分钟20", "-20"],
)
def test_a_wrong_unit_or_no_number_is_wrong(typed):
    assert not is_right(typed)


def test_where_no_unit_is_asked_for_none_is_right():
    assert is_right("20", unit="")
    assert not is_right("20分钟", unit="")


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("1,234", True),
        ("1，234", True),
        ("１，２３４", True),
        ("1234", True),
        ("1,234.0", True),
        ("12,34", False),
        ("1,2,3,4", False),
        ("1,2345", False),
        ("1234,", False),
        ("1234.", False),
        ("0x4d2", False),
        ("1.234e3", False),
    ],
)
def test_thousands_come_in_threes(typed, right):
    assert is_right(typed, "1234") is right


def test_a_comma_is_no_decimal_point():
    assert not is_right("3,14", "3.14")
    assert not is_right("3,14", "314")
    assert not is_right("314", "3.14")


def test_nothing_is_rounded():
    assert is_right("0.3", "0.1", tolerance="0.2")
    assert not is_right("0.3" + "0" * 60 + "1", "0.1", tolerance="0.2")
    assert not is_right("1." + "0" * 60 + "1", "1")


@pytest.mark.parametrize("typed", ["−5", "－5", "-5", "- 5", "–5℃", "-5 °C", "-5°c"])
def test_below_nought(typed):
    assert is_right(typed, "-5", unit="℃")


@pytest.mark.parametrize("typed", ["2KG", "2 Kg", "2㎏", "２ｋｇ"])
def test_a_phone_may_write_a_unit_in_capitals(typed):
    assert is_right(typed, "2", unit="kg")


def test_the_keys_have_a_minus_where_one_is_needed():
    assert value_of(numeric_block("q", "5")).keyboard == "decimal"
    assert value_of(numeric_block("q", "-5")).keyboard == "text"


def test_without_a_margin_only_the_number_itself_is_right():
    value = value_of(numeric_block("q", "20"))
    value["tolerance"] = None
    assert value.grade("20").is_right
    assert not value.grade("20.000001").is_right


def test_a_margin_below_nought_is_refused_in_the_form():
    block = NumericBlock()
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python(numeric_block("q", tolerance="-1")["value"]))
    cleaned = block.clean(block.to_python(numeric_block("q")["value"]))
    assert cleaned["answer"] == Decimal(20)


def test_what_erasure_has_emptied_is_no_fault():
    assert value_of(numeric_block("q")).grade([]).share == 0
