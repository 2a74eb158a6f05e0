"""The formula of `search.ranking` as Django's own expressions, to be compared with."""

from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, F, FloatField, Value, When
from django.db.models.functions import Cast, Length, Replace, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual

from search.plan import Plan
from search.ranking import (
    BEGINS_TITLE,
    BY_SOUND,
    COVERED,
    IS_FIELD,
    IS_TITLE,
    K1,
    ORDINARY_TEXT,
    ORDINARY_TITLE,
    TITLE,
    WHOLE_IN_TEXT,
    WHOLE_IN_TITLE,
    B,
    Columns,
)
from search.ranking import _alone as alone_form
from search.text import BREAK
from search.wording import Atom, Word


def score(plan: Plan, words: list[Word], weights: list[float], columns: Columns) -> Any:
    """The expression by which hits are ordered, the best having the highest."""
    if not words:
        return _number(0.0)
    parts = [
        _number(weight) * _word_score(word, columns)
        for word, weight in zip(words, weights, strict=True)
    ]
    return reduce(add, parts + _together(plan, sum(weights), columns))


def coverage(words: list[Word], weights: list[float], columns: Columns) -> Any:
    """The condition that a document holds the rarer half of the words."""
    held = reduce(
        add,
        [
            Case(
                *[
                    When(_holds(column, atom.needle), then=_number(weight))
                    for atom in word.atoms
                    for column in (columns.title, columns.body)
                ],
                default=_number(0.0),
                output_field=FloatField(),
            )
            for word, weight in zip(words, weights, strict=True)
        ],
    )
    return GreaterThanOrEqual(held, _number(COVERED * sum(weights)))


def _number(value: float) -> Any:
    return Value(value, output_field=FloatField())


def _holds(column: str, part: str) -> Any:
    """Whether a column holds the part; unlike LIKE it has no wildcards to escape."""
    return GreaterThan(StrIndex(F(column), Value(part)), 0)


def _begins(column: str, part: str) -> Any:
    return Exact(StrIndex(F(column), Value(part)), 1)


def _worth(condition: Any, worth: Any) -> Any:
    return Case(
        When(condition, then=worth), default=_number(0.0), output_field=FloatField()
    )


def _word_score(word: Word, columns: Columns) -> Any:
    literal = _atom_score(word.literal, columns)
    sounds = [_number(BY_SOUND) * _atom_score(atom, columns) for atom in word.sounds]
    return reduce(add, sounds, literal)


def _atom_score(atom: Atom, columns: Columns) -> Any:
    # The title proper ends at its first break; its sounds stand behind.
    length = Cast(StrIndex(F(columns.title), Value(f" {BREAK} ")), FloatField())
    short = _number(ORDINARY_TITLE) / (_number(ORDINARY_TITLE) + length)
    in_title = _worth(_holds(columns.title, atom.needle), _number(TITLE) * short)
    times = _times(columns.body, atom.needle)
    ordinary = _number(B / ORDINARY_TEXT) * Cast(Length(columns.body), FloatField())
    damping = _number(K1) * (_number(1 - B) + ordinary)
    return in_title + _number(K1 + 1) * times / (times + damping)


def _times(column: str, part: str) -> Any:
    """How often the column holds the part."""
    removed = Replace(F(column), Value(part), Value(""))
    return Cast(Length(column) - Length(removed), FloatField()) / _number(len(part))


def _together(plan: Plan, total: float, columns: Columns) -> list[Any]:
    """What the words of a query say side by side."""
    parts = []
    for wording in plan.wordings:
        whole = wording.whole or wording.words[0].literal
        if wording.whole is not None:
            parts += [
                _worth(
                    _holds(columns.body, whole.needle), _number(WHOLE_IN_TEXT * total)
                ),
                _worth(
                    _holds(columns.title, whole.needle), _number(WHOLE_IN_TITLE * total)
                ),
            ]
        parts += [
            _worth(
                _holds(columns.body, f" {BREAK}{alone_form(whole)}"),
                _number(IS_FIELD * total),
            ),
            _worth(_begins(columns.title, whole.needle), _number(BEGINS_TITLE * total)),
            _worth(
                _begins(columns.title, alone_form(whole)), _number(IS_TITLE * total)
            ),
        ]
    return parts
