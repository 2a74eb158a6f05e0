"""What a news item may contain."""

from courses.blocks import ArticleStreamBlock
from news.blocks.photo import PhotoBlock


class NewsStreamBlock(ArticleStreamBlock):
    """Text, press photos, pictures without people, files."""

    photo = PhotoBlock()
