"""A code that staff give across the counter to somebody without a telephone."""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.exceptions import CodeNotGivenError
from accounts.models import SignInCode, User
from core.services.audit import record_audit
from core.typed_codes import clean_code, new_code

# 40 bits, for a quarter of an hour, with tries counted: see ACCOUNT_RATE_LIMITS.
LENGTH = 8
LIFETIME = timedelta(minutes=15)
KEPT = timedelta(days=30)


def may_have_code(person: User, by: Any) -> bool:
    """Whether staff may let this person in: a resident, and not the one who gives it.

    Never somebody with a role or a second factor: a clerk does not become a colleague.
    Nor a sign-up that nobody has proved: its name and consents may be a stranger's.
    """
    if not person.is_active or by is None or person.pk == by.pk:
        return False
    if person.is_superuser or person.has_staff_role():
        return False
    if User.objects.unproved().filter(pk=person.pk).exists():
        return False
    return not Authenticator.objects.filter(user=person).exists()


@transaction.atomic
def give_sign_in_code(*, person: User, by: Any, at: datetime | None = None) -> str:
    """A new code for the person, shown once; the one before is worth nothing any more.

    The caller has asked whether this member of staff may serve the person.

    Raises:
        CodeNotGivenError: see `may_have_code`.
    """
    moment = at or timezone.now()
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not may_have_code(locked, by):
        raise CodeNotGivenError
    SignInCode.objects.filter(user=locked, ended_at__isnull=True).update(
        ended_at=moment
    )
    code = new_code(LENGTH)
    SignInCode.objects.create(
        user=locked,
        digest=_digest(code),
        issued_at=moment,
        issued_by=by,
        expires_at=moment + LIFETIME,
    )
    record_audit(actor=by, action="sign_in_code.given", subject=locked)
    return code


@transaction.atomic
def redeem_sign_in_code(*, typed: str, at: datetime | None = None) -> User | None:
    """Whom the code lets in; once. Nobody for a wrong, an old and a used one alike."""
    moment = at or timezone.now()
    row = (
        SignInCode.objects.select_for_update(of=("self",))
        .open(moment)
        .filter(digest=_digest(clean_code(typed)))
        .select_related("user", "issued_by")
        .first()
    )
    if row is None:
        return None
    row.used_at = row.ended_at = moment
    row.save(update_fields=["used_at", "ended_at"])
    # Asked again: a role may have come since the code was given.
    if not may_have_code(row.user, row.issued_by):
        return None
    record_audit(
        actor=row.user,
        action="sign_in_code.used",
        subject=row.user,
        given_by=row.issued_by_id,
    )
    return row.user


def forget_codes(now: datetime) -> int:
    """Remove codes that ended long ago; what happened stands in the log. How many."""
    count, _by_model = SignInCode.objects.filter(expires_at__lt=now - KEPT).delete()
    return int(count)


def _digest(code: str) -> str:
    return salted_hmac("accounts.sign_in_code", code, algorithm="sha256").hexdigest()
