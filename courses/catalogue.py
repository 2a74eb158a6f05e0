"""Reading the catalogue: filters by GET, counts in words, 20 a page."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest

from core.pages import in_section
from courses.choices import Mode
from courses.models import Audience, Category, CoursePage
from schools.models import SchoolPage

COURSES_A_PAGE = 20
SORTS = {"new": ["-first_published_at", "-pk"], "title": ["title", "pk"]}


def read_catalogue(request: HttpRequest, *, section: Any) -> dict[str, Any]:
    """The courses below `section`'s parent that fit the address's filters.

    An unknown value of a filter is ignored: an old link shows courses, not an error.
    """
    asked = request.GET
    found = in_section(CoursePage.objects.in_catalogue(), section)
    categories = list(Category.objects.all())
    audiences = list(Audience.objects.all())
    schools = (
        list(SchoolPage.objects.live().public().in_order())
        if section.is_of_site
        else []
    )
    category = _pick(categories, asked.get("category"))
    audience = _pick(audiences, asked.get("audience"))
    school = _pick(schools, asked.get("school"))
    mode = asked.get("mode", "") if asked.get("mode") in Mode.values else ""
    if category:
        found = found.filter(category=category)
    if audience:
        found = found.filter(audiences=audience)
    if school:
        found = found.descendant_of(school)
    if mode:
        found = found.filter(mode=mode)
    query = asked.get("q", "").strip()[:100]
    if query:
        found = found.filter(
            models.Q(title__icontains=query) | models.Q(summary__icontains=query)
        )
    sort = asked.get("sort") if asked.get("sort") in SORTS else "new"
    page = Paginator(found.order_by(*SORTS[sort]), COURSES_A_PAGE).get_page(
        asked.get("page")
    )
    chosen = [one for one in (category, audience, school, mode) if one]
    return {
        "course_page": page,
        "total": page.paginator.count,
        "categories": categories,
        "audiences": audiences,
        "schools": schools,
        "modes": Mode.choices,
        "category": category,
        "audience": audience,
        "school_filter": school,
        "mode": mode,
        "sort": sort,
        "query": query,
        "chosen_count": len(chosen),
        "noindex": len(chosen) > 2,
    }


def _pick(options: list[Any], slug: str | None) -> Any:
    return next((one for one in options if one.slug == slug), None)
