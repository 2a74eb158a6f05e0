"""Reading the catalogue: filters by GET, counts in words, 20 a page.

Seven queries whatever there is: both vocabularies, the schools, all counts at once, the
page of courses, their teachers, the pictures of those that have one, their classes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.civil_time import civil_date
from core.pages import below, in_section
from core.pictures import read_renditions
from courses.choices import HOURS, Mode, PartOfDay
from courses.models import Audience, Category, CoursePage, CourseRun
from courses.run_words import RunCard, card_of_course, read_cards_of_courses
from schools.models import SchoolPage
from schools.tree import school_of

COURSES_A_PAGE = 20
MAX_QUERY = 100
NEWEST = ("-first_published_at", "-pk")
SORTS = ("new", "soon", "most")
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


@dataclass
class Option:
    """One choice of a filter, as a link that keeps the other choices."""

    key: str
    label: str
    href: str
    count: int
    is_chosen: bool
    icon: str = ""
    subject: Any = None

    @property
    def count_words(self) -> str:
        """«17 门»."""
        return course_count(self.count)


@dataclass
class Filter:
    """A question of the catalogue with its choices, the first of them «all»."""

    name: str
    title: str
    options: list[Option]

    @property
    def chosen(self) -> Option | None:
        """The choice made, if it is not «all»."""
        return next((one for one in self.options[1:] if one.is_chosen), None)


def course_count(count: int) -> str:
    """«33 门»."""
    return ngettext("%(count)s 门", "%(count)s 门", count) % {"count": count}


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
    categories, audiences = read_vocabularies()
    schools = _schools_of(section)
    asked = request.GET
    query = asked.get("q", "").strip()[:MAX_QUERY]
    sort = str(asked.get("sort")) if asked.get("sort") in SORTS else "new"
    questions: dict[str, tuple[list[Any], dict[str, Q]]] = {
        "category": (categories, {c.slug: Q(category=c.pk) for c in categories}),
        "mode": (
            [Mode.ONLINE, Mode.OFFLINE],
            {
                Mode.ONLINE.value: ~Q(mode=Mode.OFFLINE),
                Mode.OFFLINE.value: ~Q(mode=Mode.ONLINE) | _has_class(Q()),
            },
        ),
        "school": (
            schools if section.is_of_site else [],
            {school.slug: below(school.path) for school in schools},
        ),
        "when": (list(PartOfDay), {one.value: _meets(one) for one in PartOfDay}),
        "audience": (audiences, {a.slug: _is_for(a) for a in audiences}),
    }
    chosen = {
        name: asked.get(name, "")
        for name, (_things, conditions) in questions.items()
        if asked.get(name, "") in conditions
        and (name != "school" or section.is_of_site)
    }
    words = Q()
    if query:
        words = Q(title__icontains=query) | Q(summary__icontains=query)
    counts = _count(section, words, questions, chosen)
    kept = {**chosen, "q": query, "sort": sort if sort != "new" else ""}
    filters = [
        _filter(name, things, list(conditions), chosen, counts, kept)
        for name, (things, conditions) in questions.items()
        if things
    ]
    found = in_section(CoursePage.objects.in_catalogue(), section).filter(words)
    for name, value in chosen.items():
        found = found.filter(questions[name][1][value])
    paginator = Paginator(_sorted(found, sort), COURSES_A_PAGE)
    # Counted already, together with everything else.
    paginator.__dict__["count"] = counts["found"]
    page = paginator.get_page(asked.get("page"))
    page.object_list = list(page.object_list)
    attach_schools(page.object_list, schools)
    read_renditions(course.cover for course in page.object_list)
    _attach_classes(request, page.object_list)
    return {
        "course_page": page,
        "school": None if section.is_of_site else schools[0],
        "school_total": len([one for one in schools if not one.is_centre]),
        "everything": counts["everything"],
        "found_words": course_count(counts["found"]),
        "everything_words": course_count(counts["everything"]),
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


def read_vocabularies() -> tuple[list[Category], list[Audience]]:
    """All categories and audiences in their order, by one query for both."""
    names = ["pk", "slug", "name", "name_en", "order"]
    categories = Category.objects.order_by().values_list(
        Value("category"), *names, "icon", "colour", "description"
    )
    audiences = Audience.objects.order_by().values_list(
        Value("audience"), *names, Value(""), Value(""), Value("")
    )
    found: tuple[list[Category], list[Audience]] = ([], [])
    rows = list(categories.union(audiences, all=True))
    for kind, *values in sorted(rows, key=lambda row: (row[5], row[1])):
        known = dict(
            zip([*names, "icon", "colour", "description"], values, strict=True)
        )
        if kind == "category":
            found[0].append(Category(**known))
        else:
            found[1].append(Audience(**{name: known[name] for name in names}))
    return found


def _schools_of(section: Any) -> list[Any]:
    if not section.is_of_site:
        return [school_of(section)]
    return list(SchoolPage.objects.open_to_all().in_order())


def _is_for(audience: Audience) -> Q:
    through = CoursePage.audiences.through
    return Q(
        pk__in=through.objects.filter(audience_id=audience.pk).values("coursepage_id")
    )


def _meets(part: PartOfDay) -> Q:
    """Courses with a class at that time that has not ended."""
    if part is PartOfDay.WEEKEND:
        at_that_time = Q(weekday__in=(6, 7))
    else:
        first, last = HOURS[part]
        at_that_time = Q(start_time__gte=time(first))
        if last is not None:
            at_that_time &= Q(start_time__lt=time(last))
    return _has_class(at_that_time)


def _has_class(condition: Q) -> Q:
    """Courses with such a class that has not ended."""
    runs = CourseRun.objects.dated().not_over().not_cancelled()
    return Q(pk__in=runs.filter(condition).values("course"))


def _sorted(found: Any, sort: str) -> Any:
    """Newest, next to begin, or most learnt: seats taken at home and in classes."""
    if sort == "soon":
        ahead = (
            CourseRun.objects.dated()
            .not_cancelled()
            .filter(course=OuterRef("pk"), starts_on__gte=civil_date())
            .order_by("starts_on")
        )
        found = found.annotate(begins=Subquery(ahead.values("starts_on")[:1]))
        return found.order_by(F("begins").asc(nulls_last=True), *NEWEST)
    if sort == "most":
        taken = (
            CourseRun.objects.filter(course=OuterRef("pk"))
            .order_by()
            .values("course")
            .annotate(total=Sum("seats_taken"))
        )
        found = found.annotate(
            learners=Coalesce(Subquery(taken.values("total")[:1]), 0)
        )
        return found.order_by("-learners", *NEWEST)
    return found.order_by(*NEWEST)


def _attach_classes(request: HttpRequest, courses: list[Any]) -> None:
    """Tell each course the class that its card shows; one query for all."""
    by_course: dict[int, list[RunCard]] = {}
    for card in read_cards_of_courses(request, [one.pk for one in courses]):
        by_course.setdefault(card.run.course_id, []).append(card)
    for course in courses:
        course.card = card_of_course(by_course.get(course.pk, []))
        if course.card is not None:
            course.card.run.course = course
        course.is_open_at_home = bool(
            course.mode != Mode.OFFLINE and course.lesson_total
        )


def _count(
    section: Any,
    words: Q,
    questions: dict[str, tuple[list[Any], dict[str, Q]]],
    chosen: dict[str, str],
) -> dict[str, int]:
    """How many there would be for every choice, the other filters kept; one query."""
    made = {name: questions[name][1][value] for name, value in chosen.items()}

    def with_others(name: str, condition: Q) -> Q:
        together = words & condition
        for other, one in made.items():
            if other != name:
                together &= one
        return together

    wanted = {
        "everything": Count("pk"),
        "found": Count("pk", filter=with_others("", Q(pk__isnull=False))),
    }
    for name, (things, conditions) in questions.items():
        if not things:
            continue
        wanted[f"{name}_all"] = Count(
            "pk", filter=with_others(name, Q(pk__isnull=False))
        )
        for place, condition in enumerate(conditions.values()):
            wanted[f"{name}_{place}"] = Count("pk", filter=with_others(name, condition))
    courses = in_section(CoursePage.objects.open_to_all(), section)
    return courses.order_by().aggregate(**wanted)


def _filter(
    name: str,
    things: list[Any],
    keys: list[str],
    chosen: dict[str, str],
    counts: dict[str, int],
    kept: dict[str, str],
) -> Filter:
    titles = {
        "category": (_("想学什么"), _("全部")),
        "mode": (_("怎么学"), _("都可以")),
        "school": (_("哪所学校"), _("都看看")),
        "when": (_("什么时候"), _("不限")),
        "audience": (_("给谁学"), _("都可以")),
    }
    title, all_of_them = titles[name]
    options = [
        Option(
            key="",
            label=all_of_them,
            href=_address(kept, **{name: ""}),
            count=counts[f"{name}_all"],
            is_chosen=name not in chosen,
        )
    ]
    for place, (thing, key) in enumerate(zip(things, keys, strict=True)):
        options.append(
            Option(
                key=key,
                label=_label(thing),
                href=_address(kept, **{name: key}),
                count=counts[f"{name}_{place}"],
                is_chosen=chosen.get(name) == key,
                icon=_icon(name, thing),
                subject=thing,
            )
        )
    return Filter(name, title, options)


def _icon(name: str, thing: Any) -> str:
    if name == "mode":
        return MODE_ICONS[thing]
    if name == "when":
        return WHEN_ICONS[thing]
    return {"school": "map-pin", "audience": "user-circle"}.get(name, "")


def _label(thing: Any) -> str:
    if isinstance(thing, SchoolPage):
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
    values = {key: value for key, value in {**kept, **changes}.items() if value}
    return f"?{urlencode(values)}" if values else "?"
