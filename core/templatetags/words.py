"""`{% load i18n %}`: Django's own library, where a sentence in the template is said at once.

Django looks at each `{% translate "…" %}` as at an expression that could be anything: half
the time of a sentence. The settings name this library in the place of Django's.
"""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class SentenceNode(template.Node):
    """A sentence that stands in the template as it is in the code."""

    def __init__(self, words: str, asvar: str | None) -> None:
        # A sentence of a template is looked up with its percent signs doubled.
        self.words = words.replace("%", "%%")
        self.asvar = asvar

    def render(self, context: Any) -> str:
        """What the language of now says for it; the catalogue's words are HTML."""
        said = SafeString(gettext(self.words).replace("%%", "%"))
        if self.asvar:
            context[self.asvar] = said
            return ""
        return said


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> template.Node:
    """As Django's own.

    Raises:
        TemplateSyntaxError: as of Django's own.
    """
    node: Any = i18n.do_translate(parser, token)
    expression = node.filter_expression
    words: Any = getattr(expression.var, "literal", None)
    is_sentence = isinstance(words, SafeString) and not expression.filters
    if not is_sentence or node.noop or node.message_context:
        plain: template.Node = node
        return plain
    return SentenceNode(words, node.asvar)
