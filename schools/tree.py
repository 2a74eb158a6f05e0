"""From a page to its school. The tree is the tenancy; there is no second field."""

from typing import Any

from django.db.models import CharField, QuerySet

from core.kept_sql import kept
from schools.models.pages import SchoolPage

# Home is depth 2, the index of schools 3, a school 4.
SCHOOL_DEPTH = 4


def school_of(page: Any) -> Any:
    """The school whose branch the page stands in, or None outside every school.

    One query; the page keeps the answer.
    """
    if page.depth < SCHOOL_DEPTH:
        return None
    known = page.__dict__.get("_school")
    if known is not None:
        return known
    if isinstance(page, SchoolPage):
        return page
    path = page.path[: SCHOOL_DEPTH * page.steplen]
    school = _school_at.first(path=path)
    page.__dict__["_school"] = school
    return school


@kept(path=CharField())
def _school_at(path: Any) -> "QuerySet[SchoolPage]":
    return SchoolPage.objects.filter(path=path)


def stands_in_school(page: Any) -> bool:
    """Whether a page stands below a school, without asking the database."""
    return bool(page.depth > SCHOOL_DEPTH)
