"""The tenant base model: every row about a school's people leads to one school.

Roots (membership, run, venue, staff profile …) carry `school`; children declare the
`tenant_path` that leads to it. A test reads every model of the project and fails where
neither holds.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models

from schools.choices import Role


class TenantQuerySet(models.QuerySet[Any]):
    """Lists that one person may see."""

    # Who sees the rows of their own school, and who sees those of every school.
    school_roles: ClassVar[tuple[str, ...]] = (Role.CLERK, Role.PRINCIPAL)
    centre_roles: ClassVar[tuple[str, ...]] = (Role.DIRECTOR,)

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Rows of schools where the person has a role that may see them.

        Being a superuser of the Wagtail admin opens nothing here: the site admin
        keeps settings, not people (design §1).
        """
        if not user.is_authenticated:
            return self.none()
        own = self.own_rows(user)
        held = user.memberships.active(at)
        if held.filter(role__in=self.centre_roles).exists():
            return self.all()
        schools = held.filter(role__in=self.school_roles).values("school_id")
        path = f"{self.model.tenant_path}_id__in"
        condition = models.Q(**{path: schools})
        return self.filter(condition | own if own is not None else condition)

    def own_rows(self, user: Any) -> models.Q | None:
        """Which rows are the person's own, whatever their roles; none by default."""
        return None


class TenantModel(models.Model):
    """A model whose rows belong to one school each."""

    tenant_path: ClassVar[str] = "school"

    class Meta:
        abstract = True
