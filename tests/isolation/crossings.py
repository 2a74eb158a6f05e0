"""Rows of one school that name something of the other: a class in its room, a course of
its teacher. Services refuse them; the sweep counts them after whatever was written.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet
from wagtail.models import Page

from courses.models import CourseOrigin, CoursePage
from schools.models import SchoolPage, TenantModel
from tests.schools.test_tenant_models import own_models

# A copy says where it was copied from.
MEANT = {(CourseOrigin, "source")}
TEACHERS = CoursePage.teachers.through


class Crossings:
    """The queries that find them, and how many there were."""

    def __init__(self, own: Any, other: Any) -> None:
        self._own, self._other = own.school, other.school
        self._found: dict[Any, dict[str, QuerySet[Any]]] = {
            model: self._of(model)
            for model in own_models()
            if issubclass(model, TenantModel)
        }
        self._found[TEACHERS] = {
            "teacher": QuerySet(TEACHERS).filter(
                coursepage__path__startswith=self._own.path,
                staffprofile__school=self._other,
            )
        }
        self._before = self._count(self._found)

    def _of(self, model: type[TenantModel]) -> dict[str, QuerySet[Any]]:
        mine = QuerySet(model).filter(**{model.tenant_path: self._own})
        found = {}
        for field in model._meta.concrete_fields:
            condition = self._points_there(field)
            if condition is not None and (model, field.name) not in MEANT:
                found[field.name] = mine.filter(condition)
        return found

    def _points_there(self, field: Any) -> Q | None:
        target = field.related_model
        if not isinstance(target, type) or not issubclass(target, Model):
            return None
        if issubclass(target, TenantModel):
            return Q(**{f"{field.name}__{target.tenant_path}": self._other})
        if issubclass(target, Page) and target is not SchoolPage:
            return Q(**{f"{field.name}__path__startswith": self._other.path})
        return None

    def _count(self, models: Iterable[Any]) -> dict[tuple[Any, str], int]:
        return {
            (model, name): rows.count()
            for model in models
            for name, rows in self._found.get(model, {}).items()
        }

    def new(self, models: Iterable[Any]) -> list[str]:
        """«courses.CourseRun.venue of another school», where there are more than before."""
        return sorted(
            f"{model._meta.label}.{name} of another school"
            for (model, name), number in self._count(models).items()
            if number > self._before[model, name]
        )
