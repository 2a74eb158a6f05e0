"""The search page: one box over everything public, its hits grouped by kind."""

import logging
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import Rule, access
from courses.models import Category
from search.deadline import within
from search.finding import Found, fill, find, read_numbers
from search.kinds import group_hits
from search.shortcuts import meant
from search.text import MOST_QUERY

RESULTS_A_PAGE = 20
log = logging.getLogger(__name__)


@access(Rule.PUBLIC)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Live public pages of every kind; a lesson shows its title and course alone."""
    # Cut before anything reads it (S-DOS-1); a NUL would be refused by PostgreSQL.
    query = request.GET.get("q", "")[:MOST_QUERY].replace("\x00", "").strip()
    context: dict[str, Any] = {"query": query, "total": 0}
    if query:
        context |= _answer(request, query)
    if not context["total"]:
        context["categories"] = Category.objects.all()
    return render(request, "search/search.html", context)


def _answer(request: HttpRequest, query: str) -> dict[str, Any]:
    """What the page shows for a query; where the search rests, that it does."""
    try:
        with within():
            found = find(query)
            return {"shortcuts": meant(query), **_present(request, query, found)}
    # Whatever a server of searches raises: the site goes on without it.
    except Exception:
        log.exception("The search did not answer.")
        return {"is_resting": True}


def _present(request: HttpRequest, query: str, found: Found) -> dict[str, Any]:
    groups = group_hits(found.hits, query)
    wanted = request.GET.get("kind")
    chosen = next((one for one in groups if one.kind.key == wanted), None)
    page = None
    if chosen is not None:
        pages = Paginator(chosen.numbers, RESULTS_A_PAGE)
        page = pages.get_page(request.GET.get("page"))
        chosen.shown = list(page.object_list)
    shown = [chosen] if chosen else groups
    fill(shown, query, found)
    near = read_numbers([number for number, _type in found.near], found)
    return {
        "groups": shown,
        "all_groups": groups,
        "chosen": chosen,
        "page": page,
        "total": sum(len(group.numbers) for group in groups),
        "by_sound": found.by_sound,
        "near": [near[number] for number, _type in found.near if number in near],
        "suggestion": found.suggestion,
        "suggestion_href": f"?{urlencode({'q': found.suggestion})}",
        "all_href": f"?{urlencode({'q': query})}",
    }
