"""Questions. Each type grades itself: `grade(response)` is pure and stores nothing.

Options have ids, and answers are ids, so that changing the words or the order of the
options changes no answer (design §8).
"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    ListBlock,
    StructBlock,
)
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.base import Mark, QuestionValue, Shown, one_of_two

TRUE, FALSE = "true", "false"


class OptionBlock(StructBlock):
    """One thing that can be chosen, and what the teacher says to who chooses it."""

    text = CharBlock(label=_("选项"), max_length=80)
    is_right = BooleanBlock(label=_("这是对的"), required=False)
    feedback = CharBlock(label=_("选了它，老师说"), required=False, max_length=120)

    class Meta:
        icon = "radio-full"
        label = _("选项")


class ChosenValue(QuestionValue):
    """An answer is a list of ids of what was chosen."""

    form: ClassVar[str] = "choice"
    is_multiple: ClassVar[bool] = False

    @property
    def choices(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    @property
    def right_ids(self) -> set[str]:
        raise NotImplementedError

    @property
    def right_words(self) -> list[str]:
        return self.words_of(self.right_ids)

    def kept(self, response: list[str]) -> list[str]:
        return sorted(response)

    def read_form(self, data: Any) -> list[str] | None:
        return data.getlist("choice") or None

    def shown(self, response: Any, seed: str, draft: Any = None) -> Shown:
        chosen = set(response or ())
        return Shown(
            options=[{**one, "chosen": one["id"] in chosen} for one in self.choices]
        )

    def words_of(self, response: Any) -> list[str]:
        return [
            str(one["text"])
            for one in self.shown(response, "").options
            if one["chosen"]
        ]


class ChoiceStructValue(ChosenValue):
    """A question with options; the ids are those of the list's items."""

    is_multiple: ClassVar[bool] = True

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The options as the page shows them: id, text. Never which one is right."""
        return [
            {"id": child.id, "text": child.value["text"]}
            for child in self["options"].bound_blocks
        ]

    @property
    def right_ids(self) -> set[str]:
        return {
            child.id
            for child in self["options"].bound_blocks
            if child.value["is_right"]
        }

    def is_answer(self, response: object) -> bool:
        """Whether a response is a list of ids of this question's options."""
        known = {choice["id"] for choice in self.choices}
        return (
            isinstance(response, list)
            and bool(response)
            and all(isinstance(one, str) and one in known for one in response)
            and len(set(response)) == len(response)
        )

    def grade(self, response: list[str]) -> Mark:
        """Right chosen minus wrong chosen, over right, not below 0."""
        chosen, right = set(response), self.right_ids
        remarks = [
            child.value["feedback"]
            for child in self["options"].bound_blocks
            if child.id in chosen and child.value["feedback"]
        ]
        share = 0.0
        if right:
            share = max(0, len(chosen & right) - len(chosen - right)) / len(right)
        return Mark(
            is_right=chosen == right and bool(right), share=share, remarks=remarks
        )


class SingleStructValue(ChoiceStructValue):
    is_multiple: ClassVar[bool] = False

    def is_answer(self, response: object) -> bool:
        return super().is_answer(response) and len(response) == 1  # type: ignore[arg-type]


class ChoiceQuestionBlock(StructBlock):
    """What single and multiple choice share; not used by itself."""

    prompt = CharBlock(label=_("问题"), max_length=160)
    options = ListBlock(OptionBlock(), label=_("选项"), min_num=2, max_num=8)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        right = sum(bool(option["is_right"]) for option in cleaned["options"])
        problem = self.problem_with(right)
        if problem:
            raise StructBlockValidationError(
                block_errors={"prompt": ValidationError(problem)}
            )
        return cleaned

    def problem_with(self, right: int) -> Any:
        """Why so many right options will not do; empty when they will."""
        return "" if right else _("请至少给一个选项勾上「这是对的」。")


class SingleChoiceBlock(ChoiceQuestionBlock):
    """One right answer among several."""

    def problem_with(self, right: int) -> Any:
        return (
            "" if right == 1 else _("单选题要有一个、也只有一个选项勾上「这是对的」。")
        )

    class Meta:
        icon = "radio-full"
        label = _("单选题")
        description = _("几个选项里只有一个对。")
        template = "courses/blocks/question.html"
        value_class = SingleStructValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "面团醒多久？",
            "options": [
                {"text": "二十分钟", "is_right": True, "feedback": "对，盖上湿布。"},
                {"text": "两分钟", "is_right": False, "feedback": "太短，面还紧。"},
            ],
        }


class MultipleChoiceBlock(ChoiceQuestionBlock):
    """Several right answers."""

    class Meta:
        icon = "tasks"
        label = _("多选题")
        description = _("可以选好几个。")
        template = "courses/blocks/question.html"
        value_class = ChoiceStructValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "「三光」是哪三样？（可以选几个）",
            "options": [
                {"text": "面光", "is_right": True, "feedback": ""},
                {"text": "手光", "is_right": True, "feedback": ""},
                {"text": "灯光", "is_right": False, "feedback": "灯光不算。"},
            ],
        }


class TrueFalseStructValue(ChosenValue):
    """A statement that is right or wrong; the answer ids are `true` and `false`."""

    @property
    def prompt(self) -> str:
        statement: str = self["statement"]
        return statement

    @property
    def choices(self) -> list[dict[str, Any]]:
        return [{"id": TRUE, "text": _("对")}, {"id": FALSE, "text": _("不对")}]

    @property
    def right_ids(self) -> set[str]:
        return {self["answer"]}

    def is_answer(self, response: object) -> bool:
        return response in ([TRUE], [FALSE])

    def grade(self, response: list[str]) -> Mark:
        """All or nothing; the remark follows what was chosen."""
        is_right = set(response) == self.right_ids
        return one_of_two(self, is_right, float(is_right))


class TrueFalseBlock(StructBlock):
    """A statement: right or not?"""

    statement = CharBlock(label=_("一句话"), max_length=160)
    answer = ChoiceBlock(
        label=_("这句话"), choices=[(TRUE, _("是对的")), (FALSE, _("不对"))]
    )
    feedback_right = CharBlock(
        label=_("答对了，老师说"), required=False, max_length=120
    )
    feedback_wrong = CharBlock(
        label=_("答错了，老师说"), required=False, max_length=120
    )

    class Meta:
        icon = "check"
        label = _("判断题")
        description = _("一句话，判断对不对。")
        template = "courses/blocks/question.html"
        value_class = TrueFalseStructValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "statement": "面要一次揉透，不用醒。",
            "answer": "false",
            "feedback_right": "对，要醒二十分钟。",
            "feedback_wrong": "再想想：面要歇一歇才软。",
        }
