"""`/desk/health/`: how old the columns are, what is past, broken or unanswered."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.access import Rule, access, require
from health.columns import COLUMNS
from health.limits import ColumnKind, limit_of
from health.models import LinkCheck
from health.permissions import sees_health, sees_whole_site
from health.reading import Health, read_health
from schools.review.targets import editor_link

LINKS_A_PAGE = 25


@access(Rule.STAFF)
@never_cache
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Everything; `?show=due` leaves out the columns that are in order."""
    require(sees_health(request.user))
    only_due = request.GET.get("show") == "due"
    found = read_health(request.user)
    rows = [row for row in found.rows if row.needs_action or not only_due]
    links = Paginator(found.links, LINKS_A_PAGE)
    # Counted already.
    links.count = found.link_total
    page = links.get_page(request.GET.get("page"))
    context = {
        "health": found,
        "rows": rows,
        "columns": COLUMNS,
        "limits": {kind.value: limit_of(kind) for kind in ColumnKind},
        "only_due": only_due,
        "whole_site": sees_whole_site(request.user),
        "facts": _with_schools(found, found.facts),
        "reviews": _with_schools(found, found.reviews),
        "replies": _with_schools(found, found.replies),
        "page": page,
        "links": [
            {"finding": one, "href": editor_link(one.page, one.anchor)} for one in page
        ],
        "checked": _last_check(),
        "checks_outside": settings.CHECK_OUTSIDE_LINKS,
    }
    return render(request, "health/desk/health.html", context)


def _with_schools(found: Health, rows: list[Any]) -> list[dict[str, Any]]:
    return [{"one": row, "school": found.schools.get(row.school_id)} for row in rows]


def _last_check() -> dict[str, Any] | None:
    """When the links were last looked at; late where the nightly run did not come."""
    last = LinkCheck.objects.first()
    if last is None:
        return None
    hours = (timezone.now() - last.finished_at).total_seconds() / 3600
    return {"run": last, "is_late": hours > settings.LINK_CHECK_LATE_HOURS}
