"""What was read of a file, as rows to look at: each with a verdict and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.question_files import (
    Item,
    QuestionFile,
    fingerprint,
    lost_of,
    to_blocks,
)
from courses.question_files.items import OK, REFUSED, TRUE, WARNING, plain_number, quote

# So many boxes a page can have that one still looks through.
MOST_AT_ONCE = 500
# Beside the verdicts of `question_files`: it is there already.
THERE = "there"
Entry = dict[str, Any]


def entries_of(found: QuestionFile, known: Iterable[str]) -> list[Entry]:
    """The questions of a file as plain dicts that JSON can hold.

    Args:
        found: what was read.
        known: the fingerprints of the questions that the bank or lesson has.
    """
    there = set(known)
    seen: dict[str, int] = {}
    entries = []
    for place, item in enumerate(found.items, start=1):
        entry = _entry(place, item)
        mark = entry["mark"]
        if entry["verdict"] != REFUSED and mark in there:
            entry["verdict"] = THERE
            entry["messages"].insert(0, _("这里已经有这道题了。"))
        elif entry["verdict"] != REFUSED and mark in seen:
            entry["verdict"] = THERE
            entry["messages"].insert(
                0, _("和第 %(number)s 题一样。") % {"number": seen[mark]}
            )
        seen.setdefault(mark, place)
        entries.append(entry)
    return entries


def _entry(place: int, item: Item) -> Entry:
    mapped = to_blocks([item])
    verdict, messages = item.verdict, [*item.messages]
    if mapped.left_out and verdict != REFUSED:
        verdict, messages = REFUSED, [mapped.left_out[0][1], *messages]
    if verdict != REFUSED and (lost := lost_of(item)):
        verdict, messages = WARNING, [*messages, *lost]
    return {
        "place": place,
        "line": item.number,
        "verdict": verdict,
        "messages": messages,
        "mark": fingerprint(item),
        "block": mapped.blocks[0] if mapped.blocks else None,
        **shown(item),
    }


def shown(item: Item) -> dict[str, Any]:
    """A question for the eyes of a teacher: with what is right."""
    remarks = [item.feedback_right, item.feedback_wrong, item.feedback]
    return {
        "kind": item.kind,
        "prompt": item.prompt,
        "options": [
            {"text": one.text, "right": one.is_right, "says": one.feedback}
            for one in item.options
        ],
        "answers": _answers(item),
        "pairs": [[one.left, one.right] for one in item.pairs],
        "says": [one for one in remarks if one],
    }


def _answers(item: Item) -> list[str]:
    if item.kind == "true_false":
        return (
            [_("对") if item.answers == [TRUE] else _("不对")] if item.answers else []
        )
    if item.kind != "numeric":
        return list(item.answers)
    found = [f"{one} {item.unit}".strip() for one in item.answers]
    if item.tolerance:
        margin = plain_number(item.tolerance)
        found.append(_("差 %(margin)s 也算对") % {"margin": margin})
    return found


def file_remarks(found: QuestionFile) -> list[str]:
    """What a file has of its questions and a bank has not: named once for all."""
    said = []
    for words, texts in (
        (_("题目的名字没有地方放，没有带过来（比如「%(text)s」）。"), _titles(found)),
        (_("题目的分类没有地方放，没有带过来（比如「%(text)s」）。"), _groups(found)),
    ):
        if texts:
            said.append(words % {"text": quote(texts[0])})
    return [*found.dropped, *said]


def _titles(found: QuestionFile) -> list[str]:
    return [one.title for one in found.items if one.title and one.title != one.prompt]


def _groups(found: QuestionFile) -> list[str]:
    return [one.category for one in found.items if one.category]


@dataclass(frozen=True)
class Row:
    """An entry on the page: whether it can be ticked, and whether it is."""

    entry: Entry
    is_ticked: bool

    @property
    def can_be_ticked(self) -> bool:
        return bool(self.entry["block"]) and self.entry["verdict"] != REFUSED


def rows_of(entries: Iterable[Entry], chosen: set[int] | None = None) -> list[Row]:
    """The entries with their ticks: the good ones at first, then what was chosen."""
    return [
        Row(
            one,
            one["verdict"] == OK if chosen is None else one["place"] in chosen,
        )
        for one in entries
    ]


def counts_of(entries: Iterable[Entry]) -> dict[str, int]:
    """How many of each verdict."""
    said = [one["verdict"] for one in entries]
    return {name: said.count(name) for name in (OK, WARNING, REFUSED, THERE)}
