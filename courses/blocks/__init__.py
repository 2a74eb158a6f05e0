from courses.blocks.article import ArticleStreamBlock
from courses.blocks.base import Mark
from courses.blocks.lesson import LessonStreamBlock

__all__ = ["ArticleStreamBlock", "LessonStreamBlock", "Mark"]
