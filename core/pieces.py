"""Pieces of a page that depend on a few values alone: drawn once for the same values.

Of a list of twenty cards most were drawn a moment ago, for somebody else. Such a piece
has its values as a named tuple and a template that is given these and nothing else: no
page, no reader, no request. What it makes of the same values in the same language is
kept by the process, so nothing can become old: other values are another piece.

    @piece("components/school_card.html")
    class SchoolCard(NamedTuple):
        href: str
        title: str

A template says `{% piece card %}`.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.drawing_numbers import numbers_in

logger = logging.getLogger(__name__)
Values = TypeVar("Values", bound=type[Any])
Draw = Callable[[str | None, Any], str]

# The kinds of pieces: their template, and what draws them.
TEMPLATES: dict[type[Any], str] = {}
_draws: dict[type[Any], Draw] = {}
# Of each kind; a card with its drawn cover takes 2 KB.
KEPT = 300
# Stands in a piece where the number of its drawings on the page will.
NUMBER = "\x1a"
PLAIN = (str, int, date, time, type(None))
# A moment is shown as the hour of some place, which is not among the values.
NOT_PLAIN = datetime


class NotPlainError(TypeError):
    """A value of a piece is none that stays what it is."""


class Html(NamedTuple):
    """HTML as the value of a piece, whose template says `{{ title.html|safe }}`."""

    html: str


def html_of(words: Any) -> Html:
    """What a template says somewhere: its own HTML as it is, everything else escaped."""
    return Html(plain(conditional_escape(words)))


def plain(words: Any) -> str:
    """A word of a template, which takes its own for HTML, as text."""
    return "".join((str(words), ""))


def piece(template: str, kept: int = KEPT) -> Callable[[Values], Values]:
    """Make a named tuple the values of a piece with that template."""

    def declare(kind: Values) -> Values:
        TEMPLATES[kind] = template

        _draws[kind] = lru_cache(maxsize=kept)(_drawn_plain)
        return kind

    return declare


def draw(values: Any, context: Context) -> SafeString:
    """The piece with these values, as HTML.

    Args:
        values: an instance of a class that `piece` made one.
        context: of the page that it becomes a part of; numbers its drawings, no more.

    Raises:
        NotPlainError: a value could change, or is HTML already. A site in use draws such
            a piece anew each time, and tells the log.
    """
    return draw_each([values], context)[0]


def draw_each(pieces: Iterable[Any], context: Context) -> list[SafeString]:
    """The same for each of a list; what is asked once for all of them is asked once."""
    language, is_changing = get_language(), settings.DEBUG
    # Made when the first drawing wants one.
    next_number: Callable[[], int | str] | None = None
    found = []
    for values in pieces:
        try:
            # Who develops changes the template.
            draws = _drawn_plain if is_changing else _draws[type(values)]
            drawn = draws(language, values)
        except TypeError:
            drawn = _drawn_anew(values)
        if NUMBER in drawn:
            next_number = next_number or numbers_in(context)
            drawn = drawn.replace(NUMBER, str(next_number()))
        found.append(SafeString(drawn))
    return found


def _drawn_plain(_language: str | None, values: Any) -> str:
    _check(values)
    return _drawn(values)


def _drawn_anew(values: Any) -> str:
    """Where no piece could be remembered by its values."""
    try:
        _check(values)
    except NotPlainError:
        if settings.STRICT_PIECES:
            raise
        logger.exception("A piece could not be remembered.")
    # If it is not the values, the template fails again.
    return _drawn(values)


def _drawn(values: Any) -> str:
    numbers = (f"{NUMBER}-{number}" for number in count())
    own = {**values._asdict(), "drawing_numbers": numbers}
    template: Any = get_template(TEMPLATES[type(values)])
    return str(template.template.render(Context(own)))


def _check(values: tuple[Any, ...]) -> None:
    """Refuse what could be equal to something else, or change.

    HTML is equal to the text of the same letters, which has to be escaped.
    """
    for one in values:
        if isinstance(one, tuple):
            _check(one)
        elif (
            not isinstance(one, PLAIN)
            or isinstance(one, NOT_PLAIN)
            or hasattr(one, "__html__")
        ):
            raise NotPlainError(f"{one!r} is no value of a piece.")
