"""One question of a filter, as the values of a piece (`core.pieces`)."""

from typing import NamedTuple

from core.pieces import piece


class FilterOption(NamedTuple):
    """One choice: a link that keeps the other choices."""

    label: str
    href: str
    is_chosen: bool
    # Name with weight, shown while it is not chosen.
    icon: str = ""
    # «11 门»
    count_words: str = ""


@piece("components/filter_row.html")
class FilterRow(NamedTuple):
    """A question with its choices, the first of them «all»."""

    title: str
    options: tuple[FilterOption, ...]
