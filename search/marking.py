"""Where in a text the words of a query stand, in whatever form they stand there.

Traditional and full-width forms are marked as they are printed; what was found by sound
is marked where it sounds so. Pure functions: places come out, no HTML.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.sounds import INITIAL, SYLLABLE, syllables_of
from search.text import fold, is_han
from search.wording import Atom, Step, Word, read

Span = tuple[int, int]
# Of a text that is longer than this the beginning is looked at.
LONGEST_TEXT = 4000
# What is shorter is found by many searches, and remembered.
LONGEST_TITLE = 100


@dataclass(frozen=True)
class _Compact:
    """A folded text without punctuation, and where each character came from."""

    text: str
    places: list[int]

    def span(self, begin: int, end: int) -> Span:
        return self.places[begin], self.places[end - 1] + 1


def find_spans(text: str, query: str, *, by_sound: bool = False) -> list[Span]:
    """The places to mark, in order, none overlapping another."""
    compact = _compact(text[:LONGEST_TEXT])
    words = _words_of(query, Step.SOUND if by_sound else Step.EXACT)
    found: list[Span] = []
    for word in words:
        here = list(_literal(compact, word))
        # One syllable of many sounds like something in every text.
        if not here and by_sound and (len(words) == 1 or len(word.text) > 1):
            here = list(_sounding(compact, word))
        found += here
    return _whole(compact, words) or _joined(found)


@lru_cache(maxsize=16)
def _words_of(query: str, step: Step) -> tuple[Word, ...]:
    """The words of a query. A page asks for the same ones with each text that it marks."""
    return read(query, step).words


def excerpt(text: str, query: str, *, size: int = 70, by_sound: bool = False) -> str:
    """The part of a text around the first word of the query, or its beginning."""
    text = " ".join(text.split())
    spans = find_spans(text, query, by_sound=by_sound)
    begin = max(0, spans[0][0] - size // 3) if spans else 0
    end = min(len(text), begin + size)
    return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")


def _compact(text: str) -> _Compact:
    return _compact_title(text) if len(text) <= LONGEST_TITLE else _made_compact(text)


@lru_cache(maxsize=500)
def _compact_title(text: str) -> _Compact:
    """The titles and lines that one search after the other finds."""
    return _made_compact(text)


def _made_compact(text: str) -> _Compact:
    kept: list[str] = []
    places: list[int] = []
    gap = False
    before = _GAP
    for place, character in enumerate(text):
        for one, kind in _PARTS[character]:
            if kind == _GAP:
                gap = True
                continue
            if gap and kept and not (kind == before == _HAN):
                kept.append(" ")
                places.append(place)
            gap, before = False, kind
            kept.append(one)
            places.append(place)
    return _Compact("".join(kept), places)


_GAP, _LETTER, _HAN = range(3)


class _Parts(dict[str, list[tuple[str, int]]]):
    """A character folded, with the kind of each part; filled as characters are met."""

    def __missing__(self, character: str) -> list[tuple[str, int]]:
        parts = [(one, _kind(one)) for one in fold(character)]
        self[character] = parts
        return parts


_PARTS = _Parts()


def _kind(character: str) -> int:
    if is_han(character):
        return _HAN
    return _LETTER if character.isalnum() else _GAP


def _whole(compact: _Compact, words: tuple[Word, ...]) -> list[Span]:
    """The places where all words of characters sound side by side."""
    if len(words) < 2 or not all(word.sounds and is_han(word.text) for word in words):
        return []
    tokens = tuple(token for word in words for token in word.sounds[0].tokens)
    text = "".join(word.text for word in words)
    return _joined(list(_sounding(compact, Word(text, Atom(tokens), (Atom(tokens),)))))


def _literal(compact: _Compact, word: Word) -> Iterator[Span]:
    begin = compact.text.find(word.text)
    while begin >= 0:
        end = begin + len(word.text)
        if is_han(word.text[0]) or _stands_alone(compact.text, begin, end):
            yield compact.span(begin, end)
        begin = compact.text.find(word.text, end)


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether a word of letters is no part of a longer one."""
    around = [(begin - 1, begin), (end - 1, end)]
    return not any(
        before >= 0 and after < len(text) and _same_kind(text[before], text[after])
        for before, after in around
    )


def _same_kind(one: str, other: str) -> bool:
    return (one.isdigit() and other.isdigit()) or (
        one.isalpha() and other.isalpha() and not is_han(one) and not is_han(other)
    )


def _sounding(compact: _Compact, word: Word) -> Iterator[Span]:
    for begin, end in _han_runs(compact.text):
        spoken = syllables_of(compact.text[begin:end])
        initials = [f"{INITIAL}{one[len(SYLLABLE)]}" for one in spoken]
        for atom in word.sounds:
            heard = initials if atom.tokens[0].startswith(INITIAL) else spoken
            size = len(atom.tokens)
            for place in range(len(heard) - size + 1):
                if _sounds_like(
                    heard[place : place + size], atom.tokens, atom.is_prefix
                ):
                    yield compact.span(begin + place, begin + place + size)


def _sounds_like(heard: list[str], asked: tuple[str, ...], is_prefix: bool) -> bool:
    if is_prefix and not heard[-1].startswith(asked[-1]):
        return False
    end = len(asked) - 1 if is_prefix else len(asked)
    return heard[:end] == list(asked[:end])


def _han_runs(text: str) -> Iterator[Span]:
    begin = None
    for place, character in enumerate(text + " "):
        if is_han(character):
            begin = place if begin is None else begin
        elif begin is not None:
            yield begin, place
            begin = None


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
