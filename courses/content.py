"""What progress needs to know of a lesson's blocks. Pure: no request; one read of ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.blocks.lesson import DRAW_TYPE, MEDIA_TYPES, QUESTION_TYPES

# A medium counts as watched from this share on (design §4: LessonProgress).
WATCHED_SHARE = 0.8
COUNTED_TYPES = (*MEDIA_TYPES, *QUESTION_TYPES, DRAW_TYPE)


@dataclass(frozen=True)
class MediaItem:
    """A video or recording of a lesson; length in seconds."""

    block_id: str
    kind: str
    duration_s: float


@dataclass(frozen=True)
class QuestionItem:
    """A question of a lesson; `value` grades it."""

    block_id: str
    kind: str
    value: Any


@dataclass(frozen=True)
class DrawItem:
    """So many questions to be drawn from a bank when an attempt begins."""

    block_id: str
    bank_id: int | None
    count: int


@dataclass(frozen=True)
class LessonContent:
    """The parts of a lesson that its completion depends on, in their order.

    `kinds` names the type of every block of the lesson, by its id. `draws` are those of
    a lesson that nobody has begun: in an attempt they have become questions.
    """

    media: tuple[MediaItem, ...]
    questions: tuple[QuestionItem, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)
    draws: tuple[DrawItem, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is anything to answer."""
        return bool(self.questions or self.draws)

    def medium(self, block_id: str) -> MediaItem | None:
        return next((one for one in self.media if one.block_id == block_id), None)

    def question(self, block_id: str) -> QuestionItem | None:
        return next((one for one in self.questions if one.block_id == block_id), None)


def read_content(body: Any) -> LessonContent:
    """The media and questions of a lesson's body (a StreamValue).

    Of the other blocks only the type is read, as it is stored: their pictures and
    references would be asked for, and a report of progress shows none of them.
    """
    media, questions, draws = [], [], []
    kinds: dict[Any, str] = {}
    for place, raw in enumerate(body.raw_data):
        kinds[raw.get("id")] = raw["type"]
        if raw["type"] not in COUNTED_TYPES:
            continue
        child = body[place]
        if child.block_type in MEDIA_TYPES:
            media.append(MediaItem(child.id, child.block_type, child.value.duration_s))
        elif child.block_type in QUESTION_TYPES:
            questions.append(QuestionItem(child.id, child.block_type, child.value))
        elif child.block_type == DRAW_TYPE:
            bank = child.value.get("bank")
            draws.append(DrawItem(child.id, bank and bank.pk, child.value["count"]))
    return LessonContent(tuple(media), tuple(questions), kinds, tuple(draws))
