"""`{% load lesson_rows %}{% lesson_row one %}`: a lesson in the list of its course."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.pieces import draw
from courses import lesson_rows

register = template.Library()


@register.simple_tag(takes_context=True)
def lesson_row(context: Context, one: Any) -> SafeString:
    """A lesson with what the reader has done of it, in a `<li>` of `<ol class="toc">`."""
    return draw(lesson_rows.row_of(one, context.get("request")), context)
