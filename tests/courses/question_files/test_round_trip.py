"""What is written is read back the same, and no bytes whatever raise anything but our refusal."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.exceptions import QuestionFileError
from courses.question_files import (
    Item,
    Option,
    Pair,
    read_questions,
    write_gift,
    write_moodle_xml,
    write_xlsx,
)
from courses.question_files.items import OK, REFUSED, WARNING, plain_number

SIGNS = st.one_of(
    st.sampled_from("~=#{}:\\>-%*[]/;；|，.A1 答案（）√"),
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Co", "Cn")),
)
LINE = (
    st.one_of(st.text(SIGNS, min_size=1, max_size=20), st.sampled_from(
        ["[html]<b>", "//", "%50%半", "TRUE", "->", "\\n", "=1+1", "####", "$CATEGORY: x"]
    ))
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)  # fmt: skip
TEXT = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
MAYBE = st.one_of(st.just(""), LINE)
COMMON = {"number": st.just(0), "prompt": TEXT, "title": MAYBE, "category": MAYBE, "feedback": MAYBE}  # fmt: skip
AMOUNT = st.decimals(-1000, 1000, places=3).map(plain_number)


@st.composite
def choices(draw):
    texts = draw(st.lists(LINE, min_size=2, max_size=6, unique=True))
    kind = draw(st.sampled_from(["single", "multiple"]))
    right = draw(
        st.sets(
            st.integers(0, len(texts) - 1),
            min_size=1 if kind == "single" else 2,
            max_size=1 if kind == "single" else len(texts),
        )
    )
    options = [
        Option(text, place in right, draw(MAYBE)) for place, text in enumerate(texts)
    ]
    return draw(st.builds(Item, kind=st.just(kind), options=st.just(options), **COMMON))


def others():
    return st.one_of(
        st.builds(
            Item,
            kind=st.just("true_false"),
            answers=st.sampled_from([["true"], ["false"]]),
            feedback_right=MAYBE,
            feedback_wrong=MAYBE,
            **COMMON,
        ),
        st.builds(
            Item,
            kind=st.just("fill_in"),
            answers=st.lists(LINE, min_size=1, max_size=4),
            feedback_right=MAYBE,
            feedback_wrong=MAYBE,
            **COMMON,
        ),
        st.builds(
            Item,
            kind=st.just("numeric"),
            answers=st.lists(AMOUNT, min_size=1, max_size=1),
            tolerance=st.decimals(0, 10, places=2),
            unit=MAYBE,
            feedback_right=MAYBE,
            feedback_wrong=MAYBE,
            **COMMON,
        ),
        st.builds(
            Item,
            kind=st.just("matching"),
            pairs=st.lists(
                st.builds(Pair, LINE, LINE),
                min_size=2,
                max_size=5,
                unique_by=lambda pair: pair.left,
            ),
            feedback_right=MAYBE,
            feedback_wrong=MAYBE,
            **COMMON,
        ),
        st.builds(
            Item,
            kind=st.just("ordering"),
            answers=st.lists(LINE, min_size=2, max_size=6, unique=True),
            feedback_right=MAYBE,
            feedback_wrong=MAYBE,
            **COMMON,
        ),
        st.builds(Item, kind=st.just("short_answer"), **COMMON),
    )


ITEMS = st.lists(st.one_of(choices(), others()), min_size=1, max_size=5)


@pytest.mark.parametrize(
    "write",
    [lambda items: write_gift(items).encode(), write_xlsx, write_moodle_xml],
    ids=["gift", "xlsx", "moodle"],
)
@settings(max_examples=150)
@given(items=ITEMS)
def test_what_is_written_is_read_back(write, items):
    read = read_questions(write(items))
    assert [replace(item, number=0) for item in read.items] == items
    assert read.notes == []


def refused_or_read(raw):
    """What was read, each part with a verdict; nothing where the file was refused."""
    try:
        found = read_questions(raw)
    except QuestionFileError:
        return None
    assert all(one.verdict in (OK, WARNING, REFUSED) for one in found.items)
    assert all(one.message for one in found.items if one.verdict == REFUSED)
    return found


@settings(max_examples=300)
@given(
    head=st.sampled_from(
        [b"", b"PK\x03\x04", b"<?xml version='1.0'?>", b"<quiz>", b"\xff\xfe", b"1. "]
    ),
    rest=st.binary(max_size=300),
)
def test_no_bytes_raise_anything_but_a_refusal(head, rest):
    read = refused_or_read(head + rest)
    assert read is None or read.items or read.notes


@settings(max_examples=200)
@given(
    text=st.text(
        st.sampled_from("1２.、A Ｂ．（）()√×{}=~#:：\n答案一二-_【】单选题,\t题干|"),
        max_size=80,
    )
)
def test_no_text_raises_anything_and_none_is_lost_without_a_word(text):
    read = refused_or_read(text.encode())
    if read is not None:
        assert read.items or read.notes


@settings(max_examples=60)
@given(
    place=st.integers(0, 4000),
    bit=st.integers(0, 255),
    name=st.sampled_from(["word/document.xml", "xl/workbook.xml", "quiz.xml"]),
)
def test_a_broken_archive_raises_nothing_but_a_refusal(place, bit, name):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "<quiz><question type='essay'/></quiz>" * 3)
    raw = bytearray(held.getvalue())
    raw[place % len(raw)] = bit
    read = refused_or_read(bytes(raw))
    assert read is None or read.items or read.notes


def test_a_tolerance_is_kept_to_its_last_digit():
    item = Item(0, "numeric", "圆周率", answers=["3.1415"], tolerance=Decimal("0.0005"))
    assert read_questions(write_gift([item]).encode()).items[0].tolerance == Decimal(
        "0.0005"
    )


@pytest.mark.parametrize("count", [11, 26])
def test_a_sheet_keeps_every_option(count):
    options = [Option(f"第{n}个", is_right=n == count) for n in range(1, count + 1)]
    item = Item(0, "single", "选哪个？", options=options)
    [read] = read_questions(write_xlsx([item])).items
    assert [one.text for one in read.options] == [one.text for one in options]
    assert read.options[-1].is_right


@pytest.mark.parametrize("write", [write_gift, write_xlsx, write_moodle_xml])
def test_what_was_refused_is_not_written(write):
    item = Item(0, "single", "没有选项")
    item.refuse("没有选项")
    with pytest.raises(ValueError, match="refused"):
        write([item])


def test_more_choices_than_letters_are_not_lost_but_refused():
    options = [Option(f"第{n}个", is_right=n == 1) for n in range(27)]
    with pytest.raises(ValueError, match="letter"):
        write_xlsx([Item(0, "single", "选哪个？", options=options)])
