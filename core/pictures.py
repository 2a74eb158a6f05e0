"""Renditions of many pictures in one query, whatever lists they stand in."""

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects


def read_renditions(pictures: Iterable[Any]) -> None:
    """Read the smaller copies of these pictures, so that no row asks for its own.

    None among them is passed over; without a picture there is no query.
    """
    known = [one for one in pictures if one is not None]
    if known:
        prefetch_related_objects(known, "renditions")
