"""What news draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from news.models import NewsPage
from news.permissions import sees_publicity

ITEMS_SHOWN = 3
ITEMS_OF_A_BRAND = 12


def school_news(request: HttpRequest, school: Any) -> str:
    """The latest news of a school, on its page: one query."""
    items = list(NewsPage.objects.newest().descendant_of(school)[:ITEMS_SHOWN])
    return render_to_string(
        "news/slots/school_news.html",
        {"school": school, "items": items},
        request=request,
    )


def brand_news(request: HttpRequest, brand: Any) -> str:
    """The latest news of a brand, on its page: one query."""
    items = list(NewsPage.objects.newest().filter(brand=brand)[:ITEMS_OF_A_BRAND])
    return render_to_string(
        "news/slots/brand_news.html", {"brand": brand, "items": items}, request=request
    )


def publicity_link(request: HttpRequest, page: None) -> str:
    """The way to the stories for outlets, on the desk of who handles them."""
    if not sees_publicity(request.user):
        return ""
    return render_to_string("news/slots/publicity_link.html", {}, request=request)
