"""Reading the news of a section: filters by GET, 20 a page, six queries."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from activities.models import BrandPage
from core.filter_rows import FilterOption, FilterRow
from core.pages import in_branches, in_section
from core.pictures import read_renditions
from courses.catalogue import attach_schools
from courses.models import CoursePage
from news.models import NewsKind, NewsPage
from schools.models import SchoolPage
from schools.tree import school_of

ITEMS_A_PAGE = 20
OTHERS_SHOWN = 3
YEARS_OFFERED = 10


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
    kind = asked.get("kind", "") if asked.get("kind") in section.kinds else ""
    school = next(
        (
            one
            for one in schools
            if section.is_of_site and one.slug == asked.get("school")
        ),
        None,
    )
    whole = in_section(NewsPage.objects.newest(), section).filter(
        kind__in=section.kinds
    )
    years, brands = _years_of(whole), _brands_of(section)
    year = asked.get("year", "") if asked.get("year") in years else ""
    brand = asked.get("brand", "") if asked.get("brand") in brands else ""
    items = whole
    if year:
        items = items.filter(event_date__year=int(year))
    if brand:
        items = items.filter(brand=int(brand))
    if kind:
        items = items.filter(kind=kind)
    if school:
        items = items.filter(in_branches([school.path]))
    page = Paginator(items, ITEMS_A_PAGE).get_page(asked.get("page"))
    page.object_list = list(page.object_list)
    attach_schools(page.object_list, schools)
    kept = {
        "school": school.slug if school else "",
        "kind": kind,
        "brand": brand,
        "year": year,
    }
    # The newest story stands large on the first page; the others are rows.
    is_news = NewsKind.NEWS in section.kinds
    stands_large = is_news and page.number == 1 and page.object_list
    lead = page.object_list[0] if stands_large else None
    read_renditions(item.lead_image for item in page.object_list)
    return {
        "news_page": page,
        "lead": lead,
        "rows": page.object_list[1:] if lead else page.object_list,
        "school": None if section.is_of_site else schools[0],
        "filters": _filters(
            kept,
            kinds=section.kinds,
            schools=schools if section.is_of_site else [],
            brands=brands,
            years=years,
        ),
        "chosen_count": len([value for value in kept.values() if value]),
        "chosen_kind": NewsKind(kind).label if kind else "",
        "chosen_school": school,
        "words": _words(section, None if section.is_of_site else schools[0]),
        "chosen_year": year,
        "chosen_brand": brands.get(brand, ""),
    }


def read_item(item: NewsPage) -> dict[str, Any]:
    """The school of an item, and what else there is to read there."""
    school = item.school
    newest = NewsPage.objects.newest()
    column = newest.notices() if item.is_notice else newest.news()
    others = column.sibling_of(item, inclusive=False)
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


def _words(section: Any, school: Any) -> dict[str, str]:
    """What the column is called, and the way to the other one."""
    name = {"school": school.title} if school else {}
    if NewsKind.NEWS in section.kinds:
        return {
            "heading": _("%(school)s的新闻") % name if school else _("新闻"),
            "lead": _("街道和学校最近的事。"),
            "empty": _("这里还没有新闻"),
            "all": _("看全部新闻"),
            "other": _("通知公示"),
            "other_slug": "notices",
            "slug": "news",
        }
    return {
        "heading": _("%(school)s的通知公示") % name if school else _("通知公示"),
        "lead": _("要报名的、要征集的、请大家监督的事。"),
        "empty": _("这里还没有通知"),
        "all": _("看全部通知"),
        "other": _("新闻"),
        "other_slug": "news",
        "slug": "notices",
    }


def _years_of(items: Any) -> list[str]:
    """The years in which something happened, the latest first; at most ten."""
    days = items.order_by().dates("event_date", "year", order="DESC")
    return [str(day.year) for day in days[:YEARS_OFFERED]]


def _brands_of(section: Any) -> dict[str, str]:
    """The brands of which a section tells, by number; notices tell of none."""
    if NewsKind.NEWS not in section.kinds:
        return {}
    found = in_section(BrandPage.objects.in_order(), section).order_by("place", "pk")
    return {str(pk): title for pk, title in found.values_list("pk", "title")}


def _filters(
    kept: dict[str, str],
    *,
    kinds: Any,
    schools: list[Any],
    brands: dict[str, str],
    years: list[str],
) -> list[FilterRow]:
    """The rows of «挑着看»; what leaves no choice is left out."""

    def option(name: str, key: str, label: str, icon: str = "") -> FilterOption:
        values = {k: v for k, v in {**kept, name: key}.items() if v}
        href = f"?{urlencode(values)}" if values else "?"
        return FilterOption(label, href, kept[name] == key, icon)

    def row(
        title: str, name: str, every: str, options: list[FilterOption]
    ) -> FilterRow:
        return FilterRow(title, (option(name, "", every), *options))

    filters = [
        row(
            _("哪一类"),
            "kind",
            _("全部"),
            [option("kind", key, str(key.label)) for key in kinds],
        )
    ]
    if schools:
        places = [
            option("school", one.slug, one.short_name, "map-pin") for one in schools
        ]
        filters.append(row(_("哪所学校"), "school", _("都看看"), places))
    if len(years) > 1:
        dates = [
            option("year", year, _("%(year)s 年") % {"year": year}) for year in years
        ]
        filters.append(row(_("哪一年"), "year", _("都看看"), dates))
    if brands:
        named = [option("brand", key, title) for key, title in brands.items()]
        filters.append(row(_("哪个品牌"), "brand", _("都看看"), named))
    return filters
