"""What may be done to a page in the admin, whoever asks: the tree does not move.

Wagtail asks these testers in the explorer, in the edit, delete, copy, move, publish,
lock and history views, and in its bulk actions. Page types return one of them (or one
made from them) from `permissions_for_user`; a system check holds it.
"""

from typing import Any

from wagtail.models import PagePermissionTester

from schools.choices import Role
from schools.permissions import centre_roles_of
from schools.tree import SCHOOL_DEPTH

# Who makes schools, and removes one that was made by mistake (design §2).
SCHOOL_MAKERS = {Role.DIRECTOR, Role.SITE_ADMIN}


def branch_of(page: Any) -> str:
    """The tree path of the school in which a page stands; empty outside of schools."""
    if page.depth < SCHOOL_DEPTH:
        return ""
    return str(page.path[: SCHOOL_DEPTH * page.steplen])


class TreePermissionTester(PagePermissionTester):
    """Wagtail's rules by the roles, less what the tree as tenancy forbids.

    Refused for superusers too: moving, and copying into another school. Pages are made
    private nowhere: what is not for everybody is a lesson, and its gate is ours.
    """

    def can_move(self) -> bool:
        return False

    def can_move_to(self, destination: Any) -> bool:
        """To its own parent alone, which is how Wagtail asks about a new order."""
        if not self.page.is_child_of(destination):
            return False
        asked: Any = destination.permissions_for_user(self.user)
        return bool(asked.can_reorder_children())

    def can_copy_to(self, destination: Any, recursive: bool = False) -> bool:
        if branch_of(destination) != branch_of(self.page):
            return False
        return bool(super().can_copy_to(destination, recursive))

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_submit_for_moderation(self) -> bool:
        return bool(self.can_edit() and super().can_submit_for_moderation())

    def can_unlock(self) -> bool:
        """Who locked a page and may not edit it any more does not open it either."""
        if not super().can_unlock():
            return False
        return bool(
            self.user.is_superuser or "unlock" in self.permissions or self.can_edit()
        )


class FixedPagePermissionTester(TreePermissionTester):
    """A page that every site or school has one of: neither deleted nor copied."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_copy(self) -> bool:
        return False


class SchoolIndexPermissionTester(FixedPagePermissionTester):
    """The list of schools: below it the director and the site admin make schools."""

    def _makes_schools(self) -> bool:
        return bool(
            self.user.is_active
            and (self.user.is_superuser or centre_roles_of(self.user) & SCHOOL_MAKERS)
        )

    def can_add_subpage(self) -> bool:
        return self._makes_schools()

    def can_publish_subpage(self) -> bool:
        return self._makes_schools()


class SchoolPermissionTester(SchoolIndexPermissionTester):
    """A school: its sections are made with it, and it has no copy."""

    def can_edit(self) -> bool:
        return self._makes_schools() or bool(super().can_edit())

    def can_publish(self) -> bool:
        return self._makes_schools() or bool(super().can_publish())

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """What the school holds is asked when it comes to it: `schools.admin.removal`."""
        return self._makes_schools()

    def can_add_subpage(self) -> bool:
        """Sections come from `SCHOOL_SECTIONS` alone."""
        return False

    def can_publish_subpage(self) -> bool:
        return False
