"""Reading the news of a section: filters by GET, 20 a page, four queries."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from activities.models import BrandPage
from core.pages import in_branches, in_section
from core.pictures import read_renditions
from courses.catalogue import attach_schools
from courses.models import CoursePage
from news.models import NewsKind, NewsPage
from schools.models import SchoolPage
from schools.tree import school_of

ITEMS_A_PAGE = 20
OTHERS_SHOWN = 3


def read_news(request: HttpRequest, *, section: Any) -> dict[str, Any]:
    """The news below `section`'s parent that fits the address's filters.

    An unknown value of a filter is ignored: an old link shows news, not an error.
    """
    schools = (
        list(SchoolPage.objects.open_to_all().in_order())
        if section.is_of_site
        else [school_of(section)]
    )
    asked = request.GET
    kind = asked.get("kind", "") if asked.get("kind") in NewsKind.values else ""
    school = next(
        (
            one
            for one in schools
            if section.is_of_site and one.slug == asked.get("school")
        ),
        None,
    )
    items = in_section(NewsPage.objects.newest(), section)
    if kind:
        items = items.filter(kind=kind)
    if school:
        items = items.filter(in_branches([school.path]))
    page = Paginator(items, ITEMS_A_PAGE).get_page(asked.get("page"))
    page.object_list = list(page.object_list)
    attach_schools(page.object_list, schools)
    kept = {"school": school.slug if school else "", "kind": kind}
    # The newest item stands large on the first page; the others are rows.
    lead = page.object_list[0] if page.number == 1 and page.object_list else None
    read_renditions(item.lead_image for item in page.object_list)
    return {
        "news_page": page,
        "lead": lead,
        "rows": page.object_list[1:] if lead else page.object_list,
        "school": None if section.is_of_site else schools[0],
        "filters": _filters(schools if section.is_of_site else [], kept),
        "chosen_count": len([value for value in kept.values() if value]),
        "chosen_kind": NewsKind(kind).label if kind else "",
        "chosen_school": school,
    }


def read_item(item: NewsPage) -> dict[str, Any]:
    """The school of an item, and what else there is to read there."""
    school = item.school
    others = NewsPage.objects.newest().sibling_of(item, inclusive=False)
    read_renditions([item.lead_image])
    return {
        "school": school,
        "others": list(others[:OTHERS_SHOWN]),
        "related_brand": _open(BrandPage, item.brand_id),
        "related_course": _open(CoursePage, item.course_id),
    }


def _open(model: Any, pk: int | None) -> Any:
    """The page of that number while everybody may see it; None asks nothing."""
    return model.objects.open_to_all().filter(pk=pk).first() if pk else None


def _filters(schools: list[Any], kept: dict[str, str]) -> list[dict[str, Any]]:
    def option(name: str, key: str, label: str, icon: str = "") -> dict[str, Any]:
        values = {k: v for k, v in {**kept, name: key}.items() if v}
        return {
            "label": label,
            "href": f"?{urlencode(values)}" if values else "?",
            "is_chosen": kept[name] == key,
            "icon": icon,
        }

    filters = [
        {
            "title": _("哪一类"),
            "options": [
                option("kind", "", _("全部")),
                *(option("kind", key, str(label)) for key, label in NewsKind.choices),
            ],
        }
    ]
    if schools:
        filters.append(
            {
                "title": _("哪所学校"),
                "options": [
                    option("school", "", _("都看看")),
                    *(
                        option("school", one.slug, one.short_name, "map-pin")
                        for one in schools
                    ),
                ],
            }
        )
    return filters
