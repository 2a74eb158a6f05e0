"""What a browser is known by: a signed cookie, and nothing in the database.

It is set when somebody asks for a code or signs in, never before. It serves two things:
a device may ask codes for a few numbers a day only (S-SMS-1), and a person is told when
the account is opened on a device that it was never opened on. The cookie says neither
who signed in nor which numbers were asked for: it holds hashes that only this site makes.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from core.civil_time import civil_date

COOKIE = "device"
SALT = "accounts.devices"
LIVES_S = 400 * 24 * 3600
DAY_S = 24 * 3600
PEOPLE = 12  # a family's tablet; the one who came longest ago makes room


@dataclass(frozen=True)
class Device:
    """One browser: a random name, who has signed in on it, whether staff have."""

    name: str
    people: tuple[str, ...] = ()
    is_counter: bool = False

    def knows(self, user: Any) -> bool:
        """Whether the person has signed in here before."""
        return _mark(user) in self.people


def device_of(request: HttpRequest) -> Device:
    """The device that asks; a new one where it brings no cookie of ours."""
    found: Device | None = getattr(request, "device", None)
    if found is None:
        found = _read(request) or Device(secrets.token_urlsafe(12))
        request.device = found  # type: ignore[attr-defined]
    return found


def remember(request: HttpRequest, device: Device) -> None:
    """Have the answer to this request set the cookie."""
    request.device = device  # type: ignore[attr-defined]
    request.device_is_set = True  # type: ignore[attr-defined]


def remember_person(
    request: HttpRequest, user: Any, *, is_staff: bool, is_shared: bool
) -> None:
    """Note that the person has signed in here; on a shared computer nobody is noted."""
    device = device_of(request)
    if not is_shared:
        others = tuple(mark for mark in device.people if mark != _mark(user))
        device = replace(device, people=(*others, _mark(user))[-PEOPLE:])
    remember(request, replace(device, is_counter=device.is_counter or is_staff))


def set_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Put the device into the answer, where this request has changed it."""
    if not getattr(request, "device_is_set", False):
        return
    device = device_of(request)
    value = signing.dumps(
        {"n": device.name, "p": device.people, "c": device.is_counter}, salt=SALT
    )
    response.set_cookie(
        COOKIE,
        value,
        max_age=LIVES_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def may_ask_for(request: HttpRequest, phone: str) -> bool:
    """Whether a code may go to the number at the wish of this device; counts nothing."""
    device = device_of(request)
    kept = [cache.get(key) for key in _slots(device)]
    return _hash(phone) in kept or None in kept


def count_number(request: HttpRequest, phone: str) -> bool:
    """Count the number for this device; whether there was room.

    A place is taken in one step of the cache, so that requests at once cannot share
    the last one.
    """
    device = device_of(request)
    remember(request, device)
    number = _hash(phone)
    return any(
        cache.add(key, number, DAY_S) or cache.get(key) == number
        for key in _slots(device)
    )


def _slots(device: Device) -> list[str]:
    limit = (
        settings.SMS_NUMBERS_PER_COUNTER
        if device.is_counter
        else settings.SMS_NUMBERS_PER_DEVICE
    )
    day = civil_date().isoformat()
    return [f"accounts:device:{device.name}:{day}:{place}" for place in range(limit)]


def _read(request: HttpRequest) -> Device | None:
    try:
        found = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIVES_S
        )
        return Device(found["n"], tuple(found["p"]), bool(found["c"]))
    except (signing.BadSignature, KeyError, TypeError):
        return None


def _mark(user: Any) -> str:
    return salted_hmac(SALT, str(user.pk), algorithm="sha256").hexdigest()[:20]


def _hash(phone: str) -> str:
    return hashlib.sha256(phone.encode()).hexdigest()
