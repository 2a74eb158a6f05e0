"""A course in a list, as the values of a piece (`core.pieces`)."""

from functools import lru_cache
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import get_language

from core.pictures import Picture, picture_of
from core.pieces import piece
from core.site_facts import address_at
from courses.choices import Mode
from courses.models import Category

PICTURE = "fill-640x480|format-webp"


class Subject(NamedTuple):
    """Of a category what a drawn cover takes."""

    slug: str
    colour: str
    icon: str


def subject_of(category: Category | None) -> Subject | None:
    """The same of a category; of no category nothing."""
    if category is None:
        return None
    return Subject(category.slug, category.colour, category.icon)


@lru_cache
def _mode_words(mode: str, _language: str | None) -> str:
    return str(dict(Mode.choices).get(mode, mode))


@piece("courses/includes/course_card.html")
class CourseCard(NamedTuple):
    """All that is said of a course in a list."""

    href: str
    title: str
    subject: Subject | None
    pattern: str
    picture: Picture | None
    lesson_total: int
    mode_words: str
    when_words: str
    school: str
    teachers: tuple[str, ...]
    seats_label: str
    seats_kind: str
    is_open_at_home: bool


def card_of(
    course: Any,
    request: HttpRequest | None = None,
    *,
    hide_school: bool = False,
    hide_teachers: bool = False,
) -> CourseCard:
    """The card of a course of `in_catalogue()`.

    Its school is attached (`attach_schools`), and its class (`course.card`: a RunCard)
    where one is known. On a school's own page neither is the school named, nor, in its
    short list, who teaches.
    """
    run, category = course.card, course.category
    school = None if hide_school or hide_teachers else course.school
    return CourseCard(
        href=address_at(course.url_path, request),
        title=course.title,
        subject=subject_of(category),
        pattern=course.cover_pattern,
        picture=picture_of(course.cover, PICTURE),
        lesson_total=course.lesson_total or 0,
        mode_words=run.mode_words if run else _mode_words(course.mode, get_language()),
        when_words=run.short_when_words if run else "",
        school=school.short_name if school else "",
        teachers=() if hide_teachers else tuple(course.teacher_names),
        seats_label=run.seats_label if run else "",
        seats_kind=run.seats_kind if run else "",
        is_open_at_home=course.is_open_at_home,
    )
