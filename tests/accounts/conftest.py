"""People and helpers of the tests about accounts."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import transaction
from wagtail.models import Page

from accounts.models import User
from accounts.services.people import create_person
from accounts.sms import MemoryBackend
from schools.choices import Level, Role
from schools.models import Membership, SchoolPage

PHONE = "+8613800138000"
PASSWORD = "correct horse 9"


@pytest.fixture(autouse=True)
def clean_slate() -> None:
    """No message of the test before."""
    MemoryBackend.outbox.clear()


@pytest.fixture
def commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the commit runs at once, while its request still lives."""
    monkeypatch.setattr(
        transaction, "on_commit", lambda run, using=None, robust=False: run()
    )


@pytest.fixture
def resident(db: Any) -> User:
    """A resident with a proved number and no password."""
    return create_person(display_name="李阿姨", phone=PHONE, is_proved=True)


@pytest.fixture
def centre(db: Any) -> SchoolPage:
    """The centre, as a place where roles can be held."""
    root = Page.get_first_root_node()
    assert root is not None
    page: SchoolPage = root.add_child(
        instance=SchoolPage(title="中心", slug="centre", level=Level.CENTRE)
    )
    return page


@pytest.fixture
def make_staff(centre: SchoolPage) -> Callable[..., User]:
    """Somebody with a role at the centre and a password."""

    def make(role: Role, phone: str = "", **fields: Any) -> User:
        user = create_person(
            display_name=role.label,
            phone=phone,
            password=PASSWORD,
            is_proved=True,
            **fields,
        )
        Membership.objects.create(user=user, school=centre, role=role)
        return user

    return make


def last_code() -> str:
    """The digits of the last message."""
    return str(MemoryBackend.outbox[-1].params["code"])


def wrong_code() -> str:
    """Six digits that are not those of the last message."""
    return "000000" if last_code() != "000000" else "111111"


def totp(secret: str) -> str:
    """What an authenticator with that secret shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def signed_in(client: Any) -> str | None:
    """Whose session the client holds."""
    return client.session.get("_auth_user_id")  # type: ignore[no-any-return]


def sign_in_by_code(client: Any, phone: str = "13800138000", **fields: Any) -> Any:
    """Both steps; the answer to the second."""
    client.post("/accounts/login/code/", {"phone": phone, **fields})
    return client.post("/accounts/login/code/confirm/", {"code": last_code()})
