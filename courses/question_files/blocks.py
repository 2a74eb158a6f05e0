"""Questions of a file as the blocks of a lesson."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.blocks.lesson import LessonStreamBlock
from courses.question_files.items import (
    FILL_IN,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    REFUSED,
    SHORT_ANSWER,
    SINGLE,
    TRUE_FALSE,
    Item,
    plain_number,
    quote,
)

# Ours for good: the same question of a file gets the same ids each time it is read.
NAMESPACE = UUID("5d0b4d4e-6a1c-5f0e-9a57-0f7e7a6f2b11")
BLOCK_TYPES = {
    SINGLE: "single_choice", MULTIPLE: "multiple_choice", TRUE_FALSE: "true_false",
    FILL_IN: "fill_in", NUMERIC: "numeric", ORDERING: "ordering", MATCHING: "matching",
}  # fmt: skip
# What the blocks take (courses/blocks/questions.py), in characters.
LONGEST = {"prompt": 160, "option": 80, "feedback": 120}
MOST_OPTIONS = 8


@dataclass
class Mapped:
    """The raw values for a stream, and the questions that no block takes, with why."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[tuple[Item, str]] = field(default_factory=list)


def to_blocks(items: Sequence[Item], taken: Collection[str] = ()) -> Mapped:
    """The raw stream values of the questions that a lesson can hold; nothing is cut.

    Args:
        items: the questions.
        taken: ids of blocks that are there already; none is given a second time.
    """
    known = set(_lesson_blocks())
    mapped = Mapped()
    given = set(taken)
    for said in items:
        item = _with_remark(said)
        reason = _reason(item, known)
        if reason:
            mapped.left_out.append((said, reason))
            continue
        base = _free_id(item, given)
        made = {
            "type": BLOCK_TYPES[item.kind],
            "value": _VALUES[item.kind](item, base),
            "id": str(base),
        }
        if wrong := _refusal(made):
            mapped.left_out.append((said, wrong))
        else:
            given.add(str(base))
            mapped.blocks.append(made)
    return mapped


def _free_id(item: Item, given: Collection[str]) -> UUID:
    """Of the ids that follow from the question itself, the first that is free."""
    key = repr((item.kind, item.prompt, item.options, item.answers, item.pairs))
    times = 1
    while str(base := uuid5(NAMESPACE, f"{key}#{times}")) in given:
        times += 1
    return base


def _with_remark(item: Item) -> Item:
    """With the explanation where a block has a place for it: beside what is right."""
    if not item.feedback or len(item.feedback) > LONGEST["feedback"]:
        return item
    if item.kind in (SINGLE, MULTIPLE):
        place = next((n for n, one in enumerate(item.options) if one.is_right), None)
        if place is None or item.options[place].feedback:
            return item
        options = list(item.options)
        options[place] = replace(options[place], feedback=item.feedback)
        return replace(item, options=options, feedback="")
    if item.feedback_right:
        return item
    return replace(item, feedback_right=item.feedback, feedback="")


def lost_of(item: Item) -> list[str]:
    """What the block of a question has no place for, in words."""
    lost = []
    if left := _with_remark(item).feedback:
        lost.append(_("解析放不下，没有带过来：「%(text)s」。") % {"text": quote(left)})
    return lost


@cache
def _lesson_blocks() -> dict[str, Any]:
    found: dict[str, Any] = LessonStreamBlock().child_blocks
    return found


def _refusal(made: dict[str, Any]) -> str:
    """What the block itself says against the question; empty where it takes it."""
    block = _lesson_blocks()[made["type"]]
    try:
        block.clean(block.to_python(made["value"]))
    except ValidationError as error:
        return _sentence(error)
    return ""


def _sentence(error: Any) -> str:
    """The first sentence of an error, however deep the block has put it."""
    inside = getattr(error, "block_errors", {})
    found = list(inside.values()) if isinstance(inside, dict) else list(inside)
    for inner in (*found, *getattr(error, "non_block_errors", [])):
        if inner is not None:
            return _sentence(inner)
    if isinstance(error, ValidationError):
        return str(error.messages[0]) if error.messages else str(_("还不能导入"))
    return str(error)


def _reason(item: Item, known: set[str]) -> str:
    if item.verdict == REFUSED:
        return item.message
    if BLOCK_TYPES.get(item.kind) not in known:
        if item.kind == SHORT_ANSWER:
            return _("简答题要人来批，这里还放不下。请改成填空题或选择题。")
        return _("还不能导入")
    options = [one.text for one in item.options]
    remarks = [one.feedback for one in item.options]
    remarks += [item.feedback_right, item.feedback_wrong]
    if len(options) > MOST_OPTIONS:
        return _("选项超过 %(most)s 个。请删掉几个。") % {"most": MOST_OPTIONS}
    for name, texts, words in (
        ("prompt", [item.prompt], _("题干")),
        ("option", options, _("选项")),
        ("feedback", remarks, _("评语")),
    ):
        longest = max(map(len, texts), default=0)
        if longest > LONGEST[name]:
            return _("%(what)s太长：有 %(length)s 个字，最多 %(most)s 个。请改短。") % {
                "what": words,
                "length": longest,
                "most": LONGEST[name],
            }
    return ""


def _choice(item: Item, base: UUID) -> dict[str, Any]:
    return {
        "prompt": item.prompt,
        "options": [
            {
                "type": "item",
                "value": {
                    "text": one.text,
                    "is_right": one.is_right,
                    "feedback": one.feedback,
                },
                "id": str(uuid5(base, str(place))),
            }
            for place, one in enumerate(item.options)
        ],
    }


def _true_false(item: Item, base: UUID) -> dict[str, Any]:
    return {
        "statement": item.prompt,
        "answer": item.answers[0],
        "feedback_right": item.feedback_right,
        "feedback_wrong": item.feedback_wrong,
    }


def _listed(values: Sequence[Any], base: UUID) -> list[dict[str, Any]]:
    """Values as a list block keeps them, each with an id of its own."""
    return [
        {"type": "item", "value": value, "id": str(uuid5(base, str(place)))}
        for place, value in enumerate(values)
    ]


def _told(item: Item) -> dict[str, str]:
    return {
        "feedback_right": item.feedback_right,
        "feedback_wrong": item.feedback_wrong,
    }


def _fill_in(item: Item, base: UUID) -> dict[str, Any]:
    answers = _listed(list(item.answers), base)
    return {"prompt": item.prompt, "answers": answers, **_told(item)}


def _numeric(item: Item, base: UUID) -> dict[str, Any]:
    return {
        "prompt": item.prompt,
        "answer": item.answers[0],
        "tolerance": plain_number(item.tolerance),
        "unit": item.unit,
        **_told(item),
    }


def _ordering(item: Item, base: UUID) -> dict[str, Any]:
    return {
        "prompt": item.prompt,
        "items": _listed(list(item.answers), base),
        **_told(item),
    }


def _matching(item: Item, base: UUID) -> dict[str, Any]:
    pairs = [{"left": one.left, "right": one.right} for one in item.pairs]
    return {"prompt": item.prompt, "pairs": _listed(pairs, base), **_told(item)}


_VALUES: dict[str, Callable[[Item, UUID], dict[str, Any]]] = {
    SINGLE: _choice,
    MULTIPLE: _choice,
    TRUE_FALSE: _true_false,
    FILL_IN: _fill_in,
    NUMERIC: _numeric,
    ORDERING: _ordering,
    MATCHING: _matching,
}
