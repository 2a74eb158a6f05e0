"""Questions whose answer is typed: a word for a blank, or a number with its unit."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, DecimalBlock, ListBlock, StructBlock
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.base import Mark, QuestionValue, Shown, one_of_two
from courses.typed_answers import MOST_TYPED, is_typed, plain, read_number

NO_MARGIN = Decimal(0)


class TypedValue(QuestionValue):
    """An answer is text, kept as it was typed."""

    form: ClassVar[str] = "typed"
    left_out: ClassVar[Any] = _("请先把答案写上。")
    longest: ClassVar[int] = MOST_TYPED

    @property
    def keyboard(self) -> str:
        """Which keys a phone shows: a value of `inputmode`."""
        return "text"

    def is_answer(self, response: object) -> bool:
        return is_typed(response)

    def grade(self, response: Any) -> Mark:
        is_right = isinstance(response, str) and self.is_right(response)
        return one_of_two(self, is_right, float(is_right))

    def is_right(self, typed: str) -> bool:
        raise NotImplementedError

    def read_form(self, data: Any) -> str | None:
        typed: str = data.get("typed", "")
        return typed if typed.strip() else None

    def shown(self, response: Any, seed: str, draft: Any = None) -> Shown:
        return Shown(typed=response if isinstance(response, str) else "")

    def words_of(self, response: Any) -> list[str]:
        return [response] if isinstance(response, str) and response else []


class FillInStructValue(TypedValue):
    """A sentence with one blank."""

    @property
    def right_words(self) -> list[str]:
        """The first way to write it is the one that the author means."""
        return [answer for answer in self["answers"] if answer][:1]

    def is_right(self, typed: str) -> bool:
        """Whether it is one of the answers, word for word."""
        known = {plain(answer or "") for answer in self["answers"]}
        return plain(typed) in known - {""}


class NumericStructValue(TypedValue):
    """A number. It is compared as a decimal number and never as a float."""

    @property
    def unit(self) -> str:
        return (self.get("unit") or "").strip()

    @property
    def right_words(self) -> list[str]:
        if self["answer"] is None:
            return []
        number = format(self["answer"].normalize(), "f")
        return [f"{number} {self.unit}".strip()]

    @property
    def keyboard(self) -> str:
        """Digits; the keys for digits of many phones have no minus."""
        return "text" if (self["answer"] or 0) < 0 else "decimal"

    def is_right(self, typed: str) -> bool:
        """Whether the number is near enough, with the right unit or none behind it.

        A unit in small or in capital letters is the same one: phones begin a line with
        a capital by themselves.
        """
        found = read_number(typed)
        # A draft may be without an answer still.
        if found is None or self["answer"] is None:
            return False
        number, unit = found
        if unit and unit != plain(self.unit):
            return False
        margin = self.get("tolerance") or NO_MARGIN
        # Compared with both ends: a difference would be rounded, these are exact.
        low, high = self["answer"] - margin, self["answer"] + margin
        return bool(low <= number <= high)


class FillInBlock(StructBlock):
    """A sentence with a blank to be filled in."""

    prompt = CharBlock(
        label=_("问题"),
        max_length=160,
        help_text=_("空的地方写成「____」，只留一个空，比如：和面要用____水。"),
    )
    answers = ListBlock(
        CharBlock(label=_("一个答案"), max_length=80),
        label=_("算对的答案"),
        min_num=1,
        max_num=10,
        help_text=_(
            "写上所有算对的写法，一个一行。全角半角、大小写、空格、繁体简体不用分开写；"
            "别的要一字不差才算对。"
        ),
    )
    feedback_right = CharBlock(
        label=_("答对了，老师说"), required=False, max_length=120
    )
    feedback_wrong = CharBlock(
        label=_("答错了，老师说"),
        required=False,
        max_length=120,
        help_text=_("答错了可以再答，请不要在这里写出答案。"),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and not all(map(plain, cleaned["answers"])):
            problem = ValidationError(_("有一个答案是空的，请写上，或者删掉。"))
            raise StructBlockValidationError(block_errors={"prompt": problem})
        return cleaned

    class Meta:
        icon = "edit"
        label = _("填空题")
        description = _("一句话留一个空，自己写答案。")
        template = "courses/blocks/question.html"
        value_class = FillInStructValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "和面要用____水。",
            "answers": ["温", "温的"],
            "feedback_right": "对，不烫手就好。",
            "feedback_wrong": "再想想：太烫、太凉都不行。",
        }


class NumericBlock(StructBlock):
    """A question whose answer is a number."""

    prompt = CharBlock(label=_("问题"), max_length=160)
    answer = DecimalBlock(
        label=_("答案是多少"),
        max_digits=18,
        decimal_places=6,
        help_text=_("只写数字，比如：37.5。学的人写 1,000 或者 1000 都算对。"),
    )
    tolerance = DecimalBlock(
        label=_("差多少也算对"),
        required=False,
        default=NO_MARGIN,
        min_value=0,
        max_digits=18,
        decimal_places=6,
        help_text=_("写 0 就要一点不差。写 0.5，多 0.5 少 0.5 都算对。"),
    )
    unit = CharBlock(
        label=_("单位"),
        required=False,
        max_length=20,
        help_text=_("比如：克。写在空的后面；学的人写不写单位都行，写错了不算对。"),
    )
    feedback_right = CharBlock(
        label=_("答对了，老师说"), required=False, max_length=120
    )
    feedback_wrong = CharBlock(
        label=_("答错了，老师说"),
        required=False,
        max_length=120,
        help_text=_("答错了可以再答，请不要在这里写出答案。"),
    )

    class Meta:
        icon = "decimal"
        label = _("数字题")
        description = _("答案是一个数，可以带单位。")
        template = "courses/blocks/question.html"
        value_class = NumericStructValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "面团要醒多久？",
            "answer": Decimal(20),
            "tolerance": Decimal(5),
            "unit": "分钟",
            "feedback_right": "对，二十分钟上下。",
            "feedback_wrong": "再想想：太短，面还紧。",
        }
