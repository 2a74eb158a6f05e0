"""The questions of the site whose SQL is kept, for the tests that ask them all."""

from typing import Any

from wagtail.models import Page, get_page_models

from core import routing
from core.kept_sql import KEPT
from learning import reading


def all_questions() -> dict[str, Any]:
    """By their names; those too that are made for each kind and number."""
    for kind in (None, *get_page_models()):
        if kind is not Page:
            routing._page_of(kind)
    for size in reading.SIZES:
        reading._lessons_in(size)
    return {name: one for name, one in KEPT.items() if not name.startswith("tests.")}
