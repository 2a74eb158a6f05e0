"""What counts as the same typed answer. Pure: exact after folding, never nearly right.

Folded are the things that a keyboard decides and not the learner: width, letter case,
blanks, traditional characters. Accents, signs and every character stay: 「不可以」 is
not 「可以」, 「mǎ」 is not 「má」, and 3.14 is not 314.
"""

import re
import unicodedata
from decimal import Decimal

from core.simplified import simplifier

# Nobody types more into one blank.
MOST_TYPED = 200
# Folding once can make room for folding again (a width that hides a capital); after the
# second time nothing changes any more, and the rest is for characters not yet invented.
_MOST_ROUNDS = 4
# These have no width at all and come along when text is copied.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
_HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# Chinese is written without blanks: beside a character one says nothing.
_IDLE_BLANK = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])")
_MINUS = str.maketrans("\u2212\u2012\u2013", "---")
# Thousands come in threes or not at all, so that «3,14» is no number and not 314.
_NUMBER = re.compile(
    r"([+-]?) ?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?![0-9.,])(.*)",
    re.DOTALL,
)


def is_typed(response: object) -> bool:
    """Whether a response is text that somebody can have typed: a word, not too long."""
    return (
        isinstance(response, str)
        and len(response) <= MOST_TYPED
        and bool(response.strip())
        and all(can_be_kept(one) for one in response)
    )


def can_be_kept(character: str) -> bool:
    """Whether no database refuses the character: half a pair, or a control sign."""
    kind = unicodedata.category(character)
    return kind != "Cs" and (kind != "Cc" or character.isspace())


def plain(text: str) -> str:
    """The text as it is compared: folded until nothing changes any more."""
    for _round in range(_MOST_ROUNDS):
        before, text = text, _fold(text)
        if text == before:
            break
    return text


def _fold(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).translate(_UNSEEN).casefold()
    return _IDLE_BLANK.sub("", " ".join(simplifier()(wide).split()))


def read_number(text: str) -> tuple[Decimal, str] | None:
    """A typed number and the unit behind it; the unit is empty where none was typed.

    None where the text does not begin with one number.
    """
    found = _NUMBER.fullmatch(plain(text).translate(_MINUS))
    if found is None:
        return None
    sign, digits, unit = found.groups()
    return Decimal(sign + digits.replace(",", "")), unit.strip()
