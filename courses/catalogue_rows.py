"""What the catalogue asks of the database: the courses that fit, and how many would.

Both questions are long, and their words depend on which filters there are and which are
chosen, not on the courses. So they are made once for each form that many visitors ask
for (`core.kept_sql`); what few ask for, words or several filters, is made anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import lru_cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from core.kept_sql import KeptNumbers, KeptQuery, kept_form, kept_numbers
from core.pages import below, in_path, unlisted
from courses.choices import HOURS, Mode, PartOfDay
from courses.models import CoursePage, CourseRun
from courses.models.course import OWN_TEXTS
from courses.teacher_names import names_of_teachers

COURSES_A_PAGE = 20
NEWEST = ("-first_published_at", "-pk")
SORTS = ("new", "soon", "most")
# The filters in the order of the page.
FILTERS = ("category", "mode", "school", "when", "audience")
# What the choices of a filter are told apart by, where they stand in the database.
KEYS: dict[str, Any] = {
    "category": BigIntegerField(),
    "audience": BigIntegerField(),
    "school": CharField(),
}
# One of them takes 0.15 MB of each process, most of it for the rows.
FORMS_KEPT = 24


@dataclass(frozen=True)
class Form:
    """All that the words of the two questions depend on.

    `numbers`: how many choices each filter has; `chosen`: of which filters which choice.
    """

    numbers: tuple[tuple[str, int], ...]
    chosen: tuple[tuple[str, int], ...] = ()
    has_words: bool = False
    sort: str = "new"
    first: int = 0

    @property
    def is_common(self) -> bool:
        """Whether many ask for it: no words, one filter at most, the first page."""
        return not self.has_words and len(self.chosen) < 2 and not self.first

    def number(self, name: str) -> int:
        return dict(self.numbers)[name]


def read_counts(form: Form, values: Mapping[str, Any]) -> dict[str, int]:
    """How many there would be for every choice, the other filters kept; one query."""
    form = replace(form, sort="new", first=0)
    row = _kept_counts(form)(**values) if form.is_common else counts(form, values)[0]
    return dict(zip(_columns(form), row, strict=True))


def read_courses(form: Form, values: Mapping[str, Any]) -> list[CoursePage]:
    """One page of the courses that fit; one query."""
    if form.is_common:
        return _kept_courses(form)(**values)
    return list(courses(form, values))


@lru_cache(maxsize=FORMS_KEPT)
def _kept_counts(form: Form) -> KeptNumbers:
    return kept_numbers(**_fields(form))(lambda **given: counts(form, given))


@lru_cache(maxsize=FORMS_KEPT)
def _kept_courses(form: Form) -> KeptQuery:
    return kept_form(**_fields(form))(lambda **given: courses(form, given))


def _fields(form: Form) -> dict[str, Any]:
    """The values that a question of this form is given."""
    fields: dict[str, Any] = {
        "section": CharField(),
        "now": DateTimeField(),
        "today": DateField(),
    }
    for name, field in KEYS.items():
        fields |= {f"{name}_{place}": field for place in range(form.number(name))}
    return fields


def counts(form: Form, given: Mapping[str, Any]) -> Any:
    """One row with a number for each of `_columns`."""
    made = {name: _conditions(name, form, given)[place] for name, place in form.chosen}
    words = _words(form, given)

    def fitting(name: str, condition: Q) -> Count:
        for other, one in made.items():
            if other != name:
                condition &= one
        return Count("pk", filter=words & condition)

    anything = Q(pk__isnull=False)
    wanted = {"everything": Count("pk"), "found": fitting("", anything)}
    for name in FILTERS:
        if form.number(name):
            wanted[f"{name}_all"] = fitting(name, anything)
            for place, condition in enumerate(_conditions(name, form, given)):
                wanted[f"{name}_{place}"] = fitting(name, condition)
    open_to_all = in_path(
        CoursePage.objects.open_to_all(given["now"]), given["section"]
    )
    together = open_to_all.order_by().annotate(all_of_them=Value(1))
    return (
        together.values("all_of_them").annotate(**wanted).values_list(*_columns(form))
    )


def _columns(form: Form) -> list[str]:
    columns = ["everything", "found"]
    for name in FILTERS:
        if form.number(name):
            columns += [f"{name}_all"]
            columns += [f"{name}_{place}" for place in range(form.number(name))]
    return columns


def courses(form: Form, given: Mapping[str, Any]) -> Any:
    """The courses of a page, each with what its card shows."""
    found = in_path(CoursePage.objects.open_to_all(given["now"]), given["section"])
    found = found.filter(_words(form, given))
    for name, place in form.chosen:
        found = found.filter(_conditions(name, form, given)[place])
    found = found.select_related("category", "cover").annotate_lesson_counts()
    found = found.annotate(teacher_names=names_of_teachers())
    found = _sorted(found.defer(*unlisted("", *OWN_TEXTS)), form.sort, given["today"])
    return found[form.first : form.first + COURSES_A_PAGE]


def _words(form: Form, given: Mapping[str, Any]) -> Q:
    if not form.has_words:
        return Q()
    return Q(title__icontains=given["words"]) | Q(summary__icontains=given["words"])


def _conditions(name: str, form: Form, given: Mapping[str, Any]) -> list[Q]:
    """What each choice of a filter asks of a course."""
    if name == "mode":
        in_class = _has_class(Q(), given)
        return [~Q(mode=Mode.OFFLINE), ~Q(mode=Mode.ONLINE) | in_class]
    if name == "when":
        return [_has_class(_at_that_time(part), given) for part in PartOfDay]
    condition = {
        "category": lambda key: Q(category=key),
        "school": below,
        "audience": _is_for,
    }[name]
    return [condition(given[f"{name}_{place}"]) for place in range(form.number(name))]


def _is_for(audience: Any) -> Q:
    through = CoursePage.audiences.through
    chosen = through.objects.filter(audience_id=audience)
    return Q(pk__in=chosen.values("coursepage_id"))


def _at_that_time(part: PartOfDay) -> Q:
    if part is PartOfDay.WEEKEND:
        return Q(weekday__in=(6, 7))
    first, last = HOURS[part]
    condition = Q(start_time__gte=time(first))
    return condition if last is None else condition & Q(start_time__lt=time(last))


def _has_class(condition: Q, given: Mapping[str, Any]) -> Q:
    """Courses with such a class that has not ended."""
    runs = CourseRun.objects.dated().not_over(given["now"], given["today"])
    return Q(pk__in=runs.not_cancelled().filter(condition).values("course"))


def _sorted(found: Any, sort: str, today: Any) -> Any:
    """Newest, next to begin, or most learnt: seats taken at home and in classes."""
    if sort == "soon":
        ahead = (
            CourseRun.objects.dated()
            .not_cancelled()
            .filter(course=OuterRef("pk"), starts_on__gte=today)
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
