"""Accounts of people who signed on paper: at the counter, or on a list."""

from typing import Any

from django.db import transaction

from accounts.choices import ConsentKind
from accounts.exceptions import NumberTakenError
from accounts.models import User
from accounts.services.consent import give_consent
from accounts.services.people import create_person, find_person


@transaction.atomic
def register_on_paper(
    *, display_name: str, by: Any, phone: str = "", birth_year: int | None = None
) -> User:
    """Make the account of somebody who agreed on paper; a telephone is not needed.

    Raises:
        InvalidPhoneError: the number is none.
        NumberTakenError: somebody has that number; perhaps it is the same person.
    """
    if phone and find_person(phone) is not None:
        raise NumberTakenError
    born: dict[str, Any] = {"birth_year": birth_year} if birth_year else {}
    person = create_person(display_name=display_name, phone=phone, by=by, **born)
    give_consent(user=person, kind=ConsentKind.ACCOUNT, by=by, channel="paper")
    return person
