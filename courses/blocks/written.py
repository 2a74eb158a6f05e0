"""Questions that a person marks: a few sentences, or work that is handed over."""

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    IntegerBlock,
    StructBlock,
    TextBlock,
)
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.base import Mark, QuestionValue, Shown
from courses.typed_answers import can_be_kept

MOST_WRITTEN = 2000
MOST_FILES = 5
_KEY = re.compile(r"[0-9a-f]{32}")
_OFFERED = {
    "photo": "image/*",
    "audio": "audio/*,.m4a,.mp3",
    "file": ".pdf,.docx,.xlsx,.pptx",
}
WAITS = Mark(is_right=None, share=None)


class MarkedValue(QuestionValue):
    """An answer that a person marks: whatever it is, its mark is not known yet."""

    @property
    def model_words(self) -> list[str]:
        """What a good answer is: for who marks, and for the learner afterwards."""
        words = (self.get("model_answer") or "").strip()
        return [words] if words else []

    def grade(self, response: Any) -> Mark:
        return WAITS


class ShortAnswerValue(MarkedValue):
    """A few sentences."""

    form: ClassVar[str] = "written"
    left_out: ClassVar[Any] = _("请先写上几句话。")
    longest: ClassVar[int] = MOST_WRITTEN

    def is_answer(self, response: object) -> bool:
        return (
            isinstance(response, str)
            and len(response) <= MOST_WRITTEN
            and bool(response.strip())
            and all(can_be_kept(one) for one in response)
        )

    def kept(self, response: Any) -> Any:
        """With the line ends of every system alike, so that a replay is the same."""
        return response.replace("\r\n", "\n").strip()

    def read_form(self, data: Any) -> str | None:
        typed: str = data.get("typed", "")
        return typed if typed.strip() else None

    def shown(self, response: Any, seed: str, draft: Any = None) -> Shown:
        return Shown(typed=response if isinstance(response, str) else "")

    def words_of(self, response: Any) -> list[str]:
        return [response] if isinstance(response, str) and response else []


class WorkValue(MarkedValue):
    """Files: the answer is a list of the keys under which they are kept."""

    form: ClassVar[str] = "work"
    left_out: ClassVar[Any] = _("请先选要交的照片、录音或文件。")

    @property
    def kinds(self) -> list[str]:
        """What may be handed over: photo, audio, file."""
        return [
            kind for kind in ("photo", "audio", "file") if self.get(f"takes_{kind}")
        ]

    @property
    def accept(self) -> str:
        """What a phone offers to choose from: a value of `accept`."""
        return ",".join(_OFFERED[kind] for kind in self.kinds)

    @property
    def most(self) -> int:
        return min(max(self.get("most_files") or 1, 1), MOST_FILES)

    def is_answer(self, response: object) -> bool:
        return (
            isinstance(response, list)
            and 0 < len(response) <= MOST_FILES
            and all(isinstance(one, str) and _KEY.fullmatch(one) for one in response)
            and len(set(response)) == len(response)
        )

    def read_form(self, data: Any) -> None:
        """Files come by a form of their own."""
        return None

    def shown(self, response: Any, seed: str, draft: Any = None) -> Shown:
        keys = response if isinstance(response, list) else []
        return Shown(rows=[{"id": key, "text": ""} for key in keys])

    def words_of(self, response: Any) -> list[str]:
        count = len(response) if isinstance(response, list) else 0
        return [str(_("%(number)s 个文件") % {"number": count})] if count else []


class ShortAnswerBlock(StructBlock):
    """A question that is answered in a few sentences."""

    prompt = CharBlock(label=_("问题"), max_length=160)
    hint = CharBlock(
        label=_("写多少、写什么"),
        required=False,
        max_length=80,
        help_text=_("写在空的上面，比如：三五句就行，说说您是怎么做的。"),
    )
    model_answer = TextBlock(
        label=_("好的回答是什么样"),
        required=False,
        max_length=600,
        rows=4,
        help_text=_("看答案的老师照着判；判过以后学员也能看到。"),
    )

    class Meta:
        icon = "edit"
        label = _("写几句")
        description = _("请学员写几句话，由老师来看、来判。")
        template = "courses/blocks/question.html"
        value_class = ShortAnswerValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "您家的面团醒了多久，怎么看出来醒好了？",
            "hint": "三五句就行。",
            "model_answer": "说到时间、个头、手指按下去的样子。",
        }


class WorkBlock(StructBlock):
    """A piece of work that is handed over as photos, recordings or files."""

    prompt = CharBlock(
        label=_("要交什么"),
        max_length=160,
        help_text=_("比如：把您蒸的馒头拍一张照片。"),
    )
    takes_photo = BooleanBlock(label=_("可以交照片"), required=False, default=True)
    takes_audio = BooleanBlock(label=_("可以交录音"), required=False)
    takes_file = BooleanBlock(
        label=_("可以交文件"),
        required=False,
        help_text=_("可以是 PDF、Word、Excel、PPT。"),
    )
    most_files: Any = IntegerBlock(
        label=_("最多几个"), default=3, min_value=1, max_value=MOST_FILES
    )
    model_answer = TextBlock(
        label=_("好的作品是什么样"),
        required=False,
        max_length=600,
        rows=4,
        help_text=_("看作品的老师照着判；判过以后学员也能看到。"),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not cleaned.kinds:
            problem = ValidationError(_("照片、录音、文件，请至少勾一样。"))
            raise StructBlockValidationError(block_errors={"takes_photo": problem})
        return cleaned

    class Meta:
        icon = "upload"
        label = _("交作品")
        description = _("请学员拍照、录音或交文件，由老师来看、来判。")
        template = "courses/blocks/question.html"
        value_class = WorkValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "把您蒸的馒头拍一张照片。",
            "takes_photo": True,
            "takes_audio": False,
            "takes_file": False,
            "most_files": 3,
            "model_answer": "皮光，开花，不塌。",
        }
