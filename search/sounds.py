"""How Chinese sounds, in letters: for pinyin, initials and a wrong homophone (太级 → 太极).

Titles and names are stored by sound beside their characters; a query is turned into
sounds when its characters find nothing. Tones are not written: nobody types them.
"""

from functools import cache

from core.pinyin import read_as, ways_of
from search.syllables import SYLLABLES
from search.text import BREAK, Run, letter_tokens, runs, safe_token

# No text holds these letters at the beginning of a word of Latin ones.
SYLLABLE, INITIAL = "π", "ι"
LONGEST_INITIALS = 8
LONGEST_SYLLABLE = 6
# «xian» is 西安 and 先, 长 is chang and zhang; more readings are not asked for.
MOST_READINGS = 4
# A text of this length at most is a name, and found by sound.
LONGEST_NAME = 16


def syllables_of(characters: str) -> list[str]:
    """One token for each character, by the reading that its word has."""
    return [f"{SYLLABLE}{safe_token(one)}" for one in read_as(characters)]


def readings_of(characters: str) -> list[list[str]]:
    """How characters may sound, the likeliest first.

    Of a misspelt word no dictionary knows which reading of a character is meant (长识
    for 常识); so further readings of one character at a time are offered.
    """
    likely = syllables_of(characters)
    found = [likely]
    for place, ways in enumerate(ways_of(characters)):
        for way in ways:
            token = f"{SYLLABLE}{safe_token(way)}"
            if token != likely[place]:
                found.append([*likely[:place], token, *likely[place + 1 :]])
    return found[:MOST_READINGS]


def sound_tokens(text: str) -> list[str]:
    """What is stored of a title or a name: its syllables, then its initials."""
    spoken: list[str] = []
    initials: list[str] = []
    for run in runs(text):
        if run.is_han:
            these = syllables_of(run.text)
            spoken += these
            if run.follows_blank:
                initials.append(BREAK)
            initials += [f"{INITIAL}{one[1]}" for one in these]
        else:
            spoken += [BREAK, *letter_tokens(run.text)]
            initials.append(BREAK)
    return [*spoken, BREAK, *initials] if any(one != BREAK for one in initials) else []


def heard(word: Run, *, typing: bool = False) -> list[tuple[list[str], bool]]:
    """The sounds that a word may ask for: (tokens side by side, is the last a beginning).

    Characters have the reading of their word, and others. Letters are syllables if they can be («jianzhi»), with
    a beginning of one at the end («taij») where they cannot or where somebody is still
    typing; otherwise they are initials («jz»).
    """
    if word.is_han:
        return [(reading, False) for reading in readings_of(word.text)]
    letters = word.text
    if not (letters.isascii() and letters.isalpha()):
        return []
    readings = [(one, False) for one in split_syllables(letters)]
    if typing or not readings:
        readings += [(one, True) for one in split_syllables(letters, unfinished=True)]
    found = [
        ([f"{SYLLABLE}{one}" for one in reading], is_prefix)
        for reading, is_prefix in readings
    ]
    if not any(not is_prefix for _tokens, is_prefix in found) and (
        2 <= len(letters) <= LONGEST_INITIALS
    ):
        found.append(([f"{INITIAL}{letter}" for letter in letters], False))
    return found


@cache
def _beginnings() -> frozenset[str]:
    """What a syllable may begin with."""
    return frozenset(one[:size] for one in SYLLABLES for size in range(1, len(one)))


def split_syllables(letters: str, *, unfinished: bool = False) -> list[list[str]]:
    """Letters as syllables: the readings with the fewest, at most MOST_READINGS.

    `unfinished`: the last part is the beginning of a syllable.
    """
    ends: list[list[list[str]]] = [[] for _ in range(len(letters) + 1)]
    ends[0] = [[]]
    for end in range(1, len(letters) + 1):
        is_last = end == len(letters)
        known = _beginnings() if unfinished and is_last else SYLLABLES
        for begin in range(max(0, end - LONGEST_SYLLABLE), end):
            if letters[begin:end] in known:
                ends[end] += [[*one, letters[begin:end]] for one in ends[begin]]
        ends[end] = sorted(ends[end], key=len)[:MOST_READINGS]
    fewest = len(ends[-1][0]) if ends[-1] else 0
    return [one for one in ends[-1] if len(one) <= fewest + 1]
