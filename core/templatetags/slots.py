"""`{% slot "course.action" page %}`: see `core/slots.py`."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from core.slots import render_slot

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, page: Any = None) -> SafeString:
    """Draw what the apps above registered for this place; nothing without a request."""
    request = context.get("request")
    if request is None:
        return SafeString("")
    # Every renderer returns the output of a template, which has escaped its values.
    return mark_safe(render_slot(name, request, page))  # noqa: S308
