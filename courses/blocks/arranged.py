"""Questions in which things are arranged: put in order, or matched in pairs.

Neither the order on the page nor the ids there tell what is right.
"""

import hashlib
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, ListBlock, StructBlock
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.base import Mark, QuestionValue, Shown, one_of_two, shuffle
from courses.typed_answers import plain

# Between the two ids of a pair, and between their words.
_JOINT = ":"
DASH = " — "


class OrderingStructValue(QuestionValue):
    """Things in their right order; an answer is the list of all their ids."""

    form: ClassVar[str] = "ordering"
    left_out: ClassVar[Any] = _("请给每一样选一个位置，两样不能选同一个。")

    @property
    def things(self) -> list[dict[str, Any]]:
        """All things in the right order: id, text. Not for the page: see `shown`."""
        return [
            {"id": child.id, "text": child.value}
            for child in self["items"].bound_blocks
        ]

    @property
    def right_ids(self) -> list[str]:
        return [thing["id"] for thing in self.things]

    def is_answer(self, response: object) -> bool:
        """Whether it names every thing once."""
        return (
            isinstance(response, list)
            and all(isinstance(one, str) for one in response)
            and sorted(response) == sorted(self.right_ids)
        )

    def grade(self, response: Any) -> Mark:
        """The share of things that stand in their right place."""
        right = self.right_ids
        there = sum(one == other for one, other in zip(response, right, strict=False))
        is_right = bool(right) and list(response) == right
        return one_of_two(self, is_right, there / len(right) if right else 0.0)

    def read_form(self, data: Any) -> list[str] | None:
        placed = {
            data.get(name, ""): thing["id"]
            for name, thing in zip(self.fields, self.things, strict=True)
        }
        order = [placed.get(str(place + 1)) for place in range(len(self.things))]
        return order if all(order) else None  # type: ignore[return-value]

    @property
    def fields(self) -> list[str]:
        return [f"place-{thing['id']}" for thing in self.things]

    def shown(self, response: Any, seed: str, draft: Any = None) -> Shown:
        """As they were arranged, else shuffled; with the place that each was given."""
        by_id = {thing["id"]: thing for thing in self.things}
        rows = shuffle(self.things, seed)
        places = self.draft(draft or {})
        if self.is_answer(response):
            rows = [by_id[one] for one in response]
            places = places or {
                f"place-{one}": str(place) for place, one in enumerate(response, 1)
            }
        return Shown(
            rows=[{**row, "place": places.get(f"place-{row['id']}")} for row in rows]
        )

    @property
    def right_words(self) -> list[str]:
        return [str(thing["text"]) for thing in self.things]

    def words_of(self, response: Any) -> list[str]:
        texts = {thing["id"]: thing["text"] for thing in self.things}
        return [texts[one] for one in response or () if one in texts]


def partner_id(pair_id: str) -> str:
    """The id of the right half: another one than the left half's, which would tell."""
    return hashlib.sha256(f"right/{pair_id}".encode()).hexdigest()[:16]


class MatchingStructValue(QuestionValue):
    """Pairs; an answer is a list of «left:right», one for each left half."""

    form: ClassVar[str] = "matching"
    left_out: ClassVar[Any] = _("请给每一样都选好一个。")

    @property
    def lefts(self) -> list[dict[str, Any]]:
        return [
            {"id": child.id, "text": child.value["left"]}
            for child in self["pairs"].bound_blocks
        ]

    @property
    def rights(self) -> list[dict[str, Any]]:
        """The right halves in the order of the left ones. Not for the page."""
        return [
            {"id": partner_id(child.id), "text": child.value["right"]}
            for child in self["pairs"].bound_blocks
        ]

    def is_answer(self, response: object) -> bool:
        """Whether it gives every left half one of the right halves."""
        if not isinstance(response, list):
            return False
        if not all(isinstance(one, str) for one in response):
            return False
        halves = [one.partition(_JOINT) for one in response]
        rights = {right["id"] for right in self.rights}
        return sorted(left for left, _joint, _right in halves) == sorted(
            left["id"] for left in self.lefts
        ) and all(right in rights for _left, _joint, right in halves)

    def grade(self, response: Any) -> Mark:
        """The share of right pairs."""
        right = {f"{one['id']}{_JOINT}{partner_id(one['id'])}" for one in self.lefts}
        found = len(right & set(response))
        is_right = bool(right) and found == len(right)
        return one_of_two(self, is_right, found / len(right) if right else 0.0)

    def kept(self, response: list[str]) -> list[str]:
        return sorted(response)

    def read_form(self, data: Any) -> list[str] | None:
        chosen = [(one["id"], data.get(f"pair-{one['id']}")) for one in self.lefts]
        if not all(right for _left, right in chosen):
            return None
        return [f"{left}{_JOINT}{right}" for left, right in chosen]

    @property
    def fields(self) -> list[str]:
        return [f"pair-{one['id']}" for one in self.lefts]

    def shown(self, response: Any, seed: str, draft: Any = None) -> Shown:
        kept = self.draft(draft or {})
        given = {f"pair-{left}": right for left, right in _halves(response).items()}
        chosen = kept or given
        return Shown(
            options=shuffle(self.rights, seed),
            rows=[
                {**one, "chosen": chosen.get(f"pair-{one['id']}")} for one in self.lefts
            ],
        )

    @property
    def right_words(self) -> list[str]:
        return [
            f"{left['text']}{DASH}{right['text']}"
            for left, right in zip(self.lefts, self.rights, strict=True)
        ]

    def words_of(self, response: Any) -> list[str]:
        chosen = _halves(response)
        texts = {right["id"]: right["text"] for right in self.rights}
        return [
            f"{left['text']}{DASH}{texts[chosen[left['id']]]}"
            for left in self.lefts
            if chosen.get(left["id"]) in texts
        ]


