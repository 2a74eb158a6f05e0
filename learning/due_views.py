"""The lists behind two figures of the desk: rolls not taken, drafts not published."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import Rule, access, require
from learning.due import drafts_of, rolls_not_taken
from learning.permissions import can_manage_runs

ROWS_A_PAGE = 25


@access(Rule.STAFF)
@require_GET
def rolls(request: HttpRequest) -> HttpResponse:
    """The lessons that are over and of which nobody has said who came."""
    found = rolls_not_taken(request.user).select_related("venue", "school")
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "learning/desk/rolls.html", {"page": page})


@access(Rule.STAFF)
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """What the school has written and not published; the oldest first."""
    require(can_manage_runs(request.user))
    page = Paginator(drafts_of(request.user), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "learning/desk/drafts.html", {"page": page})
