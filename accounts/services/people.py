"""Accounts of people: how they come to be, what they are called, where they are."""

import logging
from datetime import datetime
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.text import Truncator

from accounts.exceptions import SmsNotSentError
from accounts.models import User
from accounts.phone import parse_phone
from accounts.sms import send_sms
from core.civil_time import civil_date
from core.models import OutboxMessage
from core.services.audit import record_audit
from core.services.outbox import queue_message

logger = logging.getLogger(__name__)
NAME_LENGTH = 40
# The year from which on somebody who is alive can have been born.
EARLIEST_BIRTH_YEAR = 1900


@transaction.atomic
def create_person(
    *,
    display_name: str,
    phone: str = "",
    email: str = "",
    password: str = "",
    username: str = "",
    is_proved: bool = False,
    by: User | None = None,
    **fields: Any,
) -> User:
    """An account that somebody else makes: staff, an import, the demo.

    `is_proved` says that number and address are known to be the person's own; else a
    code is asked for at the first sign-in. Without a password the account opens by a
    code to its number. The number may be written in any form that people use.

    Raises:
        InvalidPhoneError: the number is none.
        IntegrityError: somebody has the number, the address or the login name.
    """
    e164 = parse_phone(phone) if phone else None
    named = {"username": username} if username else {}
    user = User.objects.create_person(
        display_name=_clean_name(display_name),
        phone=e164,
        phone_verified=bool(e164) and is_proved,
        email=email.lower(),
        password=password,
        **named,
        **fields,
    )
    if email:
        EmailAddress.objects.create(
            user=user, email=user.email, verified=is_proved, primary=True
        )
    record_audit(actor=by, action="person.created", subject=user)
    return user


def find_person(text: str) -> User | None:
    """The account with that phone number, e-mail address or login name."""
    wanted = text.strip()
    try:
        phone = parse_phone(wanted)
    except ValueError:
        phone = ""
    if phone:
        return User.objects.filter(phone=phone).first()
    by_email = User.objects.filter(email__iexact=wanted) if "@" in wanted else None
    if by_email is not None and (found := by_email.first()):
        return found
    return User.objects.filter(username=wanted).first() if wanted else None


@transaction.atomic
def set_display_name(*, user: User, display_name: str, by: User) -> User:
    """Change how the site calls a person.

    Raises:
        ValueError: nothing is left of the name once the spaces are gone.
    """
    user.display_name = _clean_name(display_name)
    user.save(update_fields=["display_name"])
    record_audit(actor=by, action="person.renamed", subject=user)
    return user


@transaction.atomic
def set_birth_year(*, user: User, birth_year: int, by: User) -> User:
    """Write down in which year a person was born; classes for an age ask it.

    Raises:
        ValueError: nobody who is alive was born in that year.
    """
    if not EARLIEST_BIRTH_YEAR <= birth_year <= civil_date().year:
        raise ValueError("nobody alive was born in that year")
    user.birth_year = birth_year
    user.save(update_fields=["birth_year"])
    # That it was changed, not to what: the year itself is kept in one place.
    record_audit(actor=by, action="person.birth_year_set", subject=user)
    return user


@transaction.atomic
def change_phone(*, user: User, phone: str | None, is_verified: bool, by: User) -> User:
    """Give a person a number (E.164) or take it away; the old number is told.

    A sign-up that waits with the same number makes room: only a code decides whose
    it is.

    Raises:
        IntegrityError: somebody else has the number.
    """
    before = user.phone if user.phone_verified else None
    is_new = user.phone != phone
    if phone:
        discard_unproved(phone=phone, keep=user)
    user.phone, user.phone_verified = phone, bool(phone) and is_verified
    user.save(update_fields=["phone", "phone_verified"])
    if is_new:
        record_audit(actor=by, action="person.phone_changed", subject=user)
    if before and is_new:
        transaction.on_commit(partial(_tell_old_number, before), robust=True)
        if user.email:
            entry = record_audit(actor=by, action="person.told", subject=user)
            queue_message(
                dedupe_key=f"phone-changed:{entry.pk}",
                channel=OutboxMessage.Channel.EMAIL,
                recipient=user,
                template="phone_changed",
                params={},
            )
    return user


@transaction.atomic
def change_email(*, user: User, email: str, by: User) -> User:
    """Give a person an address that is still to be proved, or take it away.

    Raises:
        IntegrityError: somebody else has the address.
    """
    email = email.lower()
    if user.email == email:
        return user
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    if email:
        EmailAddress.objects.create(
            user=user, email=email, verified=False, primary=True
        )
    record_audit(actor=by, action="person.email_changed", subject=user)
    return user


def discard_unproved(
    *, phone: str = "", email: str = "", keep: User | None = None
) -> None:
    """Remove sign-ups that wait for a code to this number or address.

    One to which something else already refers is left as it is; the caller then meets
    the constraint.
    """
    waiting = User.objects.unproved()
    if keep is not None:
        waiting = waiting.exclude(pk=keep.pk)
    if phone:
        waiting = waiting.filter(phone=phone)
    elif email:
        waiting = waiting.filter(email__iexact=email)
    else:
        return
    _delete(waiting)


def forget_unproved(*, before: datetime) -> int:
    """Remove sign-ups begun before that instant whose code never came; how many."""
    return _delete(User.objects.unproved().filter(date_joined__lt=before))


def _delete(waiting: "QuerySet[User]") -> int:
    count = 0
    for user in waiting.distinct():
        try:
            with transaction.atomic():
                user.delete()
        except ProtectedError:
            logger.warning("unproved sign-up %s is referred to and stays", user.pk)
        else:
            count += 1
    return count


def _tell_old_number(phone: str) -> None:
    try:
        send_sms(phone, "phone_changed")
    except SmsNotSentError as error:
        logger.warning("old number not told: %s", error)


def _clean_name(display_name: str) -> str:
    name = " ".join(display_name.split())
    if not name:
        raise ValueError("a name is needed")
    return Truncator(name).chars(NAME_LENGTH)
