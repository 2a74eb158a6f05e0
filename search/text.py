"""Chinese text as search tokens. Pure functions; they know nothing of Django.

Text is indexed as overlapping pairs of characters, so that no dictionary decides what
can be found; a query is cut into words (`search/wording.py`), and a word asks for its
pairs side by side. Widths, letter case, accents and traditional forms are folded on both
sides, character by character: a character folds alike wherever it stands, so a part of
a text always folds into a part of the folded text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from core.simplified import simplifier

# Scripts written without blanks: Chinese, kana, Hangul.
_HAN = (
    r"\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    r"\uf900-\ufaff\U00020000-\U000323af"
)
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+|[^\S]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
# What the oldest tokeniser that we meet (SQLite's, of Unicode 6.1) takes for a letter;
# other characters are written as their number.
_SURE = re.compile(
    r"[0-9a-z\u00aa-\u2fff\u3005-\u3007\u3040-\u30ff\u3400-\u4db5\u4e00-\u9fcc\uac00-\ud7a3]+"
)
_NO_SIGN = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Cn", "Co"})
# A mark that no text holds: it stands between two fields.
BREAK = "ꜱ"
LONGEST_TOKEN = 64
# PostgreSQL counts positions up to 16,383; what comes later is not indexed.
MOST_TOKENS = 15_000
# Nobody types more; a longer query costs without finding (S-DOS-1).
MOST_QUERY = 100


@dataclass(frozen=True)
class Run:
    """Neighbouring characters of one script: Chinese, or one word of letters."""

    is_han: bool
    text: str
    follows_blank: bool = False


class _Folding(dict[int, str]):
    """What each character becomes; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    out = []
    for one in unicodedata.normalize("NFKC", character):
        if unicodedata.category(one) in _NO_SIGN:
            continue
        if one.isspace():
            out.append(" ")
        elif one < "\u0250" or "\u1e00" <= one <= "\u1eff":
            # Accents go: «café» is found by «cafe».
            bare = unicodedata.normalize("NFKD", one)
            out.append("".join(c for c in bare if not unicodedata.combining(c)))
        else:
            out.append(simplifier()(one))
    return "".join(out).lower()


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Half-width, lower-case, without accents, simplified; no control characters."""
    return text.translate(_FOLDING)


def is_han(text: str) -> bool:
    """Whether a text begins with a character of a script without blanks."""
    return bool(_IS_HAN.match(text))


def runs(text: str) -> Iterator[Run]:
    """The runs of a text. Punctuation between Chinese characters is as if not there."""
    before: Run | None = None
    after_blank = False
    for found in _PIECE.finditer(fold(text)):
        piece = found[0]
        if piece.isspace():
            after_blank = True
            continue
        of_han = is_han(piece)
        if before is not None and before.is_han and of_han and not after_blank:
            before = Run(True, before.text + piece, before.follows_blank)
        else:
            if before is not None:
                yield before
            before = Run(of_han, piece, after_blank)
        after_blank = False
    if before is not None:
        yield before


def safe_token(token: str) -> str:
    """The token as every database's tokeniser keeps it in one piece."""
    if _SURE.fullmatch(token):
        return token
    return "".join(c if _SURE.fullmatch(c) else f"u{ord(c):x}" for c in token)


def letter_tokens(word: str) -> list[str]:
    """A word of letters and digits: «mp3» is «mp» and «3» side by side."""
    parts = _LETTERS_OR_DIGITS.findall(word) or [word]
    return [safe_token(part[:LONGEST_TOKEN]) for part in parts]


def pairs(characters: str) -> list[str]:
    """Every pair of neighbours, and the last character by itself."""
    return [
        safe_token(characters[place : place + 2]) for place in range(len(characters))
    ]


def index_tokens(text: str) -> list[str]:
    """What is stored of a text; blanks and punctuation between characters are ignored."""
    tokens: list[str] = []
    chain = ""
    for run in runs(text):
        if run.is_han:
            chain += run.text
            continue
        tokens += pairs(chain)
        chain = ""
        tokens += letter_tokens(run.text)
    return (tokens + pairs(chain))[:MOST_TOKENS]


def sides(tokens: list[str] | tuple[str, ...]) -> str:
    """Tokens as text with a blank on both sides, to be counted as a part of it."""
    return f" {' '.join(tokens)} "
