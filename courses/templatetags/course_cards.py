"""`{% load course_cards %}{% course_card course %}`: a course in a list."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.pieces import draw
from courses import course_cards

register = template.Library()


@register.simple_tag(takes_context=True)
def course_card(
    context: Context, course: Any, hide_school: Any = None, hide_teachers: Any = None
) -> SafeString:
    """A course of `in_catalogue()` with its school and its class, in `<ul class="cards">`."""
    values = course_cards.card_of(
        course,
        context.get("request"),
        hide_school=bool(hide_school),
        hide_teachers=bool(hide_teachers),
    )
    return draw(values, context)
