"""A story as a sheet of paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import Rule, access
from news.models import NewsPage, Withdrawal


@access(Rule.PUBLIC)
@require_safe
def print_item(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody may read, to print."""
    found = get_object_or_404(NewsPage.objects.open_to_all(), pk=pk)
    return render(request, "print/news.html", {"page": found, "school": found.school})


def withdrawn(request: HttpRequest, url_path: str) -> HttpResponse | None:
    """A story that was taken from the site says so at its address (REV-08)."""
    slug = url_path.rstrip("/").rsplit("/", 1)[-1]
    found = Withdrawal.objects.filter(
        page__slug=slug, page__url_path=url_path, page__live=False
    ).first()
    if found is None:
        return None
    return render(request, "news/withdrawn.html", {"withdrawal": found}, status=410)
