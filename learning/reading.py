"""Learning as pages show it: courses with progress in words, for any number of them.

Three queries whatever the number of enrolments: the enrolments with their courses, the
live lessons of those courses, the completed ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    F,
    FilteredRelation,
    Q,
    QuerySet,
)
from django.db.models.functions import Left, Length
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core.kept_sql import KeptQuery, Keys, Words, kept
from core.pages import below, in_branches, unlisted
from courses.models import CoursePage, LessonPage
from learning.models import Certificate, Enrolment, LessonProgress

# For so many courses the SQL is made once; lists of other lengths are filled up to these.
SIZES = (1, 2, 4, 8, 12, 16, 24)


@dataclass
class LessonStudy:
    """A lesson in the list of a course, with what the learner has done of it."""

    key: int
    lesson: LessonPage
    # The lesson again, as a row shows it: no page is made for that.
    listed: "LessonPage | ListedLesson"
    number: int
    is_done: bool = False
    is_begun: bool = False
    is_next: bool = False
    is_open: bool = False

    @property
    def words(self) -> str:
        """The state in words; never a colour or a mark alone (UX-COL-2)."""
        if self.is_done:
            return _("已学完")
        if self.is_begun:
            return _("学到一半")
        if self.is_next:
            return _("接着学这一课")
        if not self.is_open:
            return _("报名后能学")
        return _("还没学")


@dataclass
class CourseStudy:
    """A course with its lessons and how far one enrolment is in it."""

    course: CoursePage
    enrolment: Enrolment | None
    lessons: list[LessonStudy] = field(default_factory=list)
    # What completing it earned and still holds; filled by `add_certificates`.
    certificates: list[Any] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.lessons)

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.lessons)

    @property
    def next(self) -> LessonStudy | None:
        """The lesson to go on with; None when all are done or there is none."""
        return next((one for one in self.lessons if one.is_next), None)

    @property
    def is_complete(self) -> bool:
        return bool(self.enrolment and self.enrolment.is_complete)

    @property
    def words(self) -> str:
        """«8 课学完了 3 课»; never a bare percentage."""
        if not self.total:
            return _("还没有上线的课")
        if self.done >= self.total:
            return _("%(total)s 课都学完了") % {"total": self.total}
        if not self.done:
            return _("共 %(total)s 课，刚开始学") % {"total": self.total}
        return _("%(total)s 课学完了 %(done)s 课") % {
            "total": self.total,
            "done": self.done,
        }

    @property
    def segments(self) -> list[bool]:
        """One segment a lesson, for the bar that stands beside the words."""
        return [one.is_done for one in self.lessons]


def read_studies(enrolments: Iterable[Enrolment]) -> list[CourseStudy]:
    """The courses of these enrolments with progress, in the given order."""
    rows = list(enrolments)
    courses = {row.pk: row.run.course for row in rows}
    lessons = _lessons_of(list(courses.values()))
    progress: dict[tuple[int, int], bool] = {
        (enrolment_id, lesson_id): done_at is not None
        for enrolment_id, lesson_id, done_at in _progress_of(
            enrolments=[one.pk for one in rows]
        )
    }
    return [_study(courses[row.pk], row, lessons, progress) for row in rows]


@kept(enrolments=Keys())
def _progress_of(enrolments: Any) -> "QuerySet[Any]":
    rows = LessonProgress.objects.filter(enrolment__pk__among=enrolments)
    return rows.values_list("enrolment_id", "lesson_id", "completed_at")


def add_certificates(studies: Iterable[CourseStudy]) -> None:
    """Fill in the valid certificates of completed courses; one query, none for none."""
    done = {
        one.enrolment.pk: one
        for one in studies
        if one.enrolment is not None and one.enrolment.is_complete
    }
    if not done:
        return
    for found in _certificates_of(enrolments=done):
        done[found.enrolment_id].certificates.append(found)


@kept(enrolments=Keys())
def _certificates_of(enrolments: Any) -> "QuerySet[Certificate]":
    return Certificate.objects.valid().filter(enrolment__pk__among=enrolments)


def read_course_study(course: CoursePage, enrolment: Enrolment | None) -> CourseStudy:
    """One course as a learner, or a visitor without an enrolment, sees it."""
    if enrolment is None:
        return _study(course, None, _lessons_of([course]), {})
    # Lessons and progress in one query: this page has much else to ask.
    rows = _lessons_with_progress(path=course.path, enrolment=enrolment.pk)
    progress = {
        (enrolment.pk, lesson.pk): lesson.finished_at is not None
        for lesson in rows
        if lesson.begun_at is not None
    }
    return _study(course, enrolment, {course.path: rows}, progress)


def read_live_lesson(pk: int) -> LessonPage | None:
    """The lesson with all that it holds, if it is live; one query."""
    found: LessonPage | None = _live_lesson.first(pk=pk)
    return found


@kept(pk=BigIntegerField())
def _live_lesson(pk: Any) -> "QuerySet[LessonPage]":
    found: QuerySet[LessonPage] = LessonPage.objects.live().filter(pk=pk)
    return found


@kept(path=CharField(), enrolment=BigIntegerField())
def _lessons_with_progress(path: Any, enrolment: Any) -> "QuerySet[LessonPage]":
    own = FilteredRelation("progress", condition=Q(progress__enrolment=enrolment))
    return _listed(LessonPage.objects.filter(below(path))).annotate(
        own=own,
        begun_at=F("own__viewed_at"),
        finished_at=F("own__completed_at"),
    )


def _listed(lessons: Any) -> "QuerySet[LessonPage]":
    """Live lessons in the order of the tree, with what a list shows of them."""
    found: QuerySet[LessonPage] = (
        lessons.live().defer(*unlisted("", "body")).order_by("path")
    )
    return found


# What of a lesson the lists of many courses may show; the rest is read when asked for.
COLUMNS = (
    "id", "path", "depth", "live", "title", "slug", "content_type_id", "url_path",
    "page_ptr_id", "part_heading", "minutes", "is_required", "is_preview",
)  # fmt: skip
PATH_OF = itemgetter(COLUMNS.index("path"))
# Stands for a course that is not there: the tree counts from one.
NO_PATH = "0000"


class ListedLesson:
    """A lesson of a list, with what a row says of it; a page is made if asked."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        known = dict(zip(COLUMNS, values, strict=True))
        self.pk: int = known["id"]
        self.path: str = known["path"]
        self.url_path: str = known["url_path"]
        self.title: str = known["title"]
        self.part_heading: str = known["part_heading"]
        self.minutes: int = known["minutes"]
        self.is_preview: bool = known["is_preview"]
        self.page: Any = SimpleLazyObject(lambda: _page_of(values))


