"""From what somebody typed to what is asked of the index, step by step.

A query is asked as it is typed; only where that finds nothing, by sound. What neither
finds, the search page asks word by word (`Step.PARTLY`).
"""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any

from search.sounds import heard
from search.text import MOST_QUERY, Run, index_tokens, letter_tokens, pairs, runs

MOST_WORDS = 32


class Step(IntEnum):
    """How freely a query is read; the first step that finds something is the answer."""

    EXACT = 0  # every word as it is typed
    SOUND = 1  # every word as it is typed, or as it sounds
    PARTLY = 2  # some of the words, as typed or as they sound; no single characters

    @property
    def by_sound(self) -> bool:
        """Whether sounds count."""
        return self is not Step.EXACT


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

    literal: Atom
    sounds: tuple[Atom, ...] = ()
    is_letters: bool = field(default=False, compare=False)

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
        cut += _cut(run, whole=step is not Step.PARTLY) if run.is_han else [run]
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


def _cut(run: Run, *, whole: bool) -> list[Run]:
    """A run of characters as words; characters that make no word stay together.

    Unless the whole is asked for they are left out: «我», «学», «的» stand everywhere.
    """
    words: list[str] = []
    singles = ""
    for piece in _cutter().cut(run.text):
        if len(piece) == 1:
            singles += piece if whole else ""
            continue
        if singles:
            words.append(singles)
            singles = ""
        words.append(piece)
    if singles:
        words.append(singles)
    return [Run(True, one) for one in words]


def _word(run: Run, *, by_sound: bool, typing: bool) -> Word:
    # Letters may be pinyin from the first, where a box completes what is typed.
    sounds = heard(run, typing=typing) if by_sound or (typing and not run.is_han) else []
    forms = tuple(Atom(tuple(tokens), is_prefix) for tokens, is_prefix in sounds)
    if not run.is_han:
        literal = Atom(tuple(letter_tokens(run.text)), is_prefix=typing)
        return Word(literal, forms, is_letters=True)
    if len(run.text) == 1:
        return Word(Atom((pairs(run.text)[0],), is_prefix=True), forms)
    return Word(Atom(tuple(pairs(run.text)[:-1])), forms)
