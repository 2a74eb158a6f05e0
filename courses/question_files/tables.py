"""Question banks as tables: .xlsx and CSV with heads such as 题干、选项A、答案."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.exceptions import QuestionFileError
from courses.question_files.items import (
    FILL_IN,
    LETTERS,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SHORT_ANSWER,
    SINGLE,
    TRUE_FALSE,
    Item,
    Option,
    Pair,
    QuestionFile,
    number_of,
    quote,
    settle,
)
from courses.question_files.paper import split_inline
from courses.question_files.words import (
    as_statement,
    folded,
    kind_of,
    letters_of,
    mark_letters,
    split_answers,
    truth_of,
)

HEADS_WITHIN = 12
# What our own sheets have: ten fixed columns, and three for each letter.
MOST_COLUMNS = 88
SEPARATORS = (",", "\t", ";")
Row = tuple[int, list[str]]
HEADS = {
    "prompt": (
        "题干", "题目", "试题", "问题", "题目内容", "试题内容", "试题题干", "题干内容",
        "试题题目", "内容", "question", "questiontext", "stem", "prompt",
    ),
    "kind": ("题型", "类型", "试题类型", "题目类型", "题目题型", "type", "questiontype"),
    "answer": (
        "答案", "正确答案", "标准答案", "参考答案", "试题答案", "answer", "answers",
        "correct", "correctanswer",
    ),
    "options": ("选项", "备选答案", "选项内容", "答案选项", "options", "choices"),
    "feedback": (
        "解析", "答案解析", "试题解析", "题目解析", "解释", "explanation", "feedback",
    ),
    "title": ("标题", "名称", "题目名称", "title", "name"),
    "category": ("分类", "章节", "知识点", "试题分类", "所属题库", "category", "chapter"),
    "tolerance": ("误差", "允许误差", "tolerance"),
    "unit": ("单位", "unit"),
    "feedback_right": ("答对评语",),
    "feedback_wrong": ("答错评语",),
    "": ("序号", "编号", "题号", "no", "id", "分值", "分数", "难度", "难易度", "难易程度"),
}  # fmt: skip
KNOWN = {head: name for name, heads in HEADS.items() for head in heads}
LETTERED = re.compile(
    r"^(?:选项|答案|备选项?|option|choice|answer)?([a-z]|[1-9])(?:选项|项)?$"
)
# A head of one letter alone names an option only where papers have that many.
BARE_LETTERS = "abcdefghij123456789"
PREFIXED = (("remark", "评语"), ("right", "配对"), ("correct", "correct"))


def read_book(raw: bytes) -> QuestionFile:
    """The questions of all sheets of a workbook; `number` is the row.

    Raises:
        QuestionFileError: broken, or no sheet has a column of questions.
    """
    # Asked for seldom: not every worker holds the library ready (tests/site/test_warm.py).
    from openpyxl import load_workbook

    found = QuestionFile("xlsx")
    without: list[str] = []
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True)
        sheets = [(one.title, _cells(one, found.notes)) for one in book.worksheets]
    # The library raises whatever it stumbles over in a file that is none.
    except Exception as error:
        raise QuestionFileError(
            _("这个表格打不开，可能传坏了。请重新存一遍 .xlsx 再传。")
        ) from error
    for name, rows in sheets:
        if not rows:
            continue
        if (place := _place_of_heads(rows)) is None:
            without.append(name)
            continue
        items = _items(rows, place, found)
        for item in items:
            item.category = item.category or (name if len(sheets) > 1 else "")
        found.items.extend(items)
    if not found.items and without:
        raise QuestionFileError(_no_heads())
    found.notes.extend(
        _("「%(sheet)s」这一页没有「题干」这一列，没有读。") % {"sheet": name}
        for name in without
    )
    return found


def read_csv(text: str) -> QuestionFile | None:
    """The questions of a text table, or None where no separator gives known heads."""
    best: tuple[int, list[Row], int] | None = None
    for separator in SEPARATORS:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            rows = [
                (number, row[:MOST_COLUMNS])
                for number, row in enumerate(reader, start=1)
                if any(cell.strip() for cell in row)
            ]
        except csv.Error:
            continue
        place = _place_of_heads(rows)
        if place is not None and (best is None or len(rows[place][1]) > best[0]):
            best = (len(rows[place][1]), rows, place)
    if best is None:
        return None
    found = QuestionFile("csv")
    found.items = _items(best[1], best[2], found)
    return found


def _no_heads() -> str:
    return _(
        "没有找到「题干」和「答案」这两列。请把表头写成：题型、题干、选项A、选项B、答案。"
    )


def _cells(sheet: Any, notes: list[str]) -> list[Row]:
    rows = []
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        texts = [_text(cell, notes, number) for cell in row]
        if any(text.strip() for text in texts):
            rows.append((number, texts))
    return rows


def _text(cell: Any, notes: list[str], number: int) -> str:
    """A cell as one would read it; formulas stay as written and are never run."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        notes.append(
            _(
                "第 %(row)s 行有一格被 Excel 变成了日期（%(text)s）。请看看原来写的是什么。"
            )
            % {"row": number, "text": value.isoformat()[:10]}
        )
        return value.isoformat()[:10]
    if getattr(cell, "data_type", "") == "f":
        notes.append(
            _("第 %(row)s 行有一格是公式，照字读了，没有计算：「%(text)s」。")
            % {"row": number, "text": quote(str(value))}
        )
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _head(text: str) -> str:
    """Which column a head names; empty where none."""
    bare = re.sub(r"[\s_*:：]|[（(].*$", "", folded(text))
    if bare in KNOWN:
        return KNOWN[bare] or "-"
    for name, word in PREFIXED:
        if word in bare and (found := LETTERED.match(bare.replace(word, ""))):
            return name + _letter(found[1])
    found = LETTERED.match(bare)
    if found is None or (len(bare) == 1 and bare not in BARE_LETTERS):
        return ""
    return "option" + _letter(found[1])


