"""`{% load school_cards %}{% school_card school %}`: a school in a list."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from core.pieces import draw
from schools import school_cards
from schools.models import SchoolPage

register = template.Library()


@register.simple_tag(takes_context=True)
def school_card(context: Context, school: SchoolPage) -> SafeString:
    """A school in `<ul class="cards">`."""
    return draw(school_cards.card_of(school, context.get("request")), context)
