"""Passwords of people who can do more must be longer (ASVS 6.2.1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

STAFF_LENGTH = 12


class StaffPasswordValidator:
    """At least twelve characters for whoever holds a staff role."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a short password of a member of staff.

        Raises:
            ValidationError: it is shorter than STAFF_LENGTH.
        """
        is_known = user is not None and user.pk is not None
        if is_known and user.has_staff_role() and len(password) < STAFF_LENGTH:
            raise ValidationError(
                _("工作人员的密码至少要 %(length)s 位。") % {"length": STAFF_LENGTH},
                code="staff_password_too_short",
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("工作人员的密码至少要 %(length)s 位。") % {"length": STAFF_LENGTH}