def _letter(sign: str) -> str:
    return LETTERS[int(sign) - 1] if sign.isdigit() else sign.upper()


def _place_of_heads(rows: Sequence[Row]) -> int | None:
    for place, (_number, row) in enumerate(rows[:HEADS_WITHIN]):
        names = {_head(cell) for cell in row}
        if "prompt" in names and (names & {"answer", "optionA", "options", "kind"}):
            return place
    return None


def _items(rows: Sequence[Row], place: int, found: QuestionFile) -> list[Item]:
    heads, notes = rows[place][1], found.notes
    columns: dict[str, int] = {}
    unknown: list[int] = []
    ignored: list[int] = []
    for column, head in enumerate(heads):
        name = _head(head)
        if name == "-":
            ignored.append(column)
        elif name and name not in columns:
            columns[name] = column
        else:
            unknown.append(column)
    for _number, row in rows[:place]:
        notes.append(
            _("表头上面的「%(text)s」没有读。") % {"text": quote(" ".join(row))}
        )
    below = rows[place + 1 :]
    notes.extend(
        _("「%(head)s」这一列不认识，没有读（比如「%(text)s」）。") % words
        for words in _words_of(below, heads, unknown)
    )
    found.dropped.extend(
        _("「%(head)s」这一列没有地方放，没有带过来（比如「%(text)s」）。") % words
        for words in _words_of(below, heads, ignored)
    )
    return [settle(_item(number, row, columns)) for number, row in rows[place + 1 :]]


def _words_of(
    rows: Sequence[Row], heads: list[str], columns: list[int]
) -> Iterator[dict[str, Any]]:
    """The head of each column that holds something, and the first word in it."""
    for column in columns:
        texts = (row[column] for _n, row in rows if column < len(row))
        if said := next((text for text in texts if text.strip()), ""):
            yield {"head": quote(heads[column]) or column + 1, "text": quote(said)}


