"""What is kept of a person's learning, in words that the person reads."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.blocks.arranged import DASH, partner_id
from learning.choices import State
from learning.models import Attempt, Response, WorkFile


def sheet_words(row: Any, value: dict[str, Any]) -> str:
    """What the sheet says: the name and its sentence."""
    return " ".join(str(value.get(name, "")) for name in ("name", "text")).strip()


def state_words(row: Any, value: str) -> str:
    return str(State(value).label) if value else ""


def _block(row: Response) -> dict[str, Any]:
    """The question as the learner saw it; empty where the paper does not have it."""
    for one in row.attempt.paper:
        if one.get("block_id") == row.block_id:
            value: dict[str, Any] = one.get("raw", {}).get("value", {})
            return value
    return {}


def question_words(row: Response, value: str) -> str:
    block = _block(row)
    return str(block.get("prompt") or block.get("statement") or value)


def question_of_work(row: WorkFile, value: str) -> str:
    """The question that the learner saw: of the newest paper that asks it."""
    attempts = Attempt.objects.filter(enrolment=row.enrolment, lesson=row.lesson)
    for paper in attempts.order_by("-number").values_list("paper", flat=True):
        for one in paper:
            if one["block_id"] == value:
                return str(one["raw"].get("value", {}).get("prompt") or value)
    return value


def address_of_work(row: WorkFile, value: Any) -> str:
    return reverse("learning:work", kwargs={"key": row.key})


def answer_words(row: Response, value: Any) -> Any:
    """The words that were chosen; what was typed as it was typed."""
    texts = {"true": str(_("对")), "false": str(_("不对"))}
    block = _block(row)
    for option in block.get("options", []):
        texts[option.get("id")] = option.get("value", {}).get("text", "")
    for thing in block.get("items", []):
        texts[thing.get("id")] = thing.get("value", "")
    for one in block.get("pairs", []):
        for other in block.get("pairs", []):
            joint = f"{one.get('id')}:{partner_id(str(other.get('id')))}"
            left, right = one.get("value", {}), other.get("value", {})
            texts[joint] = f"{left.get('left', '')}{DASH}{right.get('right', '')}"
    if isinstance(value, list):
        return [texts.get(one, str(one)) for one in value]
    return value


def seconds_watched(row: Any, value: dict[str, list[list[float]]]) -> int:
    return round(sum(end - start for spans in value.values() for start, end in spans))


def places_in_media(row: Any, value: dict[str, Any]) -> list[str]:
    return [str(round(place[-1])) for place in value.values() if place]
