"""Six-digit codes: made, kept as a keyed hash, redeemed once.

The session that asked for a code holds `nonce$hash`; the digits exist only during the
request that sends them. Whoever reads the database cannot use a code (ASVS 6.5.2).
"""

import secrets
import unicodedata

from allauth.core import context, ratelimit
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac

# A code lives ten minutes (UX-LOGIN-1); the settings of allauth say the same.
LIFETIME_S = 600
SHOWN_SESSION_KEY = "accounts_code_on_page"


def issue_code() -> str:
    """A new code in the form that may be stored; `digits_of` gives its digits."""
    digits = f"{secrets.randbelow(10**6):06d}"
    nonce = secrets.token_urlsafe(9)
    stored = f"{nonce}${_digest(nonce, digits)}"
    request = context.request
    request.issued_codes = {**getattr(request, "issued_codes", {}), stored: digits}
    return stored


def digits_of(stored: str) -> str:
    """The digits of a code that this very request has issued."""
    issued: dict[str, str] = context.request.issued_codes
    return issued[stored]


def clean_digits(typed: str) -> str:
    """What was typed without spaces and hyphens, full-width digits made plain."""
    plain = unicodedata.normalize("NFKC", typed)
    return "".join(char for char in plain if not char.isspace() and char != "-")


def redeem_code(stored: str, typed: str) -> bool:
    """Whether `typed` is the code; true once for each code.

    Tries are counted for each code, not in the session: fifty requests at once have
    five tries together, and those of another session are untouched (S-SMS-2).
    """
    nonce, _dollar, digest = stored.partition("$")
    if not digest:
        return False
    if not ratelimit.consume(context.request, action="confirm_code", key=nonce):
        return False
    if not constant_time_compare(digest, _digest(nonce, clean_digits(typed))):
        return False
    return bool(cache.add(f"accounts:code-used:{nonce}", True, LIFETIME_S))


def _digest(nonce: str, digits: str) -> str:
    return salted_hmac(
        "accounts.codes", f"{nonce}:{digits}", algorithm="sha256"
    ).hexdigest()
