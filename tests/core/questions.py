"""The questions of the site whose SQL is kept, for the tests that ask them all."""

from typing import Any

from wagtail.models import Page, get_page_models

from core import routing
from core.kept_sql import KEPT
from courses import weeks
from home.sections import COMING_SHOWN
from learning import reading
from search import finding
from search.plan import PartlyLike, SoundsLike

# One of each form of a search, more or less.
SEARCHES = (
    "书法",
    "书法 春联",
    "甲 乙 丙",
    SoundsLike("书发"),
    PartlyLike("书法 春联"),
)


def all_questions() -> dict[str, Any]:
    """By their names; those too that are made for each kind and number."""
    for kind in (None, *get_page_models()):
        if kind is not Page:
            routing._page_of(kind)
    weeks.next_lessons(COMING_SHOWN)
    for size in reading.SIZES:
        reading._lessons_in(size)
    for words in SEARCHES:
        finding._pages().search(words, operator="and").rows(finding.HITS)
    return {name: one for name, one in KEPT.items() if not name.startswith("tests.")}
