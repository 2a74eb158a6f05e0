"""Pages that exist only under a school: courses, banks, news, brands (design §2)."""

from typing import Any

from core.pages import StaysPutMixin
from schools.tree import school_of, stands_in_school


class InSchoolMixin(StaysPutMixin):
    """Stands in the section of a school, never in the list of the whole site."""

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        fits = super().can_create_at(parent)  # type: ignore[misc]
        return bool(fits) and stands_in_school(parent)

    @property
    def school(self) -> Any:
        """The school in whose section the page stands: the tree is the tenancy."""
        return school_of(self)
