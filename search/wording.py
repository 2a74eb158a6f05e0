"""From what somebody typed to what is asked of the index, step by step.

A query is asked as it is typed; only where that finds nothing, by sound; then with its
single characters apart. What none of these finds, the search page asks word by word.
The order matters: 广场午 is to find 广场舞 before whatever has 广场 and 下午.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from search.sounds import heard
from search.text import MOST_QUERY, Run, index_tokens, letter_tokens, pairs, runs

MOST_WORDS = 32


class Step(IntEnum):
    """How freely a query is read; the first step that finds something is the answer."""

    EXACT = 0  # every word as it is typed, a single character beside its neighbour
    SOUND = 1  # the same, or what sounds like it
    APART = 2  # every word as it is typed, a single character anywhere
    PARTLY = 3  # some of the words, as typed or as they sound; no single characters

    @property
    def by_sound(self) -> bool:
        """Whether sounds count."""
        return self in (Step.SOUND, Step.PARTLY)


@dataclass(frozen=True)
class Atom:
    """Tokens that must stand side by side; the last may be the beginning of one."""

    tokens: tuple[str, ...]
    is_prefix: bool = False

    @property
    def needle(self) -> str:
        """The atom as a part of a stored text."""
        end = "" if self.is_prefix else " "
        return f" {' '.join(self.tokens)}{end}"


@dataclass(frozen=True)
class Word:
    """One word of a query, and the other forms in which it may be found."""

    text: str
    literal: Atom
    sounds: tuple[Atom, ...] = ()

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """All forms, the literal one first."""
        return (self.literal, *self.sounds)


@dataclass(frozen=True)
class Wording:
    """A query read at one step: its words, and the whole of it side by side."""

    words: tuple[Word, ...]
    whole: Atom | None = None


@cache
def _cutter() -> Any:
    import rjieba

    return rjieba


def read(text: str, step: Step = Step.EXACT, *, typing: bool = False) -> Wording:
    """What the query asks for at this step.

    `typing`: its last word may be unfinished, as in a box that completes.
    """
    found = list(runs(text[:MOST_QUERY]))
    if len(found) > 1 and all(run.is_han and len(run.text) == 1 for run in found):
        # «学 太 极»: boards for handwriting put blanks between characters.
        found = [Run(True, "".join(run.text for run in found))]
    cut: list[Run] = []
    for run in found:
        cut += _cut(run, step) if run.is_han else [run]
    cut = cut[:MOST_WORDS]
    last = len(cut) - 1
    words = tuple(
        _word(run, by_sound=step.by_sound, typing=typing and place == last)
        for place, run in enumerate(cut)
    )
    whole = phrase(text) if len(words) > 1 else None
    return Wording(words, whole)


def phrase(text: str) -> Atom | None:
    """The whole text side by side."""
    text = text[:MOST_QUERY]
    tokens = index_tokens(text)
    if not tokens:
        return None
    ends_in_characters = [*runs(text)][-1].is_han
    if not ends_in_characters:
        return Atom(tuple(tokens))
    if len(tokens) > 1 and tokens[-2].endswith(tokens[-1]):
        return Atom(tuple(tokens[:-1]))
    # A single character: every pair that begins with it, and it as the last of a run.
    return Atom(tuple(tokens), is_prefix=True)


def _cut(run: Run, step: Step) -> list[Run]:
    """A run of characters as words."""
    pieces: list[str] = list(_cutter().cut(run.text))
    words = [piece for piece in pieces if len(piece) > 1]
    if step is Step.PARTLY:
        # «我», «学», «的» stand everywhere.
        return [Run(True, one) for one in words]
    if step is Step.APART or not words:
        return [Run(True, one) for one in (pieces if words else [run.text])]
    # A single character belongs to the word before it, the first ones to the next.
    glued: list[str] = []
    waiting = ""
    for piece in pieces:
        if len(piece) > 1:
            glued.append(waiting + piece)
            waiting = ""
        elif glued:
            glued[-1] += piece
        else:
            waiting += piece
    return [Run(True, one) for one in glued]


def _word(run: Run, *, by_sound: bool, typing: bool) -> Word:
    # Letters may be pinyin from the first, where a box completes what is typed.
    sounds = (
        heard(run, typing=typing) if by_sound or (typing and not run.is_han) else []
    )
    forms = tuple(Atom(tuple(tokens), is_prefix) for tokens, is_prefix in sounds)
    if not run.is_han:
        literal = Atom(tuple(letter_tokens(run.text)), is_prefix=typing)
        return Word(run.text, literal, forms)
    if len(run.text) == 1:
        return Word(run.text, Atom((pairs(run.text)[0],), is_prefix=True), forms)
    return Word(run.text, Atom(tuple(pairs(run.text)[:-1])), forms)
