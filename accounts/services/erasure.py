"""Deleting an account: a pause of seven days, then nothing personal is left (P-5).

The row of the account stays, emptied, and so do the facts that statistics count
(enrolments, progress); what each model does is on the map of `core.privacy`.
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.erase_journal import Event, last_events, name_of, write_line
from accounts.exceptions import ErasureRefusedError
from accounts.models import ErasureRequest, User, new_username
from core.privacy import ERASERS, PERSONAL, Erasure
from core.services.audit import record_audit
from core.services.each import each_alone

logger = logging.getLogger(__name__)
PAUSE = timedelta(days=7)


def why_not_erase(user: User) -> str:
    """A sentence where the account cannot be deleted now, else an empty string."""
    if user.is_superuser:
        return _("您管着整个网站。请先让另一位系统管理员接手，再由他来注销。")
    if user.has_staff_role():
        return _(
            "您在学校有岗位。请先请校长或中心主任把课程和岗位交给别人，再来注销；"
            "不清楚就打求助电话。"
        )
    return ""


@transaction.atomic
def ask_erasure(
    *, user: User, by: User | None, at: datetime | None = None, reason: str = ""
) -> ErasureRequest:
    """Begin the pause of seven days; asking again returns what was begun.

    `by` is None for the operator at the machine's console, who gives a reason.

    Raises:
        ErasureRefusedError: the person still works here; the message says what first.
    """
    if sentence := why_not_erase(user):
        raise ErasureRefusedError(sentence)
    moment = at or timezone.now()
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    request, is_new = ErasureRequest.objects.waiting().get_or_create(
        user=user, defaults={"asked_at": moment, "due_at": moment + PAUSE}
    )
    if is_new:
        record_audit(
            actor=by,
            action="erasure.asked",
            subject=user,
            reason=" ".join(reason.split()),
        )
        transaction.on_commit(
            partial(write_line, Event.ASKED, user, moment, request.due_at), robust=True
        )
    return request


@transaction.atomic
def keep_account(*, user: User, by: User, at: datetime | None = None) -> bool:
    """Take the wish back, at any time of the pause; whether there was one."""
    moment = at or timezone.now()
    waiting = ErasureRequest.objects.waiting().filter(user=user)
    if not waiting.update(cancelled_at=moment):
        return False
    record_audit(actor=by, action="erasure.kept", subject=user)
    # Before the commit: a line that was lost would let a replay erase somebody who has
    # changed their mind; a line too many keeps somebody who can ask again.
    write_line(Event.KEPT, user, moment)
    return True


def erase_due(now: datetime) -> int:
    """Erase everybody whose pause is over; how many. One who cannot be is logged."""
    due = ErasureRequest.objects.due(now).select_related("user")
    # One person's trouble must not keep the others waiting for their right.
    return each_alone(
        [request.user for request in due],
        lambda user: _erase_if_free(user, now),
        trouble="user %s not erased",
    )


def _erase_if_free(user: User, now: datetime) -> int:
    if sentence := why_not_erase(user):
        logger.warning("user %s not erased: %s", user.pk, sentence)
        return 0
    return int(erase_person(user=user, at=now))


@transaction.atomic
def erase_person(*, user: User, at: datetime | None = None) -> bool:
    """Remove what is personal, now; whether there was something to do.

    Everything happens in one transaction; a line of the journal is on the disk before
    it commits, so that no restore brings back somebody of whom it says nothing.

    Raises:
        OSError: the journal cannot be written; nothing has been erased.
    """
    moment = at or timezone.now()
    locked = User.objects.select_for_update().get(pk=user.pk)
    if ErasureRequest.objects.filter(user=locked, done_at__isnull=False).exists():
        return False
    for eraser in ERASERS.values():
        eraser(locked, moment)
    # Declared by the highest app first: what refers to a row goes before it.
    for declared in PERSONAL.values():
        rows = declared.rows(locked)
        if declared.erasure is Erasure.DELETE:
            rows.delete()
        elif declared.erasure is Erasure.BLANK:
            rows.update(**declared.blank)
    locked.consents.standing().update(withdrawn_at=moment)
    _empty(locked)
    _finish_request(locked, moment)
    record_audit(actor=None, action="person.erased", subject=locked)
    write_line(Event.ERASED, locked, moment)
    return True


def replay_journal(path: Path | None = None, at: datetime | None = None) -> int:
    """Do again what the journal says and the database does not know; how many erased.

    For a database that was restored from an older backup. A wish that was still in its
    pause is written down anew, with the day it had.
    """
    moment = at or timezone.now()
    done = set(
        ErasureRequest.objects.filter(done_at__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    events = [line for line in last_events(path).values() if line.user_id not in done]
    people = User.objects.in_bulk([line.user_id for line in events])
    count = 0
    for line in events:
        user = people.get(line.user_id)
        if user is None or name_of(user) != line.who:
            continue
        if line.event is Event.ERASED:
            count += erase_person(user=user, at=moment)
        elif line.event is Event.ASKED:
            ErasureRequest.objects.waiting().get_or_create(
                user=user,
                defaults={"asked_at": line.at, "due_at": line.due or line.at + PAUSE},
            )
        else:
            waiting = ErasureRequest.objects.waiting().filter(user=user)
            waiting.filter(asked_at__lte=line.at).update(cancelled_at=line.at)
    return count


def _empty(user: User) -> None:
    user.username = new_username()
    # Lists of the past show this in place of a name.
    user.display_name = _("已注销")
    user.first_name = user.last_name = user.email = ""
    user.phone, user.phone_verified, user.birth_year = None, False, None
    user.is_active = user.is_superuser = user.is_staff = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


def _finish_request(user: User, at: datetime) -> None:
    if not ErasureRequest.objects.waiting().filter(user=user).update(done_at=at):
        ErasureRequest.objects.create(user=user, asked_at=at, due_at=at, done_at=at)
