"""What several blocks share: the mark of an answer, and a picture with its words."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, StructBlock
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock


@dataclass(frozen=True)
class Mark:
    """The result of grading one answer, computed without looking anything up.

    `share` is between 0 and 1: right chosen minus wrong chosen, over right, not below 0.
    `remarks` are the teacher's sentences on what was chosen, in the order shown.
    """

    is_right: bool
    share: float
    remarks: list[str] = field(default_factory=list)


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
