"""A query of Wagtail's search API as a tree that both databases can be asked.

`PlainText`, `Phrase`, `And`, `Or`, `Not`, `Boost`, `Fuzzy` and `MatchAll` come in;
atoms (`search/wording.py`) under all, any and not go out.
"""

from dataclasses import dataclass
from typing import Any

from modelsearch.query import (
    And,
    Boost,
    Fuzzy,
    MatchAll,
    Not,
    Or,
    Phrase,
    PlainText,
)

from search.wording import Atom, Step, Word, Wording, phrase, read


class SoundsLike(PlainText):
    """`search(SoundsLike("jianzhi"))`: by letters, initials or a wrong homophone only."""


class PartlyLike(PlainText):
    """`search(PartlyLike("我想学剪纸"))`: what holds the rarer half of the words."""


@dataclass(frozen=True)
class AllOf:
    """Every part must hold; without parts everything does."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class AnyOf:
    """One part must hold; without parts nothing does."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class NoneOf:
    """The part must not hold."""

    part: Any


Node = Atom | AllOf | AnyOf | NoneOf
EVERYTHING, NOTHING = AllOf(()), AnyOf(())


@dataclass(frozen=True)
class Plan:
    """What must hold, and what an answer's place depends on."""

    node: Node
    wordings: tuple[Wording, ...] = ()

    @property
    def words(self) -> list[Word]:
        """All words asked for, each once."""
        return list(dict.fromkeys(word for one in self.wordings for word in one.words))


def steps_of(query: Any, *, may_sound: bool) -> list[Step]:
    """The steps that a query may take, in their order.

    Only plain words are read more freely: whoever writes a phrase or «not» means it.
    """
    if isinstance(query, PartlyLike):
        return [Step.PARTLY]
    if isinstance(query, SoundsLike | Fuzzy):
        return [Step.SOUND]
    if isinstance(query, PlainText) and query.operator == "and":
        steps = [Step.EXACT, Step.SOUND, Step.APART]
        return [step for step in steps if may_sound or not step.by_sound]
    return [Step.EXACT]


def make_plan(query: Any, step: Step, *, typing: bool = False) -> Plan:
    """The query read at this step. Raises NotImplementedError for an unknown kind."""
    wordings: list[Wording] = []
    node = _node(query, step, typing, wordings)
    return Plan(node, tuple(wordings))


def _node(query: Any, step: Step, typing: bool, wordings: list[Wording]) -> Node:
    if isinstance(query, MatchAll):
        return EVERYTHING
    if isinstance(query, PlainText | Fuzzy):
        return _plain(query, step, typing, wordings)
    if isinstance(query, Phrase):
        atom = phrase(query.query_string)
        if atom is None:
            return NOTHING
        wordings.append(Wording((Word(query.query_string, atom),)))
        return atom
    if isinstance(query, Boost):
        return _node(query.subquery, step, typing, wordings)
    if isinstance(query, Not):
        # What must not be there has no part in the order.
        return NoneOf(_node(query.subquery, step, typing, []))
    if isinstance(query, And | Or):
        parts = tuple(_node(one, step, typing, wordings) for one in query.subqueries)
        return AllOf(parts) if isinstance(query, And) else AnyOf(parts)
    raise NotImplementedError(f"`{query.__class__.__name__}` is not supported.")


def _plain(query: Any, step: Step, typing: bool, wordings: list[Wording]) -> Node:
    wording = read(query.query_string, step, typing=typing)
    if not wording.words:
        return NOTHING
    wordings.append(wording)
    parts = tuple(
        word.literal if not word.sounds else AnyOf(word.atoms) for word in wording.words
    )
    is_all = query.operator == "and" and step is not Step.PARTLY
    return AllOf(parts) if is_all else AnyOf(parts)
