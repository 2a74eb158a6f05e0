"""`{% load frame %}{% header %}…{% footer %}`: what stands around every page."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.frame import (
    Place,
    bottom_bar_of,
    footer_of,
    header_of,
    help_strip_of,
)
from core.pieces import draw
from core.templatetags.slots import slot

register = template.Library()


@register.simple_tag(takes_context=True)
def header(context: Context) -> SafeString:
    """The header, by the request, the settings of the site and the reader's display."""
    named = (context.get(one) for one in ("request", "site_settings", "display"))
    return draw(header_of(*named), context)


@register.simple_tag(takes_context=True)
def bottom_bar(context: Context) -> SafeString:
    """The four ways at the bottom of a phone."""
    return draw(bottom_bar_of(context.get("request")), context)


@register.simple_tag(takes_context=True)
def footer(context: Context) -> SafeString:
    """The footer, with the links that the apps above add to it."""
    more = slot(context, "site.footer_links")
    request, settings = context.get("request"), context.get("site_settings")
    return draw(footer_of(request, settings, more), context)


@register.simple_tag(takes_context=True)
def help_strip(context: Context, school: Any = None) -> SafeString:
    """Whom one can ask: the site's line, and that school's or the one of the page."""
    nearest = school or context.get("school")
    return draw(help_strip_of(context.get("site_settings"), nearest), context)


@register.simple_tag
def here(place: Place, section: str) -> SafeString:
    """` aria-current="page"` if the page is that section, «true» if it belongs to it."""
    if place.section != section:
        return SafeString("")
    return SafeString(f' aria-current="{"page" if place.is_page else "true"}"')
