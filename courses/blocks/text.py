"""Field blocks. Migrations name these classes by path: they stay here for good."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import RichTextBlock


class TextBlock(RichTextBlock):
    """A few paragraphs: bold, link, lists and small headings, no more."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", ["h3", "bold", "ol", "ul", "link"])
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("文字")
        description = _("几段话：道理、做法、要记住的事。")
        template = "courses/blocks/text.html"
        preview_value = (
            "<p>揉面有三光：面光、盆光、手光。面团盖上湿布，醒二十分钟。</p>"
        )
