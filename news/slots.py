"""What news draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from news.models import NewsPage

ITEMS_SHOWN = 3


def school_news(request: HttpRequest, school: Any) -> str:
    """The latest news of a school, on its page: one query."""
    items = list(NewsPage.objects.newest().descendant_of(school)[:ITEMS_SHOWN])
    return render_to_string(
        "news/slots/school_news.html",
        {"school": school, "items": items},
        request=request,
    )
