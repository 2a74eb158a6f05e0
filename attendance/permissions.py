"""Who may take the roll of a session."""

from typing import Any

from django.utils.translation import gettext as _

from attendance.models import Session
from core.access import Allowed, Decision, Denied


def can_take_roll(user: Any, session: Session) -> Decision:
    """Whether the person writes down who was there (domain §3.2: own class, own school).

    The teacher who leads the session, clerk and principal of its school; nobody of the
    centre, who were not in the room.
    """
    if Session.objects.rolled_by(user).filter(pk=session.pk).exists():
        return Allowed()
    return Denied(_("只有上这次课的老师和本校的工作人员可以点名。"), "roll")
