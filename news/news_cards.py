"""A story in a list, as the values of a piece (`core.pieces`)."""

from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest

from core.pictures import Picture, picture_of
from core.pieces import piece
from core.site_facts import address_at
from courses.course_cards import Subject, subject_of

SMALL_PICTURE = "fill-320x240|format-webp"
LARGE_PICTURE = "fill-1120x500|format-webp"


class Cover(NamedTuple):
    """The picture of a story; where it has none one is drawn of its category."""

    picture: Picture | None
    subject: Subject | None


@piece("components/news_row.html")
class NewsRow(NamedTuple):
    """A story or notice as a row of `<ul class="news">`."""

    href: str
    title: str
    day: date
    period_words: str
    is_over: bool
    # None in a list without pictures.
    cover: Cover | None


@piece("news/includes/lead.html")
class LeadStory(NamedTuple):
    """The newest story, large."""

    href: str
    title: str
    summary: str
    day: date
    cover: Cover


def row_of(
    story: Any, request: HttpRequest | None = None, *, with_picture: bool = False
) -> NewsRow:
    """A NewsPage as a row; with a picture its category and picture are read before."""
    return NewsRow(
        href=address_at(story.url_path, request),
        title=story.title,
        day=story.event_date,
        period_words=story.period_words,
        is_over=story.is_over,
        cover=_cover_of(story, SMALL_PICTURE) if with_picture else None,
    )


def lead_of(
    story: Any, request: HttpRequest | None = None, *, with_summary: bool = False
) -> LeadStory:
    """A NewsPage as the first of a list."""
    return LeadStory(
        href=address_at(story.url_path, request),
        title=story.title,
        summary=story.summary if with_summary else "",
        day=story.event_date,
        cover=_cover_of(story, LARGE_PICTURE),
    )


def _cover_of(story: Any, form: str) -> Cover:
    return Cover(picture_of(story.lead_image, form), subject_of(story.category))
