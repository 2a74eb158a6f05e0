from news.blocks.article import NewsStreamBlock

__all__ = ["NewsStreamBlock"]
