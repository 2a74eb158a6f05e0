"""The explorer's filters name only people who work on what one sees.

Wagtail offers every owner and every editor of the whole site.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import MultipleUserFilter
from wagtail.admin.views.pages.listing import EditedByFilter, GenericPageFilterSet
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page, PageLogEntry

from schools.admin.scope import scope_of


def owners_for(request: Any) -> Any:
    """The owners of the pages that the person sees."""
    pages = scope_of(request.user).own_pages().order_by()
    return get_user_model().objects.filter(pk__in=pages.values("owner_id"))


def editors_for(request: Any) -> Any:
    """Who edited the pages that the person sees."""
    entries = PageLogEntry.objects.filter(
        action="wagtail.edit", page__in=scope_of(request.user).own_pages()
    )
    return get_user_model().objects.filter(pk__in=entries.order_by().values("user_id"))


class OwnPageFilterSet(GenericPageFilterSet):
    """Wagtail's filters; no filter by site, of which there is one."""

    owner = MultipleUserFilter(
        label=_("谁建的"), queryset=owners_for, widget=CheckboxSelectMultiple
    )
    edited_by = EditedByFilter(
        label=_("谁改过"), queryset=editors_for, widget=CheckboxSelectMultiple
    )
    site = None


class OwnPageViewSet(PageViewSet):
    """The explorer of every page type."""

    model = Page
    filterset_class = OwnPageFilterSet
