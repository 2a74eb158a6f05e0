"""What every list page shares: one page type serves the site and each school."""

from typing import Any, TypeVar

from wagtail.models import Page
from wagtail.query import PageQuerySet

PageSet = TypeVar("PageSet", bound=PageQuerySet)


def in_path(pages: PageSet, path: str) -> PageSet:
    """The pages below the page at that tree path, as a range over the path's index."""
    return pages.filter(path__gt=path, path__lt=path[:-1] + chr(ord(path[-1]) + 1))


def in_section(pages: PageSet, section: Page) -> PageSet:
    """The pages that stand below `section`'s parent, as a range over the tree path.

    A range uses the path's index; `LIKE 'prefix%'` is a full scan on SQLite.
    """
    return in_path(pages, section.path[: -Page.steplen])


class SectionPage(Page):
    """A list of what lives below its parent. A parent has one of each kind."""

    class Meta:
        abstract = True

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """One index page of a kind under a parent (design §2)."""
        if not super().can_create_at(parent):
            return False
        return not cls.objects.child_of(parent).exists()

    def can_move_to(self, parent: Any) -> bool:
        """A section stays where it is, for superusers too (design §2)."""
        return False

    @property
    def is_of_site(self) -> bool:
        """Whether this lists the whole site, standing directly under the home page."""
        return bool(self.depth == 3)
