"""The progress matrix: who has finished which lesson of a class.

Whatever the number of people, one query for those of a page or a chunk, one for all they
did, and one for the foot of the table.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from typing import Any

from django.db.models import Case, Count, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.phone import mask_phone
from courses.models import CourseRun, LessonPage
from learning.insight import lessons_of, people_of_class
from learning.models import Enrolment, LessonProgress

CHUNK = 1000


class Cell(IntEnum):
    """How far somebody is in a lesson."""

    NOT_BEGUN = 0
    HALF = 1
    DONE = 2
    FAILED = 3

    @property
    def words(self) -> str:
        return {
            Cell.NOT_BEGUN: _("没开始"),
            Cell.HALF: _("学到一半"),
            Cell.DONE: _("学完"),
            Cell.FAILED: _("没及格"),
        }[self]

    @property
    def css_class(self) -> str:
        return f"matrix__{self.name.lower()}"

    @property
    def icon_name(self) -> str:
        """The sign beside the words; empty where nothing has been done."""
        return {
            Cell.NOT_BEGUN: "",
            Cell.HALF: "circle-half-bold",
            Cell.DONE: "check-bold",
            Cell.FAILED: "warning-circle-bold",
        }[self]


# By their numbers: cheaper than asking the class for each of them.
_CELLS = tuple(Cell)
# By what a cell is read from a row of progress; in the database, so that no moment is
# turned into a Python object for each of a quarter of a million cells.
CELL = Case(
    When(completed_at__isnull=False, then=Value(int(Cell.DONE))),
    When(passed=False, then=Value(int(Cell.FAILED))),
    default=Value(int(Cell.HALF)),
)


@dataclass(slots=True)
class MatrixRow:
    """One learner, and a cell for each lesson of the matrix."""

    name: str
    masked_phone: str
    cells: list[Cell]
    lessons: list[LessonPage]

    @property
    def by_lesson(self) -> list[tuple[LessonPage, Cell]]:
        return list(zip(self.lessons, self.cells, strict=True))

    @property
    def done(self) -> int:
        return self.cells.count(Cell.DONE)


@dataclass
class Foot:
    """Of one lesson: how many have finished it."""

    lesson: LessonPage
    done: int


class Matrix:
    """The matrix of a run as one person may see it."""

    def __init__(self, user: Any, run: CourseRun) -> None:
        self.lessons = lessons_of(run)
        self.people: QuerySet[Enrolment] = people_of_class(user, run).order_by("pk")

    def read(self, keys: Iterable[int]) -> list[MatrixRow]:
        """The rows of these enrolments, in their order; two queries."""
        wanted = list(keys)
        people = Enrolment.objects.filter(pk__in=wanted).values_list(*_PERSON)
        by_key = {person[0]: person for person in people}
        return list(self._rows([by_key[key] for key in wanted if key in by_key]))

    def stream(self) -> Iterator[MatrixRow]:
        """All rows; one query, and one for each chunk."""
        people = self.people.values_list(*_PERSON).iterator(chunk_size=CHUNK)
        while chunk := list(islice(people, CHUNK)):
            yield from self._rows(chunk)

    def foot(self) -> list[Foot]:
        """How many have finished each lesson; one query."""
        done = dict(
            LessonProgress.objects.filter(
                enrolment__in=self.people.order_by().values("pk"),
                lesson__in=[one.pk for one in self.lessons],
                completed_at__isnull=False,
            )
            .order_by()
            .values_list("lesson")
            .annotate(number=Count("pk"))
        )
        return [Foot(one, done.get(one.pk, 0)) for one in self.lessons]

    def _rows(self, people: list[Any]) -> Iterator[MatrixRow]:
        keys = [person[0] for person in people]
        cells: dict[int, dict[int, int]] = defaultdict(dict)
        rows = LessonProgress.objects.filter(enrolment__in=keys)
        for key, lesson, cell in rows.values_list("enrolment_id", "lesson_id", CELL):
            cells[key][lesson] = cell
        columns = [one.pk for one in self.lessons]
        for key, name, username, phone in people:
            own = cells.get(key, {})
            yield MatrixRow(
                name or username,
                mask_phone(phone),
                [_CELLS[own.get(column, 0)] for column in columns],
                self.lessons,
            )


_PERSON = ("pk", "learner__display_name", "learner__username", "learner__phone")


def words_of_cells() -> dict[Cell, str]:
    """The words of each cell in the reader's language, asked for once a file."""
    return {cell: cell.words for cell in Cell}


def matrix_header(lessons: list[LessonPage]) -> list[str]:
    return [_("姓名"), _("手机号"), *(one.title for one in lessons), _("学完几课")]


def matrix_file(matrix: Matrix) -> Iterator[list[Any]]:
    """The header, a row a learner, and the foot as the page has it."""
    words = words_of_cells()
    yield matrix_header(matrix.lessons)
    for row in matrix.stream():
        yield [
            row.name,
            row.masked_phone,
            *(words[cell] for cell in row.cells),
            row.done,
        ]
    yield [_("几人学完"), "", *(one.done for one in matrix.foot()), ""]
