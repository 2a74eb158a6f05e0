"""Appointing, ending and handing over: who is what where."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from core.civil_time import civil_date
from core.services.audit import record_audit
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
