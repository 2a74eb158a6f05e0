"""Moodle's text with answers in it (Cloze): each blank becomes a question of its own.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type
"""

import re
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from courses.question_files.items import (
    FILL_IN,
    MULTIPLE,
    NUMERIC,
    SINGLE,
    Item,
    Option,
    QuestionFile,
    number_of,
    quote,
    settle,
)
from courses.question_files.words import drop_wildcards

GAP = re.compile(r"\{\d*:([A-Z_]{2,20}):((?:\\.|[^}\\])*)\}", re.DOTALL)
WEIGHT = re.compile(r"\s*(?:%(-?[\d.]+)%|(=))")
KINDS = {
    "SHORTANSWER": FILL_IN, "SA": FILL_IN, "MW": FILL_IN, "SHORTANSWER_C": FILL_IN,
    "SAC": FILL_IN, "MWC": FILL_IN, "NUMERICAL": NUMERIC, "NM": NUMERIC,
    "MULTICHOICE": SINGLE, "MC": SINGLE, "MULTICHOICE_V": SINGLE, "MCV": SINGLE,
    "MULTICHOICE_H": SINGLE, "MCH": SINGLE, "MULTICHOICE_S": SINGLE, "MCS": SINGLE,
    "MULTICHOICE_VS": SINGLE, "MCVS": SINGLE, "MULTICHOICE_HS": SINGLE,
    "MCHS": SINGLE, "MULTIRESPONSE": MULTIPLE, "MR": MULTIPLE,
    "MULTIRESPONSE_H": MULTIPLE, "MRH": MULTIPLE, "MULTIRESPONSE_S": MULTIPLE,
    "MRS": MULTIPLE, "MULTIRESPONSE_HS": MULTIPLE, "MRHS": MULTIPLE,
}  # fmt: skip
BLANK, BRACKETS, OTHER = "____", "（　）", "……"
# So long that the block of a lesson still takes it.
LONGEST_PROMPT = 150
# Stands for a blank while the text is cut into lines; no text of ours has it.
MARK = re.compile("\ue000(\\d+)\ue001")


def read_cloze(text: str) -> QuestionFile:
    """The blanks of a text file, which is one question; `number` counts them."""
    found = QuestionFile("cloze")
    found.items, unread = cut(text)
    found.notes = [
        _("这句话里没有空，没有读：「%(text)s」。") % {"text": quote(line)}
        for line in unread
    ]
    return found


def cut(text: str) -> tuple[list[Item], list[str]]:
    """A question for each blank, and the lines that are in none of them."""
    gaps: list[tuple[str, str]] = []

    def keep(gap: re.Match[str]) -> str:
        gaps.append((gap[1], gap[2]))
        return f"\ue000{len(gaps) - 1}\ue001"

    lines = GAP.sub(keep, text).split("\n")
    items: list[Item] = []
    lead: list[str] = []
    plain: list[str] = []
    was_asked = False
    for line in (one.strip() for one in lines):
        places = [int(one) for one in MARK.findall(line)]
        if places:
            items += [_item(one, gaps, _told(lead, line)) for one in places]
        elif line:
            # What stands above a list is said once more with each of its blanks.
            lead = [line] if was_asked else [*lead, line]
            plain.append(line)
        was_asked = bool(places)
    used = "\n".join(item.prompt for item in items)
    unread = [line for line in plain if line not in used]
    if len(gaps) > 1:
        for item in items:
            item.warn(
                _(
                    "原来是一道有 %(number)s 个空的题，拆成了 %(number)s 道。"
                    "请看看单独一道看不看得懂。"
                )
                % {"number": len(gaps)}
            )
    return [settle(item) for item in items], unread


def _told(lead: list[str], line: str) -> str:
    """A line with what leads to it, as far as a question is not too long for it."""
    told = line
    for one in reversed(lead):
        if len(one) + len(MARK.sub(BLANK, told)) > LONGEST_PROMPT:
            break
        told = f"{one}\n{told}"
    return told


def _item(place: int, gaps: list[tuple[str, str]], line: str) -> Item:
    name, body = gaps[place]
    item = Item(place + 1, KINDS.get(name, ""))
    own = BRACKETS if item.kind in (SINGLE, MULTIPLE) else BLANK
    item.prompt = MARK.sub(
        lambda found: own if int(found[1]) == place else OTHER, line
    ).strip()
    if not item.kind:
        item.refuse(
            _("这种空（%(kind)s）还不能导入。请改成填空或选择。") % {"kind": name}
        )
        return item
    answers = [_answer(one) for one in re.split(r"(?<!\\)~", body)]
    _READERS[item.kind](item, [one for one in answers if one[0]])
    return item


def _answer(said: str) -> tuple[str, Decimal, str]:
    """The words, how many points of a hundred they get, and what is said to them."""
    points = Decimal(0)
    if weighed := WEIGHT.match(said):
        points = Decimal(100) if weighed[2] else number_of(weighed[1]) or points
        said = said[weighed.end() :]
    cutting = re.search(r"(?<!\\)#", said)
    text, remark = (
        (said[: cutting.start()], said[cutting.end() :]) if cutting else (said, "")
    )
    return _plain(text), points, _plain(remark)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\\([~=#{}\\/\"])", r"\1", text).split())


def _choice(item: Item, answers: list[tuple[str, Decimal, str]]) -> None:
    least = Decimal(100) if item.kind == SINGLE else Decimal("0.001")
    for text, points, remark in answers:
        item.options.append(Option(text, points >= least, remark))
        if 0 < points < least:
            _partial(item, text)


def _fill_in(item: Item, answers: list[tuple[str, Decimal, str]]) -> None:
    for text, points, remark in answers:
        if points >= 100:
            item.answers.append(text)
            item.feedback_right = item.feedback_right or remark
            continue
        if points > 0:
            _partial(item, text)
        elif text == "*" and remark and not item.feedback_wrong:
            item.feedback_wrong = remark
            continue
        if remark:
            item.warn(
                _("这句评语没有带过来：「%(words)s」。") % {"words": quote(remark)}
            )
    drop_wildcards(item)


def _number(item: Item, answers: list[tuple[str, Decimal, str]]) -> None:
    for text, points, remark in answers:
        value, _colon, margin = text.partition(":")
        if points >= 100:
            item.answers.append(value.strip())
            item.tolerance = number_of(margin) or Decimal(0)
            item.feedback_right = item.feedback_right or remark
        else:
            _partial(item, text)


def _partial(item: Item, text: str) -> None:
    item.warn(_("「%(text)s」原来只给一部分分，这里不算对。") % {"text": quote(text)})


_READERS: dict[str, Callable[[Item, list[tuple[str, Decimal, str]]], None]] = {
    SINGLE: _choice,
    MULTIPLE: _choice,
    FILL_IN: _fill_in,
    NUMERIC: _number,
}
