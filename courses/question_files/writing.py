"""Questions written into files that other systems, and we, read back."""

import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from courses.question_files.gift import FORM
from courses.question_files.items import (
    FILL_IN,
    LETTERS,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    REFUSED,
    SHORT_ANSWER,
    SINGLE,
    TRUE,
    TRUE_FALSE,
    Item,
    plain_number,
)
from courses.question_files.words import join_answers

# Data, not words of the page: other copies of the site read the same heads.
KIND_NAMES = {
    SINGLE: "单选题", MULTIPLE: "多选题", TRUE_FALSE: "判断题", FILL_IN: "填空题",
    NUMERIC: "数值题", MATCHING: "连线题", ORDERING: "排序题", SHORT_ANSWER: "简答题",
}  # fmt: skip
FIXED = ("题型", "题干", "答案", "解析", "标题", "分类", "误差", "单位", "答对评语", "答错评语")  # fmt: skip
BARRED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_gift(items: Sequence[Item]) -> str:
    """Usable questions as GIFT; a unit and the like stand in comments, which only we read.

    Raises:
        ValueError: one was refused when it was read.
    """
    refuse_unusable(items)
    written, category = [], ""
    for item in items:
        if item.category != category:
            category = item.category
            written.append(f"$CATEGORY: {_one_line(category)}")
        written.append(_gift(item))
    return "\n\n".join(written) + "\n"


def refuse_unusable(items: Sequence[Item]) -> None:
    """Refuse to write half a question.

    Raises:
        ValueError: one was refused when it was read.
    """
    if any(one.verdict == REFUSED for one in items):
        raise ValueError("a question that was refused cannot be written")


def _escape(text: str) -> str:
    """A text whose signs mean nothing; one that begins like a mark is marked as plain."""
    plain = (
        "[plain]" if FORM.match(text) or text.startswith(("//", "$CATEGORY")) else ""
    )
    return plain + _signs(text)


def _signs(text: str) -> str:
    return re.sub(r"([\\~=#{}:>])", r"\\\1", text).replace("\n", "\\n")


def _weigh(text: str, points: str) -> str:
    """An answer that begins with `%` would be taken for its own points."""
    return f"%{points}%{_escape(text)}" if text.startswith("%") else _escape(text)


def _notes(item: Item) -> str:
    """What GIFT has no place for, in comments: other systems skip them, we do not."""
    said = [("unit", item.unit)]
    if item.kind != TRUE_FALSE:
        said += [("right", item.feedback_right), ("wrong", item.feedback_wrong)]
    return "".join(f"// [{name}:{_one_line(words)}]\n" for name, words in said if words)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _gift(item: Item) -> str:
    title = f"::{_signs(item.title)}::" if item.title else ""
    body = _GIFT[item.kind](item)
    general = f"####{_escape(item.feedback)}" if item.feedback else ""
    return f"{_notes(item)}{title}[plain]{_escape(item.prompt)}{{{body}{general}}}"


def _gift_choice(item: Item) -> str:
    many = item.kind == MULTIPLE
    rights = sum(one.is_right for one in item.options)
    weight = Decimal(100) / rights if rights else Decimal(0)
    lines = []
    for one in item.options:
        sign = "=" if one.is_right and not many else "~"
        points = f"%{weight:.5f}%" if one.is_right and many else ""
        text = (
            _escape(one.text)
            if points
            else _weigh(one.text, "100" if sign == "=" else "0")
        )
        remark = f"#{_escape(one.feedback)}" if one.feedback else ""
        lines.append(f"\t{sign}{points}{text}{remark}")
    return "\n" + "\n".join(lines) + "\n"


def _gift_truth(item: Item) -> str:
    said = "TRUE" if item.answers == [TRUE] else "FALSE"
    if not (item.feedback_wrong or item.feedback_right):
        return said
    # A bare sign before the four of the general feedback would be read as one of them.
    right = f"#{_escape(item.feedback_right)}" if item.feedback_right else ""
    return f"{said}#{_escape(item.feedback_wrong)}{right}"


def _gift_fill(item: Item) -> str:
    return " ".join(
        "=" + _weigh(one, "100").replace("*", r"\*") for one in item.answers
    )


def _gift_number(item: Item) -> str:
    tolerance = plain_number(item.tolerance)
    return f"#{item.answers[0]}" + (f":{tolerance}" if item.tolerance else "")


def _gift_pairs(item: Item) -> str:
    lines = (
        f"\t={_weigh(one.left, '100')} -> {_escape(one.right)}" for one in item.pairs
    )
    return "\n" + "\n".join(lines) + "\n"


def _gift_order(item: Item) -> str:
    return ">\n" + "\n".join(_escape(one) for one in item.answers) + "\n"


def _gift_open(item: Item) -> str:
    return ""


_GIFT: dict[str, Callable[[Item], str]] = {
    SINGLE: _gift_choice,
    MULTIPLE: _gift_choice,
    TRUE_FALSE: _gift_truth,
    FILL_IN: _gift_fill,
    NUMERIC: _gift_number,
    MATCHING: _gift_pairs,
    ORDERING: _gift_order,
    SHORT_ANSWER: _gift_open,
}


def write_xlsx(items: Sequence[Item]) -> bytes:
    """Usable questions as a workbook; every cell is text, so that none is a formula.

    Raises:
        ValueError: one was refused when it was read, or has more than 26 choices.
    """
    # Asked for seldom: not every worker holds the library ready (tests/site/test_warm.py).
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    refuse_unusable(items)
    width = max(
        (max(len(i.options), len(i.pairs), len(i.answers)) for i in items), default=4
    )
    if width > len(LETTERS):
        raise ValueError("a sheet has a column for each letter, and no more")
    letters = LETTERS[: max(width, 4)]
    heads = [*FIXED]
    for letter in letters:
        heads += [f"选项{letter}", f"评语{letter}", f"配对{letter}"]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("题库")
    for row in [heads, *(_row(item, letters) for item in items)]:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet)
            cell.value = BARRED.sub("", text)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _row(item: Item, letters: str) -> list[str]:
    row = [
        KIND_NAMES[item.kind],
        item.prompt,
        _answer(item),
        item.feedback,
        item.title,
        item.category,
        plain_number(item.tolerance) if item.tolerance else "",
        item.unit,
        item.feedback_right,
        item.feedback_wrong,
    ]
    choices = [(one.text, one.feedback, "") for one in item.options]
    choices += [(one.left, "", one.right) for one in item.pairs]
    if item.kind == ORDERING:
        choices = [(one, "", "") for one in item.answers]
    choices += [("", "", "")] * (len(letters) - len(choices))
    for choice in choices:
        row.extend(choice)
    return row


def _answer(item: Item) -> str:
    if item.kind == TRUE_FALSE:
        return "对" if item.answers == [TRUE] else "错"
    if item.kind == ORDERING:
        return LETTERS[: len(item.answers)]
    if item.kind in (SINGLE, MULTIPLE):
        return item.right_letters
    return join_answers(item.answers)
