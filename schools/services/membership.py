"""Appointing, ending and handing over: who is what where."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.services.people import create_person, find_person
from core.civil_time import civil_date
from core.models import OutboxMessage
from core.services.audit import record_audit
from core.services.outbox import queue_message
from schools.choices import CENTRE_ROLES, STAFF_ROLES, Level, Role
from schools.exceptions import RoleNotAllowedError
from schools.models import Membership, SchoolPage
from schools.services.provisioning import sync_groups_of


@transaction.atomic
def appoint(
    *,
    user: Any,
    school: SchoolPage,
    role: str,
    by: Any = None,
    since: date | None = None,
) -> Membership:
    """Give a person a role at a school. Asking again returns the standing membership.

    Who may appoint whom is asked before, by `can_appoint`.

    Raises:
        RoleNotAllowedError: a centre role at a school that is not the centre.
    """
    if role in CENTRE_ROLES and school.level != Level.CENTRE:
        raise RoleNotAllowedError
    membership, is_new = Membership.objects.get_or_create(
        user=user,
        school=school,
        role=role,
        until=None,
        defaults={"since": since or civil_date(), "appointed_by": by},
    )
    if is_new and role in STAFF_ROLES:
        record_audit(
            actor=by,
            action="membership.appoint",
            subject=user,
            school_id=school.pk,
            role=str(role),
        )
        sync_groups_of(user=user)
    return membership


@transaction.atomic
def invite(
    *, name: str, phone: str, school: SchoolPage, role: str, by: Any
) -> Membership:
    """Make an account for a number that has none, give it the role, and say so by SMS.

    Inviting again, or a number that somebody has already, makes no second account and
    sends no second message. Who may invite whom is asked before, by `can_appoint`.

    Raises:
        InvalidPhoneError: the number is none.
        RoleNotAllowedError: as in `appoint`.
    """
    person = find_person(phone)
    if person is None:
        # The inviting member of staff vouches for the number; it is proved by the code
        # at the first sign-in.
        person = create_person(display_name=name, phone=phone, is_proved=True, by=by)
    membership = appoint(user=person, school=school, role=role, by=by)
    queue_message(
        dedupe_key=f"invitation:{membership.pk}",
        channel=OutboxMessage.Channel.SMS,
        recipient=person,
        template="invitation",
        params={"school": school.title, "role": membership.get_role_display()},
    )
    return membership


@transaction.atomic
def end_membership(
    *, membership: Membership, by: Any, last_day: date | None = None
) -> Membership:
    """End a role. The last day counts; without one it is over at the next request."""
    until = last_day or civil_date() - timedelta(days=1)
    membership.until = max(until, membership.since - timedelta(days=1))
    membership.save(update_fields=["until"])
    record_audit(
        actor=by,
        action="membership.end",
        subject=membership.user,
        school_id=membership.school_id,
        role=str(membership.role),
        until=membership.until.isoformat(),
    )
    sync_groups_of(user=membership.user)
    return membership


@transaction.atomic
def hand_over(*, membership: Membership, to: Any, by: Any) -> Membership:
    """One person's role goes to another in one step; both records are kept."""
    end_membership(membership=membership, by=by)
    return appoint(user=to, school=membership.school, role=Role(membership.role), by=by)
