"""The people of a class as staff see them: one queryset behind every screen and file."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet

from courses.models import CourseRun, LessonPage
from learning.models import Enrolment


def people_of_class(user: Any, run: CourseRun) -> Any:
    """Who studies on the run, of those whom the person may see."""
    return Enrolment.objects.visible_to(user).filter(run=run).studying()


def class_figures(user: Any, run: CourseRun) -> dict[str, int]:
    """How many are finished, stuck and so on, by the names of `Figure`; one query."""
    figures: dict[str, int] = people_of_class(user, run).figures()
    return figures


def lessons_of(run: CourseRun) -> list[LessonPage]:
    """The live lessons of the course in their order, without what they hold."""
    return list(
        LessonPage.objects.child_of(run.course).live().order_by("path").defer("body")
    )


class CountedPaginator(Paginator):
    """Pages of a list whose length is known; reads rows by their keys.

    The keys are put in order alone: sorting whole rows of a large class, with the people
    that belong to them, is most of what its page would cost.
    """

    def __init__(self, rows: QuerySet[Any], per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self._count = count

    @property
    def count(self) -> int:
        return self._count

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        rows: Any = self.object_list
        return Page(in_order(rows, self._keys(number)), number, self)

    def keys_page(self, number: Any) -> Any:
        """The page of that number, or the nearest that there is; of keys alone."""
        try:
            number = self.validate_number(number)
        except PageNotAnInteger:
            number = 1
        except EmptyPage:
            number = self.num_pages
        return Page(self._keys(number), number, self)

    def _keys(self, number: int) -> list[int]:
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        found = rows.values_list("pk", flat=True)[start : start + self.per_page]
        return list(found)


def in_order(rows: Any, keys: Sequence[int]) -> list[Any]:
    """The rows with these keys, as the keys are ordered."""
    found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]
