"""`{% load pieces %}{% piece card %}`: a piece of a page by its values (`core.pieces`)."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.pieces import draw

register = template.Library()


@register.simple_tag(takes_context=True)
def piece(context: Context, values: Any) -> SafeString:
    """The piece with these values."""
    return draw(values, context)
