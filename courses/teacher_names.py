"""The names of who teaches a course: in the query that reads courses, or one for all."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Aggregate, OuterRef, Subquery, TextField

from core.kept_sql import Keys, kept
from courses.models import CoursePage
from schools.models import StaffProfile


class NamesField(TextField):
    """Several names in one column."""

    def from_db_value(
        self, value: str | None, _expression: Any, connection: Any
    ) -> Any:
        """The names; in the order of the database, which SQLite does not promise."""
        names = value.split(BETWEEN) if value else []
        return sorted(names) if connection.vendor == "sqlite" else names


class NamesOf(Aggregate):
    """All values of a column in one, in their order."""

    output_field = NamesField()
    template = "string_agg(%(expressions)s, chr(31) ORDER BY %(expressions)s)"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Its own word for it."""
        words = "group_concat(%(expressions)s, char(31))"
        return self.as_sql(compiler, connection, template=words, **extra)


BETWEEN = "\x1f"


def names_of_teachers() -> Subquery:
    """The names of who teaches a course, as a part of the query that reads courses."""
    taught = CoursePage.teachers.through.objects.filter(coursepage=OuterRef("pk"))
    by_course = taught.order_by().values("coursepage")
    names = by_course.annotate(names=NamesOf("staffprofile__name")).values("names")
    return Subquery(names, output_field=NamesField())


def attach_teachers(found: Iterable[CoursePage]) -> None:
    """Tell each course the names of its teachers; one query for all, none for none."""
    by_number = {one.pk: one for one in found}
    if not by_number:
        return
    names: dict[int, list[str]] = {number: [] for number in by_number}
    for number, name in _teachers_of(courses=by_number):
        names[number].append(name)
    for number, one in by_number.items():
        one.teacher_names = names[number]


@kept(courses=Keys())
def _teachers_of(courses: Any) -> Any:
    teachers = StaffProfile.objects.filter(courses__page_ptr__id__among=courses)
    return teachers.order_by("name", "pk").values_list("courses__page_ptr__id", "name")
