"""A story as a sheet of paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import Rule, access
from news.models import NewsPage


@access(Rule.PUBLIC)
@require_safe
def print_item(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody may read, to print."""
    found = get_object_or_404(NewsPage.objects.open_to_all(), pk=pk)
    return render(request, "print/news.html", {"page": found, "school": found.school})
