"""In which order hits stand: one formula, the same on every database.

A BM25 over two fields, computed by the database from the stored tokens: a rare word
counts more than a common one, a title more than a text, a short title more than a long
one, and a text that says the word again a little more. To that comes what the words say
together: the query side by side in the text, in the title, as the title.
"""

from dataclasses import dataclass
from functools import reduce
from math import log
from operator import add
from typing import Any

from django.db.models import Case, F, FloatField, Value, When
from django.db.models.functions import Cast, Length, Replace, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual

from search.plan import Plan
from search.text import BREAK
from search.wording import Atom, Word

# A word in a title, against the same word in a text (which reaches K1 + 1 at most).
TITLE = 4.0
K1 = 1.2
# How much length counts, and the length of a stored text that counts as ordinary:
# about 650 characters, each stored in a pair with its neighbour.
B = 0.75
ORDINARY_TEXT = 2000.0
ORDINARY_TITLE = 60.0
# The whole query side by side, in words of the query.
WHOLE_IN_TEXT = 2.5
WHOLE_IN_TITLE = 4.0
IS_TITLE = 6.0
BEGINS_TITLE = 1.0
# A field that is the query and nothing else: the name of a teacher, of a category.
IS_FIELD = 3.0
# What only sounds like the word counts half.
BY_SOUND = 0.5
# The part of a query's weight that a hit must hold where not every word is asked for.
COVERED = 0.5
# Counting further words costs and changes little.
MOST_SCORED = 8


@dataclass(frozen=True)
class Columns:
    """Where a database keeps the stored tokens as text."""

    title: str
    body: str


def scored_words(plan: Plan) -> list[Word]:
    """The words that decide the order: the longest ones."""
    words = plan.words
    kept = sorted(words, key=lambda word: -_size(word))[:MOST_SCORED]
    return [word for word in words if word in kept]


def rarity(documents: int, holding: int) -> float:
    """The weight of a word: the inverse of how many documents hold it, as a logarithm."""
    return log(1 + (documents - holding + 0.5) / (holding + 0.5))


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


def _size(word: Word) -> int:
    return len(word.literal.needle)


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
                _holds(columns.body, f" {BREAK}{_alone(whole)}"),
                _number(IS_FIELD * total),
            ),
            _worth(_begins(columns.title, whole.needle), _number(BEGINS_TITLE * total)),
            _worth(_begins(columns.title, _alone(whole)), _number(IS_TITLE * total)),
        ]
    return parts


def _alone(atom: Atom) -> str:
    """The stored form of a title or field that is the query and nothing else."""
    if atom.is_prefix:
        return f"{atom.needle} {BREAK} "
    last = atom.tokens[-1]
    # A pair is followed by its second character, as the last of the field.
    tail = f"{last[1:]} " if len(last) == 2 and not last.isascii() else ""
    return f"{atom.needle}{tail}{BREAK} "
