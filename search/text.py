"""Chinese text as search tokens. Pure functions; they know nothing of Django.

Text is indexed as overlapping pairs of characters, so that no dictionary decides what
can be found; a query is cut into words, so that 广场舞 asks for its pairs side by side.
Widths, letter case and traditional forms are folded on both sides. A second form of
titles, as pinyin, finds letters, initials and a wrong homophone (太级 → 太极).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_HAN_PIECE = re.compile(rf"[{_HAN}]")
# Marks that no text holds: between pieces, and before syllables and initials.
BREAK = "ꜱ"
SYLLABLE, INITIAL = "π", "ι"
LONGEST_INITIALS = 8
LONGEST_SYLLABLE = 6


@dataclass(frozen=True)
class Atom:
    """Tokens that must stand side by side; the last may be the beginning of one."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


@cache
def _to_simplified() -> Any:
    """The function that makes traditional characters simplified.

    Where the table has no package yet (a very new Python), text stays as it is: then
    traditional forms are not found, and everything else is.
    """
    try:
        from opencc import OpenCC
    except ImportError:
        return str
    return OpenCC("t2s").convert


@cache
def _words() -> Any:
    import rjieba

    return rjieba


@cache
def _pinyin() -> Any:
    from pypinyin import lazy_pinyin

    return lazy_pinyin


def fold(text: str) -> str:
    """Half-width, lower-case, simplified."""
    folded: str = _to_simplified()(unicodedata.normalize("NFKC", text))
    return folded.lower()


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of Chinese characters, and runs of letters and digits: (is Chinese, run)."""
    for found in _PIECE.finditer(fold(text)):
        yield bool(_HAN_PIECE.match(found[0])), found[0]


def index_text(text: str) -> str:
    """What is stored: every pair of neighbours and the last character of each run."""
    tokens: list[str] = []
    for is_han, run in pieces(text):
        if is_han:
            tokens += [run[place : place + 2] for place in range(len(run))]
        else:
            tokens.append(run)
    return " ".join(tokens)


def query_atoms(text: str, *, cut: bool = True) -> list[Atom]:
    """What a query asks for; all of it must be found.

    `cut=False` keeps each run whole: a phrase. A single character asks for every pair
    that begins with it, and stands in the index as the last of its run.
    """
    atoms = []
    for is_han, run in pieces(text):
        if not is_han:
            atoms.append(Atom((run,)))
            continue
        for word in _words().cut(run) if cut else [run]:
            if len(word) == 1:
                atoms.append(Atom((word,), is_prefix=True))
            else:
                pairs = tuple(word[place : place + 2] for place in range(len(word) - 1))
                atoms.append(Atom(pairs))
    return atoms


def pinyin_text(text: str) -> str:
    """What is stored of a title beside its characters: syllables, then initials."""
    tokens: list[str] = []
    for is_han, run in pieces(text):
        if is_han:
            syllables = _pinyin()(run)
            tokens += [f"{SYLLABLE}{one}" for one in syllables]
            tokens.append(BREAK)
            tokens += [f"{INITIAL}{one[0]}" for one in syllables]
            tokens.append(BREAK)
        else:
            tokens.append(run)
    return " ".join(tokens)


def pinyin_atoms(text: str) -> list[Atom]:
    """What a query asks for by sound: of letters or of characters."""
    atoms = []
    for is_han, run in pieces(text):
        if is_han:
            atoms.append(Atom(tuple(f"{SYLLABLE}{one}" for one in _pinyin()(run))))
            continue
        syllables = split_syllables(run) if run.isascii() and run.isalpha() else None
        if syllables:
            atoms.append(Atom(tuple(f"{SYLLABLE}{one}" for one in syllables)))
        elif run.isascii() and run.isalpha() and len(run) <= LONGEST_INITIALS:
            atoms.append(Atom(tuple(f"{INITIAL}{letter}" for letter in run)))
        else:
            atoms.append(Atom((run,)))
    return _join_neighbours(atoms)


def _join_neighbours(atoms: list[Atom]) -> list[Atom]:
    """«tai ji quan» typed apart asks for the same as «taijiquan»."""
    joined: list[Atom] = []
    for atom in atoms:
        last = joined[-1] if joined else None
        sounds = atom.tokens[0].startswith(SYLLABLE)
        if last and sounds and last.tokens[0].startswith(SYLLABLE):
            joined[-1] = Atom(last.tokens + atom.tokens)
        else:
            joined.append(atom)
    return joined


@cache
def _known_syllables() -> frozenset[str]:
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    return frozenset(
        plain
        for spoken in PINYIN_DICT.values()
        for plain in (to_normal(one) for one in spoken.split(","))
        if plain.isascii() and plain.isalpha()
    )


def split_syllables(letters: str) -> list[str] | None:
    """Letters as the fewest syllables that make them up, or None."""
    best: list[list[str] | None] = [[]] + [None] * len(letters)
    for begin in range(len(letters)):
        so_far = best[begin]
        if so_far is None:
            continue
        for end in range(begin + 1, min(begin + LONGEST_SYLLABLE, len(letters)) + 1):
            if letters[begin:end] not in _known_syllables():
                continue
            known = best[end]
            if known is None or len(so_far) + 1 < len(known):
                best[end] = [*so_far, letters[begin:end]]
    return best[-1]
