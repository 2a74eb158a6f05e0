"""What the Wagtail admin may not do with people in bulk."""

from typing import Any

from wagtail import hooks
from wagtail.users.views import bulk_actions


class _Refused:
    """Stands in place of one of Wagtail's bulk actions; nobody may use it."""

    def check_perm(self, obj: Any) -> bool:
        """Refuse for each person."""
        return False


class RefuseAssignRole(_Refused, bulk_actions.AssignRoleBulkAction):
    """A Membership gives the groups; one given here would be gone at the next change."""


class RefuseDelete(_Refused, bulk_actions.DeleteBulkAction):
    """What people learned stays; an account is switched off or erased as a whole."""


# Wagtail keeps one action of a kind for each model: the one registered last.
hooks.register("register_bulk_action", RefuseAssignRole, order=1000)
hooks.register("register_bulk_action", RefuseDelete, order=1000)
