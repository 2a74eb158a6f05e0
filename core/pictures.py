"""Renditions of many pictures in one query, whatever lists they stand in."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects
from wagtail.images.shortcuts import get_rendition_or_not_found


def read_renditions(pictures: Iterable[Any]) -> None:
    """Read the smaller copies of these pictures, so that no row asks for its own.

    None among them is passed over; without a picture there is no query.
    """
    known = [one for one in pictures if one is not None]
    if known:
        prefetch_related_objects(known, "renditions")


class Picture(NamedTuple):
    """A smaller copy of a picture, as the values of a piece."""

    src: str
    width: int
    height: int


def picture_of(picture: Any, form: str) -> Picture | None:
    """The copy in that form («fill-640x480|format-webp»), or None without a picture.

    Of a picture whose file is gone a copy that shows nothing, as `{% image %}` does.
    """
    if picture is None:
        return None
    copy = get_rendition_or_not_found(picture, form)
    return Picture(copy.url, copy.width, copy.height)
