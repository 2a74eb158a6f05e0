"""Collections as the admin's lists offer them."""

from typing import Any

from django import template
from wagtail.models import Collection
from wagtailmedia.permissions import permission_policy

from schools.admin.scope import VISIBLE

register = template.Library()


@register.simple_tag(takes_context=True)
def own_collections(context: Any) -> Any:
    """The collections from which the person may choose, with depth as indentation.

    wagtailmedia's chooser offers every collection of the site, and their names are
    those of the schools.
    """
    user = context["request"].user
    found = permission_policy.collections_user_has_any_permission_for(user, VISIBLE)
    return Collection.objects.filter(pk__in=found.values("pk")).order_by("path")
