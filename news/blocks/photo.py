"""A press photo: the six elements of its caption, and who agreed to be shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    DateBlock,
    StructBlock,
    StructValue,
)
from wagtail.images.blocks import ImageChooserBlock

from core.civil_time import day_in_words

# The elements of DA/T 50 (domain §9); `people` may be «群众» (ARC-04).
ELEMENTS = ("day", "content", "place", "people", "photographer", "background")


class PhotoValue(StructValue):
    """A photo with its caption in words."""

    @property
    def missing(self) -> list[str]:
        """The elements of the caption that are not there, by their names."""
        return [name for name in ELEMENTS if not _said(self.get(name))]

    @property
    def needs_consent(self) -> bool:
        """Whether somebody must have agreed before the photo leaves the house (PUB-08)."""
        return bool(self.get("shows_minors") or self.get("is_close"))

    @property
    def may_leave(self) -> bool:
        return not self.needs_consent or bool(self.get("has_consent"))

    @property
    def caption_words(self) -> str:
        """The caption: «11 月 3 日 周二，柳堤河堤，学员和志愿者，把柳篮送到护河一线。»."""
        day = self.get("day")
        parts = [
            day_in_words(day) if day else "",
            self.get("place"),
            self.get("people"),
        ]
        said = [part.strip() for part in [*parts, self.get("content")] if _said(part)]
        sentence = "，".join(said).rstrip("。")
        background = (self.get("background") or "").strip()
        return f"{sentence}。{background}" if sentence else background


def _said(value: Any) -> bool:
    return bool(str(value or "").strip())


class PhotoBlock(StructBlock):
    """A photo of what happened."""

    image = ImageChooserBlock(label=_("照片"))
    alt = CharBlock(
        label=_("图里有什么"),
        max_length=120,
        help_text=_("说给看不见图的人听，比如：学员把一只柳篮递给巡河的人。"),
    )
    day = DateBlock(label=_("哪天拍的"), required=False)
    content = CharBlock(
        label=_("在做什么"),
        required=False,
        max_length=80,
        help_text=_("比如：把柳篮送到护河一线。"),
    )
    place = CharBlock(label=_("在哪儿"), required=False, max_length=40)
    people = CharBlock(
        label=_("是谁"),
        required=False,
        max_length=60,
        help_text=_("从左到右写；人多就写「群众」「学员」。"),
    )
    photographer = CharBlock(label=_("谁拍的"), required=False, max_length=30)
    background = CharBlock(
        label=_("为什么有这件事"),
        required=False,
        max_length=120,
        help_text=_("比如：柳编班结业，学员要先当一天护河人。"),
    )
    shows_minors = BooleanBlock(label=_("照片里有孩子"), required=False)
    is_close = BooleanBlock(label=_("看得清是谁的近照"), required=False)
    has_consent = BooleanBlock(
        label=_("本人（孩子的监护人）同意登出来"),
        required=False,
        help_text=_("有孩子、有近照时要问过才能勾；没勾就不能送媒体。"),
    )

    class Meta:
        icon = "image"
        label = _("照片")
        description = _(
            "一张现场照片，说明写全六样：时间、内容、地点、人物、摄影者、背景。"
        )
        template = "news/blocks/photo.html"
        value_class = PhotoValue
