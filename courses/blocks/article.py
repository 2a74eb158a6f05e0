"""What a news item or a standard page may contain."""

from wagtail.blocks import StreamBlock

from courses.blocks.base import PictureBlock
from courses.blocks.simple import FileBlock
from courses.blocks.text import TextBlock


class ArticleStreamBlock(StreamBlock):
    """Text and pictures."""

    text = TextBlock()
    picture = PictureBlock()
    file = FileBlock()
