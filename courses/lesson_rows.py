"""A lesson in the list of its course, as the values of a piece (`core.pieces`)."""

from typing import Any, NamedTuple

from django.http import HttpRequest

from core.pieces import piece
from core.site_facts import address_at


@piece("components/lesson_row.html", kept=1000)
class LessonRow(NamedTuple):
    """What is said of a lesson; `href` is empty if it may not be opened yet."""

    href: str
    number: int
    title: str
    minutes: int
    # done, now, locked or empty; what it means is in the words.
    state: str
    # «已学完», «学到一半», «报名后能学»
    state_words: str


def row_of(one: Any, request: HttpRequest | None = None) -> LessonRow:
    """The row of a lesson as `learning.reading.LessonStudy` knows it."""
    state = _state(one)
    lesson = one.listed
    return LessonRow(
        href="" if state == "locked" else address_at(lesson.url_path, request),
        number=one.number,
        title=lesson.title,
        minutes=lesson.minutes or 0,
        state=state,
        state_words=one.words,
    )


def _state(one: Any) -> str:
    if one.is_done:
        return "done"
    if one.is_next:
        return "now"
    return "" if one.is_open else "locked"
