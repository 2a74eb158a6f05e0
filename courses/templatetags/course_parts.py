"""`{% load course_parts %}`: parts of a course's own page."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.pieces import draw, draw_each, plain
from courses.course_parts import Share, facts_of, run_of

register = template.Library()


@register.simple_tag(takes_context=True)
def course_facts(
    context: Context, page: Any, total: int, minutes_each: int, runs: Any
) -> SafeString:
    """Lessons, way, help and price in four fields."""
    return draw(facts_of(page, total, minutes_each, runs), context)


@register.simple_tag(takes_context=True)
def course_runs(context: Context, cards: Any) -> SafeString:
    """The classes of a course, in the panel beside its text."""
    return SafeString("".join(draw_each([run_of(card) for card in cards], context)))


@register.simple_tag(takes_context=True)
def share(context: Context, title: str, address: str) -> SafeString:
    """«把这门课告诉家人»; the page links js/share.js."""
    return draw(Share(plain(title), plain(address)), context)