def _halves(response: Any) -> dict[str, str]:
    """Which right half each left one was given."""
    parts = (one.partition(_JOINT) for one in response or ())
    return {left: right for left, _joint, right in parts}


def _require_different(texts: list[str]) -> None:
    """Refuse two that read alike: nobody could tell which of them is meant.

    Raises:
        StructBlockValidationError: with the sentence beside the question.
    """
    if len({plain(text) for text in texts}) == len(texts):
        return
    problem = ValidationError(_("有两样写得一样，分不出来。请改一改。"))
    raise StructBlockValidationError(block_errors={"prompt": problem})


class OrderingBlock(StructBlock):
    """Things to be put in order."""

    prompt = CharBlock(
        label=_("问题"),
        max_length=160,
        help_text=_("比如：做馒头，先做什么，后做什么？"),
    )
    items = ListBlock(
        CharBlock(label=_("一样"), max_length=60),
        label=_("按对的顺序写"),
        min_num=2,
        max_num=8,
        help_text=_("从先到后写好；给人做的时候会打乱。"),
    )
    feedback_right = CharBlock(
        label=_("答对了，老师说"), required=False, max_length=120
    )
    feedback_wrong = CharBlock(
        label=_("答错了，老师说"),
        required=False,
        max_length=120,
        help_text=_("只排对几样也算答错，得一部分分。请不要在这里写出答案。"),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            _require_different(list(cleaned["items"]))
        return cleaned

    class Meta:
        icon = "list-ol"
        label = _("排顺序")
        description = _("把几样东西按先后排好。")
        template = "courses/blocks/question.html"
        value_class = OrderingStructValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "做馒头，先做什么，后做什么？",
            "items": ["和面", "醒面", "上锅蒸"],
            "feedback_right": "对，就是这个顺序。",
            "feedback_wrong": "再想想：什么时候面才变软？",
        }


class PairBlock(StructBlock):
    """Two that belong together."""

    left = CharBlock(label=_("左边"), max_length=40)
    right = CharBlock(label=_("右边，和左边是一对"), max_length=40)

    class Meta:
        icon = "link"
        label = _("一对")


class MatchingBlock(StructBlock):
    """Pairs to be found."""

    prompt = CharBlock(
        label=_("问题"), max_length=160, help_text=_("比如：哪种面做哪样点心？")
    )
    pairs = ListBlock(
        PairBlock(),
        label=_("一对一对写"),
        min_num=2,
        max_num=8,
        help_text=_("左右写成一对；给人做的时候，右边会打乱。"),
    )
    feedback_right = CharBlock(
        label=_("答对了，老师说"), required=False, max_length=120
    )
    feedback_wrong = CharBlock(
        label=_("答错了，老师说"),
        required=False,
        max_length=120,
        help_text=_("只配对几样也算答错，得一部分分。请不要在这里写出答案。"),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            for side in ("left", "right"):
                _require_different([pair[side] for pair in cleaned["pairs"]])
        return cleaned

    class Meta:
        icon = "link"
        label = _("配对题")
        description = _("两边各几样，找出哪两样是一对。")
        template = "courses/blocks/question.html"
        value_class = MatchingStructValue
        preview_template = "courses/blocks/preview_question.html"
        preview_value = {
            "prompt": "哪种面做哪样点心？",
            "pairs": [
                {"left": "发面", "right": "馒头"},
                {"left": "烫面", "right": "蒸饺"},
            ],
            "feedback_right": "对。",
            "feedback_wrong": "再想想：哪种面要等它发起来？",
        }
