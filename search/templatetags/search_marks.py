"""What was asked for, marked where it stands."""

import re
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def marked(text: Any, query: str) -> SafeString:
    """`{{ page.title|marked:query }}`: the words of the query in <mark>, all else escaped.

    What the search found by sound or by another form stays unmarked.
    """
    words = sorted({word for word in str(query).split() if word}, key=len, reverse=True)
    if not words:
        return SafeString(conditional_escape(text))
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    out, end = [], 0
    for found in pattern.finditer(str(text)):
        out += [
            conditional_escape(str(text)[end : found.start()]),
            "<mark>",
            conditional_escape(found[0]),
            "</mark>",
        ]
        end = found.end()
    out.append(conditional_escape(str(text)[end:]))
    return mark_safe("".join(out))  # noqa: S308 - every piece is escaped above