def _page_of(values: tuple[Any, ...]) -> LessonPage:
    return LessonPage.from_db(LessonPage.objects.db, COLUMNS, values)


def _lessons_of(courses: list[CoursePage]) -> dict[str, list[ListedLesson]]:
    """The live lessons by the path of their course, in the order of the tree."""
    if not courses:
        return {}
    # Each course once, whatever the number of its classes that somebody is in.
    paths = list(dict.fromkeys(one.path for one in courses))
    size = next((one for one in SIZES if one >= len(paths)), 0)
    if size:
        # A question has room for more courses than there are.
        paths += [NO_PATH] * (size - len(paths))
        named = {f"path_{place}": path for place, path in enumerate(paths)}
        rows = _lessons_in(size)(**named)
    else:
        rows = _lessons_of_many(paths=paths)
    found: dict[str, list[ListedLesson]] = {}
    for values in sorted(rows, key=PATH_OF):
        lesson = ListedLesson(values)
        found.setdefault(lesson.path[: -LessonPage.steplen], []).append(lesson)
    return found


@kept(paths=Words())
def _lessons_of_many(paths: Any) -> Any:
    """A walk through all lessons, which of very many courses is the shorter way."""
    above = Left("path", Length("path") - LessonPage.steplen)
    lessons = LessonPage.objects.annotate(above=above).filter(above__among=paths)
    return _listed(lessons).values_list(*COLUMNS)


@cache
def _lessons_in(size: int) -> KeptQuery:
    """The question for the lessons of that many courses."""

    def lessons(**paths: Any) -> Any:
        # Each course uses the index of the tree path. Of one condition with all of them
        # SQLite makes a walk through every lesson there is; PostgreSQL asks the index
        # for each, which is less than a part of its own for each.
        if connection.vendor == "postgresql":
            inside = LessonPage.objects.filter(in_branches(paths.values()))
            return _listed(inside).values_list(*COLUMNS)
        first, *others = [
            _listed(LessonPage.objects.filter(below(path)))
            .order_by()
            .values_list(*COLUMNS)
            for path in paths.values()
        ]
        return first.union(*others, all=True) if others else first

    lessons.__qualname__ = f"lessons[{size}]"
    return kept(**{f"path_{place}": CharField() for place in range(size)})(lessons)


def _study(
    course: CoursePage,
    enrolment: Enrolment | None,
    lessons: "Mapping[str, Sequence[LessonPage | ListedLesson]]",
    progress: dict[tuple[int, int], bool],
) -> CourseStudy:
    key = enrolment.pk if enrolment else 0
    may_open = bool(enrolment and enrolment.can_study)
    study = CourseStudy(course, enrolment)
    for number, lesson in enumerate(lessons.get(course.path, []), start=1):
        study.lessons.append(
            LessonStudy(
                key=lesson.pk,
                lesson=lesson.page if isinstance(lesson, ListedLesson) else lesson,
                listed=lesson,
                number=number,
                is_done=progress.get((key, lesson.pk), False),
                is_begun=(key, lesson.pk) in progress,
                is_open=may_open or lesson.is_preview,
            )
        )
    if may_open:
        _mark_next(study)
    return study


def _mark_next(study: CourseStudy) -> None:
    """The lesson to go on with: where the learner was, else the first one open."""
    last = study.enrolment.last_lesson_id if study.enrolment else None
    for one in study.lessons:
        if one.key == last and not one.is_done:
            one.is_next = True
            return
    for one in study.lessons:
        if not one.is_done:
            one.is_next = True
            return
