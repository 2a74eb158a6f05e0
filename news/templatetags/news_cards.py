"""`{% load news_cards %}{% news_row story %}`: stories and notices in a list."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.pieces import draw
from news import news_cards

register = template.Library()


@register.simple_tag(takes_context=True)
def news_row(context: Context, story: Any, with_picture: Any = None) -> SafeString:
    """A story as a row of `<ul class="news">` or, with pictures, `news news--pics`."""
    values = news_cards.row_of(
        story, context.get("request"), with_picture=bool(with_picture)
    )
    return draw(values, context)


@register.simple_tag(takes_context=True)
def lead_story(context: Context, story: Any, with_summary: Any = None) -> SafeString:
    """The newest story, large."""
    values = news_cards.lead_of(
        story, context.get("request"), with_summary=bool(with_summary)
    )
    return draw(values, context)
