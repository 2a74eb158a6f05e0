"""What several blocks share: the mark of an answer, and a picture with its words."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, StructBlock, StructValue
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

# Of an option, a thing, half of a pair.
_LONGEST_ID = 36


@dataclass(frozen=True)
class Mark:
    """The result of grading one answer, computed without looking anything up.

    `share` is between 0 and 1. Of options: right chosen minus wrong chosen, over right,
    not below 0; of things to arrange: how many of them are where they belong. Both are
    None where only a person can say.
    `remarks` are the teacher's sentences on what was chosen, in the order shown.
    """

    is_right: bool | None
    share: float | None
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """What the form of a question shows to one learner; never what is right.

    `options` can be chosen; `rows` are each given a place or a partner. Which of them are
    filled depends on the type; its template knows.
    """

    options: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    typed: str = ""

    @property
    def places(self) -> list[str]:
        """1, 2, 3 …: one for each row."""
        return [str(place) for place, _row in enumerate(self.rows, start=1)]


class QuestionValue(StructValue):
    """What lessons ask of every question. All of it is pure; nothing is stored.

    A response is what JSON can hold: a list of ids, or typed text. `grade` also takes
    what an older version of the question allowed, and what erasure has emptied.
    """

    # The part of the form that holds the answer; named in the form for the script too.
    form: ClassVar[str] = ""
    # What is said to who sends the form without an answer.
    left_out: ClassVar[Any] = _("请先选一个答案。")

    @property
    def unanswered(self) -> dict[str, Any]:
        """The question for the template of its answer, where nobody answers it."""
        return {"value": self, "shown": self.shown(None, "")}

    @property
    def answer_template(self) -> str:
        return f"courses/blocks/answer_{self.form}.html"

    def is_answer(self, response: object) -> bool:
        """Whether an honest form of this question can have sent the response."""
        raise NotImplementedError

    def grade(self, response: Any) -> Mark:
        raise NotImplementedError

    def kept(self, response: Any) -> Any:
        """The response as it is kept: the same answer is always the same there."""
        return response

    def read_form(self, data: Mapping[str, Any]) -> Any:
        """The response in a plain form's data; None where something is left out."""
        raise NotImplementedError

    @property
    def fields(self) -> list[str]:
        """The form's fields where it has several; one can be left out of them."""
        return []

    def draft(self, data: Mapping[str, Any]) -> dict[str, str]:
        """What was filled in of a form in which something was left out."""
        found = {name: str(data.get(name, ""))[:_LONGEST_ID] for name in self.fields}
        return {name: text for name, text in found.items() if text}

    def shown(
        self, response: Any, seed: str, draft: Mapping[str, Any] | None = None
    ) -> Shown:
        """What its form shows to one learner.

        Args:
            response: the learner's answer; None before the first.
            seed: what decides the order of shuffled things, the same for one attempt.
            draft: fields of a form that was not complete; they go before the response.
        """
        raise NotImplementedError

    @property
    def right_words(self) -> list[str]:
        """What is right, in words; empty where only a person can say it."""
        return []

    def words_of(self, response: Any) -> list[str]:
        """The answer in the words of the question, for the learner to read."""
        raise NotImplementedError


def one_of_two(value: Mapping[str, Any], is_right: bool, share: float) -> Mark:
    """The mark of a question whose teacher has one sentence for right, one for wrong."""
    remark = value["feedback_right" if is_right else "feedback_wrong"]
    return Mark(is_right, share, [remark] if remark else [])


def shuffle(things: list[dict[str, Any]], seed: str) -> list[dict[str, Any]]:
    """Things with ids in an order that the seed alone decides.

    Two and more are never in the order in which they came, which is the right one.
    """

    def lot(thing: dict[str, Any]) -> str:
        return hashlib.sha256(f"{seed}/{thing['id']}".encode()).hexdigest()

    drawn = sorted(things, key=lot)
    return [*drawn[1:], *drawn[:1]] if drawn == things else drawn


class PictureBlock(StructBlock):
    """A picture with its words for those who cannot see it (UX-MED-4)."""

    image = ImageChooserBlock(label=_("图片"))
    alt = CharBlock(
        label=_("图里有什么"),
        required=False,
        max_length=120,
        help_text=_("说给看不见图的人听，比如：图里有一团揉好的面，表面光滑。"),
    )
    is_decoration = BooleanBlock(
        label=_("只是装饰"), required=False, help_text=_("图里没有要学的内容时才打勾。")
    )
    caption = CharBlock(label=_("图下面的一句话"), required=False, max_length=80)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        require_words_for(cleaned, "alt", "is_decoration")
        return cleaned

    class Meta:
        icon = "image"
        label = _("图片")
        description = _("一张照片或图画，配一句说明。")
        template = "courses/blocks/picture.html"
        preview_template = "courses/blocks/preview_picture.html"
        preview_value = {
            "image": None,
            "alt": "图里有一团揉好的面，表面光滑。",
            "is_decoration": False,
            "caption": "三光：面光、盆光、手光",
        }


def require_words_for(value: Any, words: str, decoration: str) -> None:
    """Refuse a picture that has neither words nor the mark «only decoration».

    Raises:
        StructBlockValidationError: with the sentence beside the field of the words.
    """
    if value.get(decoration) or (value.get(words) or "").strip():
        return
    message = _("请写一句图里有什么；如果图只是好看，请勾「只是装饰」。")
    raise StructBlockValidationError(
        block_errors={words: ValidationError(message, code="no_words")}
    )
