"""Marks content in templates; built into all of them (settings, `builtins`).

An element that holds nothing but content gets the attribute, content inside a sentence of
the interface gets an element of its own:

    <h1{% content_lang %}>{{ page.title }}</h1>
    {% blocktranslate with title=page.title|as_content %}…
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.language import content_attribute, content_html

register = template.Library()


@register.simple_tag
def content_lang(value: Any = None) -> SafeString:
    """` lang="zh-Hans"` on an English page; with a value, only if that is Chinese."""
    return content_attribute(value)


@register.filter
def as_content(value: Any) -> SafeString:
    """The value with its language: for text, not inside an attribute."""
    return content_html(value)


@register.simple_tag
def names_of(things: Iterable[Any]) -> SafeString:
    """«白舒平、顾知行»: the names of people, courses or schools in one run."""
    names = ((content_html(getattr(one, "name", one)),) for one in things)
    return format_html_join(gettext("、"), "{}", names)