def _item(number: int, row: list[str], columns: dict[str, int]) -> Item:
    def cell(name: str) -> str:
        place = columns.get(name, -1)
        return row[place].strip() if 0 <= place < len(row) else ""

    item = Item(
        number,
        prompt=cell("prompt"),
        title=cell("title"),
        category=cell("category"),
        feedback=cell("feedback"),
        feedback_right=cell("feedback_right"),
        feedback_wrong=cell("feedback_wrong"),
        unit=cell("unit"),
    )
    _tolerance(item, cell("tolerance"))
    named = cell("kind")
    item.kind = kind_of(named)
    if named and not item.kind and "选" not in named:
        item.refuse(
            _("不认识题型「%(kind)s」。请写单选题、多选题、判断题或填空题。")
            % {"kind": quote(named)}
        )
    letters = [one for one in LETTERS if cell("option" + one)]
    if not letters and cell("options"):
        _stem, split = split_inline(cell("options"))
        pieces = [text for _one, text in split] or split_answers(cell("options"))
        letters = list(LETTERS[: len(pieces)])
        item.options = [Option(text) for text in pieces]
    else:
        item.options = [
            Option(cell("option" + one), feedback=cell("remark" + one))
            for one in letters
        ]
    crossed = "".join(one for one in letters if cell("correct" + one))
    item.pairs = [
        Pair(cell("option" + one), cell("right" + one))
        for one in letters
        if item.kind == MATCHING
    ]
    _answer(item, cell("answer") or crossed, letters)
    return item


def _tolerance(item: Item, words: str) -> None:
    if not words:
        return
    found = number_of(words)
    if found is None:
        item.refuse(_("误差「%(text)s」不是一个数。") % {"text": quote(words)})
    item.tolerance = found or Decimal(0)


def _answer(item: Item, said: str, letters: list[str]) -> None:
    if item.kind == MATCHING:
        item.options = []
    elif item.kind == ORDERING:
        _order(item, said, letters)
    elif item.kind == TRUE_FALSE or (not item.kind and not letters and truth_of(said)):
        _truth(item, said, letters)
    elif item.kind in (FILL_IN, NUMERIC, SHORT_ANSWER) or not letters:
        _words(item, said)
    else:
        _choose(item, said, letters)


def _order(item: Item, said: str, letters: list[str]) -> None:
    texts = dict(zip(letters, [one.text for one in item.options], strict=True))
    named = letters_of(said)
    if sorted(named) != sorted(letters):
        item.refuse(_("排序题的答案要写全选项的字母，按对的先后，比如「BAC」。"))
    else:
        item.answers, item.options = [texts[one] for one in named], []


def _truth(item: Item, said: str, letters: list[str]) -> None:
    item.kind = TRUE_FALSE
    truth = truth_of(said)
    named = letters_of(said)
    if letters and len(named) == 1 and (named in letters):
        mark_letters(item, named, letters)
        if as_statement(item):
            return
        truth = ""
    if letters and sorted(truth_of(one.text) for one in item.options) != [
        "false",
        "true",
    ]:
        item.refuse(_("判断题的选项要是「对」和「错」。请改一下，或者改成单选题。"))
    if said and not truth:
        item.refuse(
            _("判断题的答案「%(text)s」看不懂。请写「对」或「错」。")
            % {"text": quote(said)}
        )
    item.options, item.answers = [], [truth] if truth else []


def _words(item: Item, said: str) -> None:
    if not item.kind and said:
        item.kind = FILL_IN
    if item.options and item.kind != SHORT_ANSWER:
        # Some banks put what is accepted into the columns of the options.
        item.answers = [one.text for one in item.options]
        if said and said not in item.answers:
            item.refuse(_("选项列和答案列写的不一样。请只留一处。"))
    elif item.kind == SHORT_ANSWER:
        item.feedback = "\n".join(one for one in (said, item.feedback) if one)
    else:
        item.answers = split_answers(said)
    item.options = []


def _choose(item: Item, said: str, letters: list[str]) -> None:
    named = "".join(sorted(set(letters_of(said))))
    if not named and said:
        named = "".join(
            letter
            for letter, one in zip(letters, item.options, strict=True)
            if folded(one.text) == folded(said)
        )
        if len(named) != 1:
            item.refuse(
                _("答案「%(text)s」看不懂。请写选项的字母，比如「B」。")
                % {"text": quote(said)}
            )
            return
    mark_letters(item, named, letters)
    if item.kind not in (SINGLE, MULTIPLE):
        item.kind = MULTIPLE if len(named) > 1 else SINGLE
