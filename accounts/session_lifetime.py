"""How long a session lives (ASVS 7.3): by who signed in, and on whose computer.

Staff: 12 hours without use, 7 days at most. Residents: 90 days without use, 365 at
most. On a shared computer the cookie ends with the browser as well.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

HOUR_S = 3600
DAY_S = 24 * HOUR_S
STATE_KEY = "accounts_session"
SHARED_KEY = "accounts_shared_computer"
# A session that began with a code from the school, which somebody else may have seen.
BY_SCHOOL_CODE = "accounts_by_school_code"


@dataclass(frozen=True)
class Lifetime:
    """Limits in seconds; `touch_s` is how often use is written down."""

    idle_s: int
    absolute_s: int
    touch_s: int


# How long a visitor's session lives that waits for a code: with it go the number and
# the hash of the code (P-7). A code itself lives ten minutes.
WAITING_S = 1800
STAFF = Lifetime(idle_s=12 * HOUR_S, absolute_s=7 * DAY_S, touch_s=300)
RESIDENT = Lifetime(idle_s=90 * DAY_S, absolute_s=365 * DAY_S, touch_s=DAY_S)


def remember_shared_computer(request: HttpRequest, is_shared: bool) -> None:
    """Keep the answer to «这是公用电脑» until signing in is complete."""
    request.session[SHARED_KEY] = is_shared


def is_shared_computer(request: HttpRequest) -> bool:
    """Whether the person said that others use this computer too."""
    return bool(request.session.get(SHARED_KEY))


def end_soon(request: HttpRequest) -> None:
    """Let the session of a visitor who has asked for a code end within half an hour.

    Signing in gives it its full life: see `begin_session`.
    """
    if not request.user.is_authenticated:
        request.session.set_expiry(WAITING_S)


def begin_session(request: HttpRequest, *, is_staff: bool, now: float) -> None:
    """Start counting for the person who has just signed in."""
    session = request.session
    session[STATE_KEY] = {"since": now, "seen": now, "staff": is_staff}
    _set_expiry(session)


def mark_as_staff(request: HttpRequest) -> None:
    """Hold a running session to the limits of staff from now on."""
    state = request.session.get(STATE_KEY)
    if state and not state["staff"]:
        request.session[STATE_KEY] = {**state, "staff": True}
        _set_expiry(request.session)


def is_over(session: SessionBase, now: float | None = None) -> bool:
    """Whether the session has outlived its limits; writes down that it is in use."""
    now = time.time() if now is None else now
    state: dict[str, Any] | None = session.get(STATE_KEY)
    if state is None:
        session[STATE_KEY] = {"since": now, "seen": now, "staff": False}
        return False
    limits = STAFF if state["staff"] else RESIDENT
    if now - state["seen"] > limits.idle_s or now - state["since"] > limits.absolute_s:
        return True
    if now - state["seen"] > limits.touch_s:
        session[STATE_KEY] = {**state, "seen": now}
    return False


def _set_expiry(session: SessionBase) -> None:
    limits = STAFF if session[STATE_KEY]["staff"] else RESIDENT
    # 0: the cookie carries no date. The server's own limit is `is_over`.
    session.set_expiry(0 if session.get(SHARED_KEY) else limits.idle_s)
