"""The search page: one box over everything public."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from wagtail.models import Page

from core.access import Rule, access
from courses.models import Category

RESULTS_A_PAGE = 20
# Nobody types more; a longer query costs without finding (S-DOS-1).
MAX_QUERY = 100


@access(Rule.PUBLIC)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Live public pages of every kind; a lesson shows its title and course alone."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY]
    found: Any = []
    if query:
        found = Page.objects.live().public().search(query, operator="and")
    page = Paginator(found, RESULTS_A_PAGE).get_page(request.GET.get("page"))
    pages = [one.specific for one in page.object_list]
    return render(
        request,
        "search/search.html",
        {
            "query": query,
            "results": pages,
            "page": page,
            "total": page.paginator.count,
            "categories": Category.objects.all(),
        },
    )
