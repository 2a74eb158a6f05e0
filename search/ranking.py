"""In which order hits stand: one formula, the same on every database.

A BM25 over two fields, computed by the database from the stored tokens: a rare word
counts more than a common one, a title more than a text, a short title more than a long
one, and a text that says the word again a little more. To that comes what the words say
together: the query side by side in the text, in the title, as the title.

It is written as SQL with places for its values. As expressions it cost Django ten times
what a database took to compute it; tests/search/formula.py has it so, to be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from typing import Any

from django.db.models import Expression, F

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
# Where the columns stand in a formula.
TITLE_TEXT, BODY_TEXT = "{title}", "{body}"


@dataclass(frozen=True)
class Columns:
    """Where a database keeps the stored tokens as text, and how it finds a part in one."""

    title: str
    body: str
    find: str


@dataclass(frozen=True)
class Formula:
    """SQL on `{title}` and `{body}`, its values apart. One text for every plan alike."""

    text: str
    values: tuple[str | float, ...]


class Written(Expression):
    """A formula on the columns of an index entry; `values` may be places for them."""

    def __init__(
        self, text: str, values: tuple[Any, ...], columns: Columns, output_field: Any
    ) -> None:
        super().__init__(output_field=output_field)
        self.text = text
        self.values = values
        self.columns = [F(columns.title), F(columns.body)]

    def get_source_expressions(self) -> list[Any]:
        """The two columns."""
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        """The two columns, as the query names them."""
        self.columns = exprs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The text with the columns in it."""
        title, body = (compiler.compile(one)[0] for one in self.columns)
        return self.text.format(title=title, body=body), [*self.values]


# Puts a value in the place that is being written, and gives what stands there.
Put = Callable[[str | float], str]


def scored_words(plan: Plan) -> list[Word]:
    """The words that decide the order: the longest ones."""
    words = plan.words
    kept = sorted(words, key=lambda word: -_size(word))[:MOST_SCORED]
    return [word for word in words if word in kept]


def rarity(documents: int, holding: int) -> float:
    """The weight of a word: the inverse of how many documents hold it, as a logarithm."""
    return log(1 + (documents - holding + 0.5) / (holding + 0.5))


def score(
    plan: Plan, words: list[Word], weights: list[float], columns: Columns
) -> Formula:
    """The formula by which hits are ordered, the best having the highest."""

    def write(put: Put) -> str:
        if not words:
            return "0.0"
        text = ""
        for word, weight in zip(words, weights, strict=True):
            # One after the other, as the sums of both databases are to be alike.
            part = f"{put(weight)} * {_word_score(word, columns, put)}"
            text = f"({text} + {part})" if text else f"({part})"
        for part in _together(plan, sum(weights), columns, put):
            text = f"({text} + {part})"
        return text

    return _formula(write)


def coverage(words: list[Word], weights: list[float], columns: Columns) -> Formula:
    """The condition that a document holds the rarer half of the words."""

    def write(put: Put) -> str:
        held = "0.0"
        for word, weight in zip(words, weights, strict=True):
            ways = [
                f"WHEN {_holds(column, atom.needle, columns, put)} THEN {_float(weight, put)}"
                for atom in word.atoms
                for column in (TITLE_TEXT, BODY_TEXT)
            ]
            held = f"({held} + CASE {' '.join(ways)} ELSE 0.0 END)"
        return f"{held} >= {_float(COVERED * sum(weights), put)}"

    return _formula(write)


def _formula(write: Callable[[Put], str]) -> Formula:
    """What is written, with its values in the order in which their places stand."""
    values: list[str | float] = []

    def put(value: str | float) -> str:
        values.append(value)
        return "%s"

    return Formula(write(put), tuple(values))


def _size(word: Word) -> int:
    return len(word.literal.needle)


def _float(value: float, put: Put) -> str:
    """A number that PostgreSQL too adds and compares as a float."""
    return f"CAST({put(value)} AS double precision)"


def _find(column: str, part: str, columns: Columns, put: Put) -> str:
    """Where a column has the part; unlike LIKE it has no wildcards to escape."""
    return f"{columns.find}({column}, {put(part)})"


def _holds(column: str, part: str, columns: Columns, put: Put) -> str:
    return f"{_find(column, part, columns, put)} > 0"


def _begins(column: str, part: str, columns: Columns, put: Put) -> str:
    return f"{_find(column, part, columns, put)} = 1"


def _word_score(word: Word, columns: Columns, put: Put) -> str:
    text = _atom_score(word.literal, columns, put)
    for atom in word.sounds:
        text = f"({text} + {BY_SOUND} * {_atom_score(atom, columns, put)})"
    return text


def _atom_score(atom: Atom, columns: Columns, put: Put) -> str:
    needle = atom.needle
    # The title proper ends at its first break; its sounds stand behind.
    length = f"CAST({columns.find}({TITLE_TEXT}, ' {BREAK} ') AS double precision)"
    short = f"({ORDINARY_TITLE} / ({ORDINARY_TITLE} + {length}))"
    holds = _holds(TITLE_TEXT, needle, columns, put)
    in_title = f"CASE WHEN {holds} THEN {TITLE} * {short} ELSE 0.0 END"
    ordinary = f"{B / ORDINARY_TEXT} * CAST(LENGTH({BODY_TEXT}) AS double precision)"
    damping = f"{K1} * ({1 - B} + {ordinary})"
    in_text = f"{K1 + 1} * {_times(needle, put)} / ({_times(needle, put)} + {damping})"
    return f"({in_title} + {in_text})"


def _times(part: str, put: Put) -> str:
    """How often the text holds the part."""
    removed = f"LENGTH(REPLACE({BODY_TEXT}, {put(part)}, ''))"
    length = f"CAST(LENGTH({BODY_TEXT}) - {removed} AS double precision)"
    return f"({length} / {put(float(len(part)))})"


def _together(plan: Plan, total: float, columns: Columns, put: Put) -> list[str]:
    """What the words of a query say side by side."""
    parts = []

    def worth(condition: str, value: float) -> None:
        parts.append(f"CASE WHEN {condition} THEN {put(value)} ELSE 0.0 END")

    for wording in plan.wordings:
        whole = wording.whole or wording.words[0].literal
        needle, alone = whole.needle, _alone(whole)
        if wording.whole is not None:
            worth(_holds(BODY_TEXT, needle, columns, put), WHOLE_IN_TEXT * total)
            worth(_holds(TITLE_TEXT, needle, columns, put), WHOLE_IN_TITLE * total)
        field = f" {BREAK}{alone}"
        worth(_holds(BODY_TEXT, field, columns, put), IS_FIELD * total)
        worth(_begins(TITLE_TEXT, needle, columns, put), BEGINS_TITLE * total)
        worth(_begins(TITLE_TEXT, alone, columns, put), IS_TITLE * total)
    return parts


def _alone(atom: Atom) -> str:
    """The stored form of a title or field that is the query and nothing else."""
    if atom.is_prefix:
        return f"{atom.needle} {BREAK} "
    last = atom.tokens[-1]
    # A pair is followed by its second character, as the last of the field.
    tail = f"{last[1:]} " if len(last) == 2 and not last.isascii() else ""
    return f"{atom.needle}{tail}{BREAK} "
