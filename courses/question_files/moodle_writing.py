"""Questions written as Moodle's XML: https://docs.moodle.org/en/Moodle_XML_format."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from courses.question_files.items import (
    FALSE,
    FILL_IN,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SHORT_ANSWER,
    SINGLE,
    TRUE,
    TRUE_FALSE,
    Item,
    plain_number,
)
from courses.question_files.writing import BARRED, refuse_unusable

TYPES = {
    SINGLE: "multichoice", MULTIPLE: "multichoice", TRUE_FALSE: "truefalse",
    FILL_IN: "shortanswer", NUMERIC: "numerical", MATCHING: "matching",
    ORDERING: "ordering", SHORT_ANSWER: "essay",
}  # fmt: skip
NOT_XML = re.compile("[\ufffe\uffff]")


def write_moodle_xml(items: Sequence[Item]) -> bytes:
    """Usable questions as a <quiz>; all text is plain, so that no sign is markup.

    Raises:
        ValueError: one was refused when it was read.
    """
    refuse_unusable(items)
    quiz = Element("quiz")
    category = ""
    for item in items:
        if item.category != category:
            category = item.category
            head = SubElement(quiz, "question", type="category")
            _text(head, "category", category)
        question = SubElement(quiz, "question", type=TYPES[item.kind])
        _text(question, "name", item.title)
        _plain(question, "questiontext", item.prompt)
        _plain(question, "generalfeedback", item.feedback)
        _WRITERS[item.kind](question, item)
    return tostring(quiz, encoding="utf-8", xml_declaration=True)


def _text(parent: Element, name: str, words: str, **attributes: str) -> Element:
    made = SubElement(parent, name, attributes)
    SubElement(made, "text").text = NOT_XML.sub("", BARRED.sub("", words))
    return made


def _plain(parent: Element, name: str, words: str, **attributes: str) -> Element:
    return _text(parent, name, words, format="plain_text", **attributes)


def _answer(parent: Element, words: str, fraction: str, remark: str = "") -> Element:
    made = _plain(parent, "answer", words, fraction=fraction)
    _plain(made, "feedback", remark)
    return made


def _remarks(question: Element, item: Item) -> None:
    _plain(question, "correctfeedback", item.feedback_right)
    _plain(question, "incorrectfeedback", item.feedback_wrong)


def _choice(question: Element, item: Item) -> None:
    rights = sum(one.is_right for one in item.options)
    SubElement(question, "single").text = "true" if item.kind == SINGLE else "false"
    share = "100" if item.kind == SINGLE else f"{Decimal(100) / rights:.5f}"
    for one in item.options:
        _answer(question, one.text, share if one.is_right else "0", one.feedback)


def _truth(question: Element, item: Item) -> None:
    for said in (TRUE, FALSE):
        is_right = item.answers == [said]
        remark = item.feedback_right if is_right else item.feedback_wrong
        _answer(question, said, "100" if is_right else "0", remark)


def _fill_in(question: Element, item: Item) -> None:
    for one in item.answers:
        _answer(question, one.replace("*", r"\*"), "100", item.feedback_right)
    _anything_else(question, item)


def _number(question: Element, item: Item) -> None:
    answer = _answer(question, item.answers[0], "100", item.feedback_right)
    SubElement(answer, "tolerance").text = plain_number(item.tolerance)
    _anything_else(question, item)
    if item.unit:
        unit = SubElement(SubElement(question, "units"), "unit")
        SubElement(unit, "multiplier").text = "1"
        SubElement(unit, "unit_name").text = item.unit


def _anything_else(question: Element, item: Item) -> None:
    if item.feedback_wrong:
        _answer(question, "*", "0", item.feedback_wrong)


def _matching(question: Element, item: Item) -> None:
    _remarks(question, item)
    for pair in item.pairs:
        _text(_plain(question, "subquestion", pair.left), "answer", pair.right)


def _ordering(question: Element, item: Item) -> None:
    _remarks(question, item)
    for rank, one in enumerate(item.answers, start=1):
        _answer(question, one, str(rank))


def _open(question: Element, item: Item) -> None:
    """A person reads what is written; nothing more is to be said."""


_WRITERS: dict[str, Callable[[Element, Item], None]] = {
    SINGLE: _choice,
    MULTIPLE: _choice,
    TRUE_FALSE: _truth,
    FILL_IN: _fill_in,
    NUMERIC: _number,
    MATCHING: _matching,
    ORDERING: _ordering,
    SHORT_ANSWER: _open,
}
