"""Who may do what with accounts of others."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import FamilyLink, User
from core.access import Allowed, Decision, Denied

# Role names as design §4 has them; `schools`, which knows them, is above this app.
RESETTING_ROLES = ("director", "site_admin")


def can_use_reset_page(by: User, at: datetime | None = None) -> Decision:
    """Whether somebody resets second factors at all: director and site admin."""
    if by.is_active and by.is_superuser:
        return Allowed()
    held = by.memberships.active(at).filter(role__in=RESETTING_ROLES)
    if by.is_active and held.exists():
        return Allowed()
    return Denied(_("只有中心主任和系统管理员可以重设第二道验证。"))


def can_reset_second_factor(
    by: User, user: User, at: datetime | None = None
) -> Decision:
    """Whether `by` may take away the second factor of `user`.

    Never one's own: two people are needed, or a session left open would be enough.
    Never upwards: a superuser's only by a superuser (S-PRIV-4).
    """
    page = can_use_reset_page(by, at)
    if not page:
        return page
    if by.pk == user.pk:
        return Denied(_("自己的不能自己重设，请用备用码，或请另一位管理员帮忙。"))
    if user.is_superuser and not by.is_superuser:
        return Denied(_("超级管理员的第二道验证，只能由另一位超级管理员重设。"))
    return Allowed()


def can_act_for(helper: Any, elder_id: int) -> bool:
    """Whether the person may enrol that elder and see their week, now."""
    if not helper.is_authenticated or helper.pk == elder_id:
        return False
    return FamilyLink.objects.helped_by(helper).filter(elder=elder_id).exists()
