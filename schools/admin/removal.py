"""Deleting in the admin: what people have learnt from stays, and may be taken offline.

The form, its POST and the bulk action answer alike: 409, what is wrong, and the way to
unpublish. Nothing has been deleted then.
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.bulk_actions import DeleteBulkAction
from wagtail.models import Page

from core.deletion import holders_of


def held_answer(request: HttpRequest, pages: Sequence[Any]) -> HttpResponse:
    """The page that says why, naming only pages that the person was about to delete."""
    rows = []
    for page in pages:
        specific = page.specific
        tester = specific.permissions_for_user(request.user)
        error = getattr(specific, "held_error", None)
        rows.append(
            {
                "page": specific,
                "sentence": str(error())
                if error
                else _("还有记录连着它，所以不能删。"),
                "can_unpublish": tester.can_unpublish(),
                "is_live": specific.live,
            }
        )
    return render(request, "schools/admin/held.html", {"rows": rows}, status=409)


def held_among(pages: Sequence[Page]) -> list[Page]:
    """The pages that cannot be deleted, or something below them."""
    return [page for page in pages if holders_of(page)]


def refuse_held_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Before the form of deleting one page, and before the act."""
    return held_answer(request, [page]) if holders_of(page) else None


class HeldAwareDelete(DeleteBulkAction):
    """Wagtail's bulk deletion, which asks first whether everything may go."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        objects, _without_access = self.get_actionable_objects()
        held = held_among(objects)
        if held:
            return held_answer(request, held)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer
