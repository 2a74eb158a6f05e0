"""A step: one picture and up to three sentences, the unit of a lesson for elders."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, ListBlock, StructBlock, StructValue
from wagtail.images.blocks import ImageChooserBlock

from courses.blocks.base import require_words_for


class StepStructValue(StructValue):
    @property
    def text(self) -> str:
        """What is read aloud: the title and the sentences."""
        sentences: list[str] = list(self["sentences"])
        return "。".join([self["title"], *sentences])


class StepBlock(StructBlock):
    """One thing to do: a short title, up to three sentences, perhaps a picture."""

    title = CharBlock(
        label=_("这一步做什么"),
        max_length=16,
        help_text=_("十二个字以内，像「揉成光面团」。"),
    )
    sentences = ListBlock(
        CharBlock(label=_("一句话"), max_length=60),
        label=_("怎么做"),
        min_num=1,
        max_num=3,
        help_text=_("一到三句，每句只说一件事。"),
    )
    image = ImageChooserBlock(label=_("图片"), required=False)
    alt = CharBlock(label=_("图里有什么"), required=False, max_length=120)
    is_decoration = BooleanBlock(label=_("只是装饰"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation and cleaned.get("image"):
            require_words_for(cleaned, "alt", "is_decoration")
        return cleaned

    class Meta:
        icon = "list-ol"
        label = _("一步")
        description = _("一张图加一到三句话，教一个动作。")
        template = "courses/blocks/step.html"
        value_class = StepStructValue
        preview_value = {
            "title": "揉成光面团",
            "sentences": [
                "一手压住面，一手往前推。",
                "转半圈，再推一次。",
                "揉到表面发亮。",
            ],
            "image": None,
            "alt": "",
            "is_decoration": False,
        }
