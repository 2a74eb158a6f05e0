"""Headings and pagers of lists, as the values of pieces (`core.pieces`)."""

from typing import Any, NamedTuple

from core.pieces import Html, html_of, piece, plain

PAGES_SHOWN = 5


@piece("components/section_heading.html")
class SectionHeading(NamedTuple):
    """A heading with its seal; what may stand at its right is a count, or a link."""

    seal_character: str
    id: str
    title: Html
    count_words: Html
    href: str
    more: Html


def heading_of(
    seal_character: str,
    id: str,
    title: Any,
    count: Any = "",
    href: str = "",
    more: Any = "",
) -> SectionHeading:
    """A heading by what a template says of it: words, or HTML that a template made."""
    return SectionHeading(
        seal_character=plain(seal_character),
        id=plain(id),
        title=html_of(title),
        count_words=html_of(count or ""),
        href=plain(href or ""),
        more=html_of(more or ""),
    )


class PageLink(NamedTuple):
    """A page by its number, and the query that leads there."""

    number: int
    query: str


@piece("components/pager.html", kept=20)
class Pager(NamedTuple):
    """Pages of a list; `previous` and `next` are empty at its ends.

    Few are kept: each has the whole query of a visitor in it, seven times.
    """

    number: int
    total: int
    links: tuple[PageLink, ...]
    previous: str
    next: str
    label: Html


def pager_of(page: Any, query: Any, label: Any = "") -> Pager:
    """The pager of a page of Django's paginator.

    Args:
        page: the page.
        query: what gives the query that leads to the page of a number.
        label: of a second pager on a page, which is a landmark of its own.
    """
    number, total = page.number, page.paginator.num_pages
    first = max(1, min(number - PAGES_SHOWN // 2, total - PAGES_SHOWN + 1))
    shown = range(first, min(total, first + PAGES_SHOWN - 1) + 1)
    return Pager(
        number=number,
        total=total,
        links=tuple(PageLink(one, query(one)) for one in shown),
        previous=query(number - 1) if number > 1 else "",
        next=query(number + 1) if number < total else "",
        label=html_of(label),
    )
