"""Reading for the desk's question pages: banks, lessons, and what they hold."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.pages import in_branches
from courses.blocks.lesson import QUESTION_TYPES
from courses.models import CourseIndexPage, CoursePage, LessonPage, QuestionBankPage
from courses.permissions import schools_to_write_for
from courses.question_files import Item, to_items
from courses.question_files.from_blocks import to_item
from courses.question_files.items import LETTERS, REFUSED, settle
from schools.choices import Role
from schools.models import SchoolPage
from schools.permissions import centre_roles_of

# Who writes at every school (schools.services.provisioning).
WRITERS_EVERYWHERE = {Role.EDITOR, Role.DIRECTOR}


@dataclass(frozen=True)
class BankRow:
    """A bank of the list."""

    page: QuestionBankPage
    school: str
    questions: int


@dataclass(frozen=True)
class QuestionRow:
    """One question of a bank or lesson, to be ticked."""

    block_id: str
    item: Item


def writes_everywhere(user: Any) -> bool:
    return bool(user.is_superuser or centre_roles_of(user) & WRITERS_EVERYWHERE)


def question_schools(user: Any) -> QuerySet[SchoolPage]:
    """The schools in whose banks the person writes."""
    found: QuerySet[SchoolPage] = (
        SchoolPage.objects.in_order()
        if writes_everywhere(user)
        else schools_to_write_for(user)
    )
    return found


def banks_of(user: Any) -> QuerySet[QuestionBankPage]:
    """The banks of the schools where the person writes."""
    banks = QuestionBankPage.objects.order_by("path")
    if writes_everywhere(user):
        return banks
    return banks.filter(_below(question_schools(user)))


def lessons_of(user: Any, words: str = "") -> QuerySet[LessonPage]:
    """The lessons that the person may write, in the order of the tree."""
    lessons = LessonPage.objects.order_by("path")
    if words:
        lessons = lessons.filter(draft_title__icontains=words)
    if writes_everywhere(user):
        return lessons
    held = user.memberships.active()
    managed = held.filter(role__in=(Role.CLERK, Role.PRINCIPAL)).values("school_id")
    taught = held.filter(role=Role.TEACHER).values("school_id")
    own = CoursePage.objects.filter(
        Q(teachers__user=user) | Q(teachers__isnull=True, owner=user)
    ).filter(_below(SchoolPage.objects.filter(pk__in=taught)))
    return lessons.filter(
        _below(SchoolPage.objects.filter(pk__in=managed)) | _below(own)
    )


def _below(pages: QuerySet[Any]) -> Q:
    return in_branches(set(pages.values_list("path", flat=True)))


def section_of(school: Any) -> Any:
    """The section in which a school's banks stand."""
    return CourseIndexPage.objects.child_of(school).first()


def school_titles(pages: Iterable[Page]) -> dict[str, str]:
    """The title of the school of each page, by the page's path; one query."""
    steps = Page.steplen * 4
    paths = {page.path[:steps] for page in pages}
    found = dict(SchoolPage.objects.filter(path__in=paths).values_list("path", "title"))
    return {page.path: found.get(page.path[:steps], "") for page in pages}


def course_titles(lessons: Iterable[LessonPage]) -> dict[str, str]:
    """The title of the course of each lesson, by the lesson's path; one query."""
    parents = {one.path: one.path[: -one.steplen] for one in lessons}
    found = dict(
        CoursePage.objects.filter(path__in=set(parents.values())).values_list(
            "path", "title"
        )
    )
    return {path: found.get(parent, "") for path, parent in parents.items()}


def bank_rows(banks: Iterable[QuestionBankPage]) -> list[BankRow]:
    """Banks with how much is in their newest version."""
    pages = list(banks)
    schools = school_titles(pages)
    return [BankRow(one, schools[one.path], _count(one)) for one in pages]


def _count(page: Any) -> int:
    """Counted in the stored version itself; nothing is built for it."""
    if page.latest_revision is None:
        return sum(one.block_type in QUESTION_TYPES for one in page.body)
    body = json.loads(page.latest_revision.content.get("body") or "[]")
    return sum(one.get("type") in QUESTION_TYPES for one in body)


def is_held(page: Any) -> bool:
    """Whether a page is one that questions are brought into and taken out of."""
    return isinstance(page, QuestionBankPage | LessonPage)


def newest(page: Any) -> Any:
    """The page as its newest version has it."""
    return page.get_latest_revision_as_object()


def items_in(page: Any) -> list[Item]:
    """The questions of a newest version."""
    return to_items(page.body)


def writable_in(page: Any) -> list[Item]:
    """Those that can be put into a file: a draft may hold some that are not whole yet."""
    items = [settle(one) for one in items_in(page)]
    return [
        one
        for one in items
        if one.verdict != REFUSED and len(one.options) <= len(LETTERS)
    ]


def question_rows(page: Any) -> list[QuestionRow]:
    """The questions of a newest version, with the ids of their blocks."""
    return [
        QuestionRow(str(block.id), to_item(block, number))
        for number, block in enumerate(
            (one for one in page.body if one.block_type in QUESTION_TYPES), start=1
        )
    ]


def other_places(user: Any, page: Any) -> list[tuple[str, list[tuple[int, str]]]]:
    """Where questions of that page may be copied to: banks, and lessons of its school."""
    branch = page.path[: Page.steplen * 4]
    banks = banks_of(user).filter(path__startswith=branch).exclude(pk=page.pk)
    lessons = list(lessons_of(user).filter(path__startswith=branch).exclude(pk=page.pk))
    courses = course_titles(lessons)
    by_course: dict[str, list[tuple[int, str]]] = {}
    for one in lessons:
        by_course.setdefault(courses[one.path], []).append((one.pk, one.draft_title))
    found = [(_("题库"), [(one.pk, one.draft_title) for one in banks])]
    return [group for group in [*found, *by_course.items()] if group[1]]
