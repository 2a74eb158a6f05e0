"""Codes that people read off paper and type: short digits that none takes for another.

Crockford's 32 digits leave out I, L, O and U; a character is worth five bits of chance.
"""

import hashlib
import secrets
import unicodedata

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
MOST_READ = 64


def new_code(length: int) -> str:
    """A code of so many characters, from the machine's own source of chance."""
    return "".join(secrets.choice(DIGITS) for _place in range(length))


def clean_code(typed: str) -> str:
    """The code without spaces and hyphens, capital, with look-alikes made right."""
    plain = unicodedata.normalize("NFKC", typed[: 2 * MOST_READ]).upper()
    return "".join(one for one in plain if one.isalnum()).translate(_ALIKE)[:MOST_READ]


def hash_code(code: str) -> str:
    """What the database is asked for: no comparison leaks how much was right."""
    return hashlib.sha256(code.encode()).hexdigest()


def in_fours(code: str) -> str:
    """The code as it is printed: groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
