"""What news draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string

from news.digest import story_digest
from news.models import NewsPage, Review
from news.permissions import (
    can_record_paper,
    can_withdraw,
    can_write_news,
    sees_publicity,
)
from news.prechecks import check_story

ITEMS_SHOWN = 3
ITEMS_OF_A_BRAND = 12


def school_news(request: HttpRequest, school: Any) -> str:
    """The latest news and notices of a school, on its page: one query."""
    newest = NewsPage.objects.newest().descendant_of(school)
    wanted = Q(pk__in=newest.news().values("pk")[:ITEMS_SHOWN]) | Q(
        pk__in=newest.notices().values("pk")[:ITEMS_SHOWN]
    )
    found = list(NewsPage.objects.filter(wanted).order_by("-event_date", "-pk"))
    return render_to_string(
        "news/slots/school_news.html",
        {
            "school": school,
            "items": [one for one in found if not one.is_notice],
            "notices": [one for one in found if one.is_notice],
        },
        request=request,
    )


def brand_news(request: HttpRequest, brand: Any) -> str:
    """The latest news of a brand, on its page: one query."""
    items = list(NewsPage.objects.newest().filter(brand=brand)[:ITEMS_OF_A_BRAND])
    return render_to_string(
        "news/slots/brand_news.html", {"brand": brand, "items": items}, request=request
    )


def desk_links(request: HttpRequest, page: None) -> str:
    """The ways to writing news and to the stories for outlets."""
    context = {
        "may_write": bool(can_write_news(request.user)),
        "sees_publicity": bool(sees_publicity(request.user)),
    }
    return render_to_string("news/slots/desk_links.html", context, request=request)


def review_of_story(request: HttpRequest, draft: Any) -> str:
    """On the pages of a review: what a machine sees, and who has looked before."""
    if not isinstance(draft, NewsPage):
        return ""
    user = request.user
    rows = list(Review.objects.visible_to(user).filter(page_id=draft.pk))
    digest = story_digest(draft.get_latest_revision().content)
    same = NewsPage.objects.filter(title=draft.title).exclude(pk=draft.pk)
    return render_to_string(
        "news/slots/review.html",
        {
            "page": draft,
            "reviews": [row for row in rows if row.content_digest == digest],
            "has_rows": bool(rows),
            "findings": check_story(draft, same_titles=same.count()),
            "may_record": draft.workflow_in_progress and can_record_paper(user),
            "may_withdraw": draft.live and can_withdraw(user),
        },
        request=request,
    )
