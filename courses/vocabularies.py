"""What courses can be told apart by: categories, audiences, schools; one query for all."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, DateTimeField, Value, When

from core.kept_sql import kept
from courses.models import Audience, Category
from schools.choices import Level
from schools.models import SchoolPage
from schools.models.names import NamedSchool


@dataclass(frozen=True)
class ListedSchool(NamedSchool):
    """Of a school what a list of courses says; its page says the rest."""

    pk: int
    slug: str
    title: str
    community: str
    path: str
    level: str


@dataclass
class Vocabularies:
    """What courses can be told apart by; of the whole street, its schools too."""

    categories: list[Category]
    audiences: list[Audience]
    schools: list[ListedSchool]


def read_vocabularies(now: Any, *, with_schools: bool) -> Vocabularies:
    """All categories and audiences and the open schools in their order; one query."""
    found = Vocabularies([], [], [])
    rows = _with_schools(now=now) if with_schools else _vocabularies()
    for kind, pk, slug, name, second, order, *looks in sorted(rows, key=_place):
        if kind == "school":
            path, level, _unused = looks
            found.schools.append(ListedSchool(pk, slug, name, second, path, level))
            continue
        named = {
            "pk": pk,
            "slug": slug,
            "name": name,
            "name_en": second,
            "order": order,
        }
        if kind == "category":
            found.categories.append(
                Category(**named, **dict(zip(LOOKS, looks, strict=True)))
            )
        else:
            found.audiences.append(Audience(**named))
    return found


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    kind, pk, _slug, _name, _second, order, path, *_looks = row
    return kind, order, path if kind == "school" else "", pk


NAMES = ("pk", "slug", "name", "name_en", "order")
LOOKS = ("icon", "colour", "description")


@kept()
def _vocabularies() -> Any:
    return _of_categories().union(_of_audiences(), all=True)


@kept(now=DateTimeField())
def _with_schools(now: Any) -> Any:
    """The centre comes first, then the schools in the order of the tree."""
    open_to_all = SchoolPage.objects.open_to_all(now).order_by()
    is_school = Case(When(level=Level.CENTRE, then=0), default=1)
    schools = open_to_all.values_list(
        Value("school"), "pk", "slug", "title", "community", is_school, "path", "level",
        Value(""),
    )  # fmt: skip
    return _of_categories().union(_of_audiences(), schools, all=True)


def _of_categories() -> Any:
    rows = Category.objects.order_by()
    return rows.values_list(Value("category"), *NAMES, *LOOKS)


def _of_audiences() -> Any:
    rows = Audience.objects.order_by()
    return rows.values_list(Value("audience"), *NAMES, *(Value("") for _one in LOOKS))
