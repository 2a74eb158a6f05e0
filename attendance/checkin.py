"""The code that changes: a proof of having seen the screen in the room just now.

A token is `<session>.<window>.<signature>`. A window is 30 seconds of the server's clock,
counted from 1970; nothing is stored and no clock but the server's is asked. The signature
is an HMAC-SHA256 over session and window under a key that Django derives from SECRET_KEY
with this module's own salt, cut to 128 bits.
"""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from attendance.choices import SessionState
from attendance.exceptions import CodeExpiredError, CodeForgedError
from attendance.models import Session

SALT = "attendance.checkin"
WINDOW_S = 30
# The code of the window before is still good: it may change while a phone is held up.
WINDOWS_KEPT = 1
SIGNATURE_BYTES = 16
# From so long before a session people come in: roll and code are open.
DOORS_OPEN = timedelta(minutes=30)


def window_of(at: datetime) -> int:
    """The number of the window in which an instant lies."""
    return int(at.timestamp()) // WINDOW_S


def are_doors_open(session: Session, at: datetime) -> bool:
    """Whether people may be in the room: from 30 minutes before the start."""
    return at >= session.starts_at - DOORS_OPEN


def is_open(session: Session, at: datetime) -> bool:
    """Whether people check in: while the doors are open, to the end of the session."""
    takes_place = session.state != SessionState.CANCELLED
    return takes_place and are_doors_open(session, at) and at < session.ends_at


def make_token(session_id: int, at: datetime, *, salt: str = SALT) -> str:
    """The token that is shown at that instant; of another kind of meeting by its salt."""
    return _token(session_id, window_of(at), salt)


def read_token(token: str, at: datetime, *, salt: str = SALT) -> int:
    """The session's id, if this site drew the token and it is still good.

    Raises:
        CodeForgedError: no token of this site.
        CodeExpiredError: a token of an earlier window; one of a later window can only
            come from a clock that was put back, and is as little worth.
    """
    parts = token.split(".")
    if len(parts) != 3 or not all(one.isascii() for one in parts):
        raise CodeForgedError
    session_text, window_text, _signed = parts
    if not (session_text.isdigit() and window_text.isdigit()) or len(token) > 80:
        raise CodeForgedError
    session_id, window = int(session_text), int(window_text)
    # The whole token, so that each has one spelling: no further zero in front.
    if not constant_time_compare(token, _token(session_id, window, salt)):
        raise CodeForgedError
    if not 0 <= window_of(at) - window <= WINDOWS_KEPT:
        raise CodeExpiredError
    return session_id


def _token(session_id: int, window: int, salt: str) -> str:
    digest = salted_hmac(salt, f"{session_id}.{window}", algorithm="sha256").digest()
    signature = urlsafe_b64encode(digest[:SIGNATURE_BYTES]).rstrip(b"=").decode()
    return f"{session_id}.{window}.{signature}"
