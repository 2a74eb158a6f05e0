"""`{% load course_cards %}{% course_cards courses %}`: courses in a list."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.pieces import draw_each
from courses.course_cards import card_of

register = template.Library()


@register.simple_tag(takes_context=True)
def course_cards(
    context: Context,
    courses: Iterable[Any],
    hide_school: Any = None,
    hide_teachers: Any = None,
) -> SafeString:
    """Courses of `in_catalogue()` with their schools and classes, in `<ul class="cards">`."""
    request = context.get("request")
    hidden = {"hide_school": bool(hide_school), "hide_teachers": bool(hide_teachers)}
    cards = draw_each((card_of(one, request, **hidden) for one in courses), context)
    return SafeString("".join([f"<li>{card}</li>" for card in cards]))
