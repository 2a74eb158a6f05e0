"""What was asked for, marked where it stands."""

from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString

from search.marking import find_spans

register = template.Library()


@register.simple_tag(takes_context=True)
def marked(context: template.Context, text: Any) -> SafeString:
    """`{% marked page.title %}`: what `query` asks for in <mark>, all else escaped."""
    written = str(text or "")
    query = str(context.get("query") or "")
    spans = find_spans(written, query, by_sound=bool(context.get("by_sound")))
    parts: list[str] = []
    end = 0
    for begin, until in spans:
        parts += escape(written[end:begin]), "<mark>", escape(written[begin:until])
        parts.append("</mark>")
        end = until
    return SafeString("".join([*parts, escape(written[end:])]))
