"""Lessons made for tests of learning: one of each kind, without a file on disk."""

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from core.models import MediaFile
from courses.blocks import LessonStreamBlock
from courses.models import CoursePage, LessonPage


def block_id(name: str) -> str:
    """The id of the block with that name, the same in every test."""
    return str(uuid5(NAMESPACE_URL, name))


def make_media(*, seconds: float = 100.0, kind: str = "video") -> MediaFile:
    """A medium of that length; its file is never opened."""
    media = MediaFile(title="示范", type=kind, duration=seconds, size_bytes=1_000_000)
    media.file.name = f"media/test.{'mp4' if kind == 'video' else 'm4a'}"
    media.content_type = "video/mp4" if kind == "video" else "audio/mp4"
    media.save()
    return media


def video_block(name: str, media: MediaFile) -> dict[str, Any]:
    return {
        "type": "video",
        "id": block_id(name),
        "value": {
            "title": "看一遍",
            "video": media.pk,
            "is_spoken": False,
            "captions": None,
            "transcript": "一手压住面。",
        },
    }


def question_block(name: str, *, right: str = "a") -> dict[str, Any]:
    """A single-choice question with options a and b."""
    options = [
        {
            "type": "item",
            "id": option_id(name, one),
            "value": {"text": one, "is_right": one == right, "feedback": f"选了{one}"},
        }
        for one in "ab"
    ]
    return {
        "type": "single_choice",
        "id": block_id(name),
        "value": {"prompt": f"{name}?", "options": options},
    }


def option_id(question: str, option: str) -> str:
    return block_id(f"{question}/{option}")


def text_block(name: str = "text") -> dict[str, Any]:
    return {"type": "text", "id": block_id(name), "value": "<p>三光</p>"}


def make_lesson(
    course: CoursePage, *blocks: dict[str, Any], title: str = "第一课", **fields: Any
) -> LessonPage:
    """A live lesson of the course with these blocks."""
    lesson = LessonPage(title=title, **fields)
    raw = list(blocks) or [text_block(title)]
    lesson.body = lesson._meta.get_field("body").to_python(raw)
    course.add_child(instance=lesson)
    lesson.save_revision().publish()
    course.refresh_from_db()
    return LessonPage.objects.get(pk=lesson.pk)


def _told(**value: Any) -> dict[str, Any]:
    return {"feedback_right": "就是它", "feedback_wrong": "不是它", **value}


def _listed(name: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"type": "item", "id": option_id(name, str(place)), "value": value}
        for place, value in enumerate(values, start=1)
    ]


def fill_in_block(name: str, *answers: str) -> dict[str, Any]:
    """A blank for which each of these is right."""
    listed = _listed(name, answers or ["温水"])
    value = _told(prompt=f"{name}要用____", answers=listed)
    return {"type": "fill_in", "id": block_id(name), "value": value}


def numeric_block(
    name: str, answer: str = "20", *, tolerance: str = "0", unit: str = "分钟"
) -> dict[str, Any]:
    """A question for a number, as the database keeps it: decimals are text."""
    value = _told(prompt=f"{name}多少？", answer=answer, tolerance=tolerance, unit=unit)
    return {"type": "numeric", "id": block_id(name), "value": value}


def ordering_block(name: str, *items: str) -> dict[str, Any]:
    """Things in their right order; their ids are `option_id(name, "1")` and so on."""
    listed = _listed(name, items or ["和面", "醒面", "上锅蒸"])
    value = _told(prompt=f"{name}的先后？", items=listed)
    return {"type": "ordering", "id": block_id(name), "value": value}


def matching_block(name: str, **pairs: str) -> dict[str, Any]:
    """Pairs, left=right; the ids of the left halves as in `ordering_block`."""
    found = pairs or {"发面": "馒头", "烫面": "蒸饺", "死面": "面条"}
    values = [{"left": left, "right": right} for left, right in found.items()]
    value = _told(prompt=f"{name}哪两样一对？", pairs=_listed(name, values))
    return {"type": "matching", "id": block_id(name), "value": value}


def value_of(block: dict[str, Any]) -> Any:
    """The question as a lesson holds it, without a lesson."""
    kind = LessonStreamBlock().child_blocks[block["type"]]
    return kind.to_python(block["value"])
