"""Questions without a lesson around them, and the block that draws some of them."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import IntegerBlock, PageChooserBlock, StreamBlock, StructBlock

from courses.blocks.arranged import MatchingBlock, OrderingBlock
from courses.blocks.questions import (
    MultipleChoiceBlock,
    SingleChoiceBlock,
    TrueFalseBlock,
)
from courses.blocks.typed import FillInBlock, NumericBlock

MOST_DRAWN = 50


class BankStreamBlock(StreamBlock):
    """What a bank holds: every question that grades itself."""

    single_choice = SingleChoiceBlock()
    multiple_choice = MultipleChoiceBlock()
    true_false = TrueFalseBlock()
    fill_in = FillInBlock()
    numeric = NumericBlock()
    ordering = OrderingBlock()
    matching = MatchingBlock()


class DrawBlock(StructBlock):
    """So many questions of a bank, others for each attempt."""

    bank = PageChooserBlock(label=_("从哪个题库"), page_type="courses.QuestionBankPage")
    count: Any = IntegerBlock(
        label=_("抽几题"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DRAWN)],
    )

    class Meta:
        icon = "list-ol"
        label = _("从题库里抽题")
        description = _("每次从题库里抽几题，每个人抽到的不一样。")
        template = "courses/blocks/draw.html"
        preview_value = {"bank": None, "count": 5}
