"""How Chinese is read, in letters without tones: the tables of pypinyin, packed.

pypinyin itself keeps them as lists in lists, 55 MiB; packed they are 2 MiB, for the few
questions that the site has. The answers are those of `pypinyin.pinyin` in its style
NORMAL (`tests/core/test_pinyin.py`): characters are read in the longest phrase that the
table has from where they stand, others by themselves.
"""

import json
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import normalize

# What stands between phrases, before their readings, between these, and between the
# readings of one character.
_PHRASE, _READINGS, _CHARACTER, _OTHER = "\n", "=", " ", ","
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")
_COLON = re.compile(r"\s*:\s*")


def read_as(text: str) -> list[str]:
    """How each character is read where it stands; what has no reading is itself."""
    return [ways[0] for ways in ways_of(text)]


def ways_of(text: str) -> list[list[str]]:
    """How each character may be read where it stands, the likeliest first."""
    tables = _tables()
    found: list[list[str]] = []
    for is_read, run in groupby(text, tables.is_read):
        characters = "".join(run)
        if is_read:
            found += tables.ways_in(characters)
        else:
            found += [[one] for one in characters]
    return found


@dataclass(frozen=True)
class _Tables:
    # For each character the place of its readings; 0 where it has none.
    places: "array[int]"
    readings: tuple[str, ...]
    # For each first character its phrases: «\n剪纸=jian zhi\n…», the readings only
    # where they are not those of the characters themselves.
    phrases: dict[str, str]

    def is_read(self, character: str) -> bool:
        return bool(self.reading_of(character))

    def ways_in(self, characters: str) -> Iterator[list[str]]:
        """The readings of characters that all have some."""
        begin = 0
        while begin < len(characters):
            phrase, readings = self._longest(characters, begin)
            begin += len(phrase)
            each = readings or [self.reading_of(one) for one in phrase]
            yield from (one.split(_OTHER) for one in each)

    def reading_of(self, character: str) -> str:
        code = ord(character)
        return self.readings[self.places[code]] if code < len(self.places) else ""

    def _longest(self, characters: str, begin: int) -> tuple[str, list[str]]:
        """The longest phrase from here, and its own readings.

        Without one it is the character; or all that is left, if that is the beginning
        of a phrase (pypinyin looks for no shorter one in it, and what it once stored of
        a title is to be found).
        """
        first = characters[begin]
        phrases = self.phrases.get(first, "")
        longest, readings = "", ""
        for end in range(begin + 2, len(characters) + 1):
            rest = characters[begin + 1 : end]
            if f"{_PHRASE}{rest}" not in phrases:
                return longest or first, _parts(readings)
            _before, is_there, after = phrases.partition(f"{_PHRASE}{rest}{_READINGS}")
            if is_there:
                longest, readings = first + rest, after.partition(_PHRASE)[0]
        return longest or characters[begin:], _parts(readings)


def _parts(readings: str) -> list[str]:
    return readings.split(_CHARACTER) if readings else []


@cache
def _tables() -> _Tables:
    number = {"": 0}
    places = array("H")
    for character, ways in _entries("pinyin_dict.json"):
        code = int(character)
        places.extend([0] * (code + 1 - len(places)))
        places[code] = number.setdefault(_toneless(ways), len(number))
    tables = _Tables(places, tuple(number), {})
    for phrase, ways_of_each in _entries("phrases_dict.json"):
        each = [_toneless(_OTHER.join(ways)) for ways in ways_of_each]
        is_plain = each == [tables.reading_of(one) for one in phrase]
        own = "" if is_plain else _CHARACTER.join(each)
        before = tables.phrases.get(phrase[0], _PHRASE)
        tables.phrases[phrase[0]] = f"{before}{phrase[1:]}{_READINGS}{own}{_PHRASE}"
    return tables


def _entries(name: str) -> Iterator[tuple[str, Any]]:
    """What a table of pypinyin says, one after the other.

    Nothing of pypinyin is imported, which would unpack all its tables; nor is the whole
    table there at once: the memory that it took would stay with the process.
    """
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pypinyin")
    text = (Path(spec.origin).parent / name).read_text("utf-8")
    decoder = json.JSONDecoder()
    at = text.find('"')
    while at >= 0:
        key, at = decoder.raw_decode(text, at)
        colon = _COLON.match(text, at)
        value, at = decoder.raw_decode(text, colon.end() if colon else at)
        yield key, value
        at = text.find('"', at)


def _toneless(ways: str) -> str:
    """Readings without tones, each once: «zhōng,zhòng» → «zhong»; ü is v, as typed."""
    bare = _TONES.sub("", normalize("NFD", ways)).replace("u\u0308", "v")
    return _OTHER.join(dict.fromkeys(normalize("NFC", bare).split(_OTHER)))
