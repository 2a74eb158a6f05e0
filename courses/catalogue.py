"""Reading the catalogue: filters by GET, counts in words, 20 a page.

Five queries whatever there is: the vocabularies with the schools, all counts at once, the
page of courses with their teachers, the pictures of those that have one, their classes.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.civil_time import civil_date
from core.pictures import read_renditions
from core.queries import query_of
from courses.catalogue_rows import (
    COURSES_A_PAGE,
    FILTERS,
    KEYS,
    SORTS,
    Form,
    read_counts,
    read_courses,
)
from courses.choices import Mode, PartOfDay
from courses.course_cards import subject_of
from courses.course_filters import Filter, Option, course_count
from courses.run_words import RunCard, card_of_course, read_cards_of_courses
from courses.vocabularies import ListedSchool, read_vocabularies
from schools.tree import school_of

MAX_QUERY = 100
MODE_ICONS = {
    Mode.ONLINE: "house-line",
    Mode.OFFLINE: "map-pin",
}
WHEN_ICONS = {
    PartOfDay.MORNING: "sun-horizon",
    PartOfDay.AFTERNOON: "sun",
    PartOfDay.EVENING: "moon",
    PartOfDay.WEEKEND: "calendar-blank",
}
# A combination of more filters than this is no page for a search engine.
INDEXED_FILTERS = 2


def attach_schools(pages: Iterable[Any], schools: Iterable[Any]) -> None:
    """Tell each page its school from a list read once, instead of a query a row.

    Afterwards `page.school` asks nothing; a page of no listed school is left alone.
    """
    by_path = {school.path: school for school in schools}
    for page in pages:
        school = by_path.get(page.path[: 4 * page.steplen])
        if school is not None:
            page.__dict__["_school"] = school


def read_catalogue(request: HttpRequest, *, section: Any) -> dict[str, Any]:
    """The courses below `section`'s parent that fit the address's filters.

    An unknown value of a filter is ignored: an old link shows courses, not an error.
    """
    now, is_of_site = timezone.now(), section.is_of_site
    known = read_vocabularies(now, with_schools=is_of_site)
    schools = known.schools if is_of_site else [school_of(section)]
    asked = request.GET
    query = asked.get("q", "").strip()[:MAX_QUERY]
    sort = str(asked.get("sort")) if asked.get("sort") in SORTS else "new"
    things: dict[str, list[Any]] = {
        "category": known.categories,
        "mode": [Mode.ONLINE, Mode.OFFLINE],
        "school": schools if is_of_site else [],
        "when": list(PartOfDay),
        "audience": known.audiences,
    }
    keys = {name: [_key(one) for one in those] for name, those in things.items()}
    chosen = {
        name: asked.get(name, "")
        for name in FILTERS
        if asked.get(name, "") in keys[name]
    }
    form = Form(
        numbers=tuple((name, len(things[name])) for name in FILTERS),
        chosen=tuple((name, keys[name].index(key)) for name, key in chosen.items()),
        has_words=bool(query),
        sort=sort,
    )
    values = {
        "section": section.path[: -section.steplen],
        "now": now,
        "today": civil_date(now),
        **{
            f"{name}_{place}": one.path if name == "school" else one.pk
            for name in KEYS
            for place, one in enumerate(things[name])
        },
    }
    if query:
        values["words"] = query
    counts = read_counts(form, values)
    kept = {**chosen, "q": query, "sort": sort if sort != "new" else ""}
    language = get_language()
    filters = [
        _filter(name, things[name], keys[name], chosen, counts, kept)
        for name in FILTERS
        if things[name]
    ]
    paginator = Paginator((), COURSES_A_PAGE)
    # Counted already, together with everything else.
    paginator.__dict__["count"] = counts["found"]
    page = paginator.get_page(asked.get("page"))
    first = (page.number - 1) * COURSES_A_PAGE
    page.object_list = read_courses(replace(form, first=first), values)
    attach_schools(page.object_list, schools)
    read_renditions(course.cover for course in page.object_list)
    _attach_classes(request, page.object_list)
    return {
        "course_page": page,
        "school": None if is_of_site else schools[0],
        "school_total": len([one for one in schools if not one.is_centre]),
        "everything": counts["everything"],
        "found_words": course_count(counts["found"], language),
        "everything_words": course_count(counts["everything"], language),
        "category_filter": filters[0],
        "filters": filters[1:],
        "picked": _picked(filters, query, kept),
        "sorts": [
            {"label": label, "href": _address(kept, sort=key), "is_chosen": sort == key}
            for key, label in (
                ("soon", _("快开班的")),
                ("new", _("新上的")),
                ("most", _("最多人学")),
            )
        ],
        "query": query,
        "hidden": [(k, v) for k, v in kept.items() if v and k != "q"],
        "chosen_count": len(chosen),
        "noindex": len(chosen) > INDEXED_FILTERS or bool(query),
    }


def _key(thing: Any) -> str:
    """What a choice is called in the address."""
    return str(getattr(thing, "slug", thing))


def _attach_classes(request: HttpRequest, courses: list[Any]) -> None:
    """Tell each course the class that its card shows; one query for all."""
    by_course: dict[int, list[RunCard]] = {}
    for card in read_cards_of_courses(request, [one.id for one in courses]):
        by_course.setdefault(card.run.course_id, []).append(card)
    for course in courses:
        course.card = card_of_course(by_course.get(course.id, []))
        if course.card is not None:
            course.card.run.course = course
        course.is_open_at_home = bool(
            course.mode != Mode.OFFLINE and course.lesson_total
        )


def _filter(
    name: str,
    things: list[Any],
    keys: list[str],
    chosen: dict[str, str],
    counts: dict[str, int],
    kept: dict[str, str],
) -> Filter:
    language = get_language()
    title, all_of_them = _titles(language)[name]
    options = [
        Option(
            key="",
            label=all_of_them,
            href=_address(kept, **{name: ""}),
            count_words=course_count(counts[f"{name}_all"], language),
            is_chosen=name not in chosen,
        )
    ]
    for place, (thing, key) in enumerate(zip(things, keys, strict=True)):
        options.append(
            Option(
                key=key,
                label=_label(thing),
                href=_address(kept, **{name: key}),
                count_words=course_count(counts[f"{name}_{place}"], language),
                is_chosen=chosen.get(name) == key,
                icon=_icon(name, thing),
                subject=subject_of(thing) if name == "category" else None,
            )
        )
    return Filter(name, title, options)


@lru_cache
def _titles(_language: str | None) -> dict[str, tuple[str, str]]:
    """Of each filter: what it is about, and what «all» is called."""
    return {
        "category": (_("想学什么"), _("全部")),
        "mode": (_("怎么学"), _("都可以")),
        "school": (_("哪所学校"), _("都看看")),
        "when": (_("什么时候"), _("不限")),
        "audience": (_("给谁学"), _("都可以")),
    }


def _icon(name: str, thing: Any) -> str:
    if name == "mode":
        return MODE_ICONS[thing]
    if name == "when":
        return WHEN_ICONS[thing]
    return {"school": "map-pin", "audience": "user-circle"}.get(name, "")


def _label(thing: Any) -> str:
    if isinstance(thing, ListedSchool):
        return thing.short_name
    return str(getattr(thing, "label", thing))


def _picked(
    filters: list[Filter], query: str, kept: dict[str, str]
) -> list[dict[str, str]]:
    """What is chosen, each with the address without it."""
    picked = [
        {"label": one.chosen.label, "href": one.options[0].href}
        for one in filters
        if one.chosen
    ]
    if query:
        picked.append(
            {
                "label": _("“%(query)s”") % {"query": query},
                "href": _address(kept, q=""),
            }
        )
    return picked


def _address(kept: dict[str, str], **changes: str) -> str:
    """The query of a link: what is kept, with these changes, without empty ones."""
    if changes.get("sort") == "new":
        changes["sort"] = ""
    values = [one for one in {**kept, **changes}.items() if one[1]]
    return query_of(tuple(values)) if values else "?"
