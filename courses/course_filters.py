"""The questions of the catalogue's filter, and the pieces that are drawn of them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import ngettext

from core.filter_rows import FilterOption, FilterRow
from core.pieces import piece
from courses.course_cards import Subject


@lru_cache(maxsize=1000)
def course_count(count: int, language: str | None) -> str:
    """«33 门», in the language that is spoken now; the caller says which that is."""
    return ngettext("%(count)s 门", "%(count)s 门", count) % {"count": count}


class ArcOption(NamedTuple):
    """A category as a gate; «all» has no subject."""

    label: str
    href: str
    is_chosen: bool
    count_words: str
    subject: Subject | None


@piece("courses/includes/category_arc.html")
class CategoryArc(NamedTuple):
    """The categories; on the dark band in their own colours."""

    options: tuple[ArcOption, ...]
    is_on_wall: bool


@dataclass
class Option:
    """One choice of a filter, as a link that keeps the other choices."""

    key: str
    label: str
    href: str
    count_words: str
    is_chosen: bool
    icon: str = ""
    subject: Subject | None = None


@dataclass
class Filter:
    """A question of the catalogue with its choices, the first of them «all»."""

    name: str
    title: str
    options: list[Option]

    @property
    def chosen(self) -> Option | None:
        """The choice made, if it is not «all»."""
        return next((one for one in self.options[1:] if one.is_chosen), None)

    @property
    def row(self) -> FilterRow:
        """The question as a row of links."""
        options = (
            FilterOption(one.label, one.href, one.is_chosen, one.icon, one.count_words)
            for one in self.options
        )
        return FilterRow(self.title, tuple(options))

    @property
    def arc(self) -> CategoryArc:
        """The question as gates."""
        return self._arc(is_on_wall=False)

    @property
    def arc_on_wall(self) -> CategoryArc:
        """The same at the top of the page."""
        return self._arc(is_on_wall=True)

    def _arc(self, *, is_on_wall: bool) -> CategoryArc:
        options = (
            ArcOption(
                one.label,
                one.href,
                one.is_chosen,
                one.count_words,
                one.subject,
            )
            for one in self.options
        )
        return CategoryArc(tuple(options), is_on_wall)
