"""Blocks of a lesson or bank as questions, and when two of them ask the same."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from courses.question_files.blocks import BLOCK_TYPES
from courses.question_files.items import (
    FILL_IN,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SINGLE,
    TRUE_FALSE,
    Item,
    Option,
    Pair,
    plain_number,
)
from courses.question_files.words import folded

KINDS = {name: kind for kind, name in BLOCK_TYPES.items()}


def to_items(blocks: Iterable[Any]) -> list[Item]:
    """The questions among the blocks of a stream, in their order; others are skipped."""
    return [
        to_item(block, number)
        for number, block in enumerate(blocks, start=1)
        if block.block_type in KINDS
    ]


def to_item(block: Any, number: int = 0) -> Item:
    """One block as a question."""
    kind = KINDS[block.block_type]
    item = Item(number, kind)
    _READERS[kind](block.value, item)
    if kind not in (SINGLE, MULTIPLE):
        item.feedback_right = block.value.get("feedback_right") or ""
        item.feedback_wrong = block.value.get("feedback_wrong") or ""
    return item


def fingerprint(item: Item) -> str:
    """The same for two questions that ask the same and take the same answers.

    What a teacher says to an answer, and how spaces and widths are written, makes no
    other question of it.
    """
    asked = [
        item.kind,
        _bare(item.prompt),
        [[_bare(one.text), one.is_right] for one in item.options],
        [_bare(one) for one in item.answers],
        [[_bare(one.left), _bare(one.right)] for one in item.pairs],
    ]
    if item.kind == NUMERIC:
        asked += [plain_number(item.tolerance), _bare(item.unit)]
    raw = json.dumps(asked, ensure_ascii=False)
    return hashlib.sha256(raw.encode()).hexdigest()


def _bare(text: str) -> str:
    return "".join(folded(text).split())


def _choice(value: Any, item: Item) -> None:
    item.prompt = value["prompt"] or ""
    item.options = [
        Option(one["text"] or "", bool(one["is_right"]), one["feedback"] or "")
        for one in value["options"]
    ]


def _true_false(value: Any, item: Item) -> None:
    item.prompt = value["statement"] or ""
    item.answers = [value["answer"] or ""]


def _fill_in(value: Any, item: Item) -> None:
    item.prompt = value["prompt"] or ""
    item.answers = [one or "" for one in value["answers"]]


def _numeric(value: Any, item: Item) -> None:
    item.prompt = value["prompt"] or ""
    item.answers = (
        [plain_number(value["answer"])] if value["answer"] is not None else []
    )
    item.tolerance = value.get("tolerance") or item.tolerance
    item.unit = value.get("unit") or ""


def _ordering(value: Any, item: Item) -> None:
    item.prompt = value["prompt"] or ""
    item.answers = [one or "" for one in value["items"]]


def _matching(value: Any, item: Item) -> None:
    item.prompt = value["prompt"] or ""
    item.pairs = [Pair(one["left"] or "", one["right"] or "") for one in value["pairs"]]


_READERS: dict[str, Callable[[Any, Item], None]] = {
    SINGLE: _choice,
    MULTIPLE: _choice,
    TRUE_FALSE: _true_false,
    FILL_IN: _fill_in,
    NUMERIC: _numeric,
    ORDERING: _ordering,
    MATCHING: _matching,
}
