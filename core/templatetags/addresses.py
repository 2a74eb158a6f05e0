"""`{% url %}` of Django, which remembers where a page without arguments lives.

Every page leads to a dozen of those, and each was looked for among all addresses again.
No address of ours is another one in another language (`i18n_patterns`); it would have to
be remembered by it.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_of_django
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()


class PlaceNode(URLNode):
    """An address whose name stands in the template, and that takes nothing."""

    def render(self, context: Any) -> str:
        """The address, as Django would write it."""
        request = getattr(context, "request", None)
        match = getattr(request, "resolver_match", None)
        address = _address(
            self.view_name.var,
            getattr(request, "current_app", getattr(match, "namespace", None)),
            get_urlconf() or settings.ROOT_URLCONF,
            get_script_prefix(),
        )
        return conditional_escape(address) if context.autoescape else address


@lru_cache(maxsize=1000)
def _address(name: str, app: str | None, urlconf: str, _prefix: str) -> str:
    return reverse(name, urlconf=urlconf, current_app=app)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """As Django's own."""
    node: Any = url_of_django(parser, token)
    is_plain = isinstance(node.view_name.var, str) and not node.view_name.filters
    if not is_plain or node.args or node.kwargs or node.asvar:
        return node
    return PlaceNode(node.view_name, [], {}, None)
