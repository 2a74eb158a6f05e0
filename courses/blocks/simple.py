"""Small blocks: a tip, and a file to print."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, StructBlock
from wagtail.blocks import TextBlock as PlainTextBlock
from wagtail.documents.blocks import DocumentChooserBlock


class TipBlock(StructBlock):
    """A kind word: what to do when it goes wrong, what to mind."""

    text = PlainTextBlock(label=_("提示"), max_length=160, rows=2)

    class Meta:
        icon = "info-circle"
        label = _("提示")
        description = _("一句贴心话：做错了怎么办、要小心什么。")
        template = "courses/blocks/tip.html"
        preview_value = {"text": "做错了不要紧，倒掉重来就是。"}


class FileBlock(StructBlock):
    """A file to print or keep."""

    title = CharBlock(label=_("叫什么"), max_length=40)
    document = DocumentChooserBlock(label=_("文件"))

    class Meta:
        icon = "doc-full"
        label = _("可打印的文件")
        description = _("一份能打印、能存下来的文件，比如操作卡。")
        template = "courses/blocks/file.html"
        preview_template = "courses/blocks/preview_file.html"
        preview_value = {"title": "大字操作卡", "document": None}
