"""The catalogue of what a lesson may contain. A new block is one line here."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamBlock

from courses.blocks.arranged import MatchingBlock, OrderingBlock
from courses.blocks.bank import DrawBlock
from courses.blocks.base import PictureBlock
from courses.blocks.media import AudioBlock, VideoBlock
from courses.blocks.questions import (
    MultipleChoiceBlock,
    SingleChoiceBlock,
    TrueFalseBlock,
)
from courses.blocks.simple import FileBlock, TipBlock
from courses.blocks.step import StepBlock
from courses.blocks.text import TextBlock
from courses.blocks.typed import FillInBlock, NumericBlock
from courses.blocks.written import ShortAnswerBlock, WorkBlock

TEACH = _("讲一讲")
ASK = _("问一问")

MEDIA_TYPES = ("video", "audio")
QUESTION_TYPES = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "fill_in",
    "numeric",
    "ordering",
    "matching",
    "short_answer",
    "work",
)
# Becomes questions when an attempt begins.
DRAW_TYPE = "draw"


class LessonStreamBlock(StreamBlock):
    """What a lesson is made of."""

    step = StepBlock(group=TEACH)
    video = VideoBlock(group=TEACH)
    audio = AudioBlock(group=TEACH)
    picture = PictureBlock(group=TEACH)
    text = TextBlock(group=TEACH)
    tip = TipBlock(group=TEACH)
    file = FileBlock(group=TEACH)
    single_choice = SingleChoiceBlock(group=ASK)
    multiple_choice = MultipleChoiceBlock(group=ASK)
    true_false = TrueFalseBlock(group=ASK)
    fill_in = FillInBlock(group=ASK)
    numeric = NumericBlock(group=ASK)
    ordering = OrderingBlock(group=ASK)
    matching = MatchingBlock(group=ASK)
    short_answer = ShortAnswerBlock(group=ASK)
    work = WorkBlock(group=ASK)
    draw = DrawBlock(group=ASK)
