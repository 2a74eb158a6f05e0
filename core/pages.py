"""What every list page shares: one page type serves the site and each school."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Concat
from wagtail.models import Page, WorkflowState
from wagtail.query import PageQuerySet

PageSet = TypeVar("PageSet", bound=PageQuerySet)


# What of a page no list shows: how it is edited, and where it stands in time and tree.
# `live`, `expire_at` and the like are asked by the query, not of the row.
UNLISTED = (
    "numchild", "translation_key", "locale", "latest_revision", "first_published_at",
    "has_unpublished_changes", "last_published_at", "live_revision", "go_live_at",
    "expire_at", "expired", "locked", "locked_at", "locked_by", "draft_title", "owner",
    "seo_title", "show_in_menus", "search_description", "latest_revision_created_at",
    "alias_of",
)  # fmt: skip


def unlisted(prefix: str = "", *more: str) -> list[str]:
    """For `defer`: the columns of a page that a list leaves out, and others beside.

    Half the columns of a page, which cost as much to write into the query and to read
    back as those that are shown. `prefix` is the way to the page, such as
    `run__course__`.
    """
    return [f"{prefix}{name}" for name in (*UNLISTED, *more)]


def in_path(pages: PageSet, path: str) -> PageSet:
    """The pages below the page at that tree path, as a range over the path's index."""
    return pages.filter(below(path))


def below(path: str) -> Q:
    """The condition that a page stands below the page at that tree path."""
    return Q(path__gt=path, path__lte=last_below(path))


def in_branches(paths: Iterable[str]) -> Q:
    """Pages that stand at these tree paths or below them; none for no path.

    Each as a range over the path's index, as in `below`.
    """
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(path__gte=path, path__lte=last_below(path))
    return found


def last_below(path: Any) -> Any:
    """The end of the range of all paths below that one: a string, or a part of a query.

    Of digits and capitals alone, as paths are: every collation of PostgreSQL puts these
    in the same order, but not what comes after «9» and «Z» in the character table.
    """
    end = Page.alphabet[-1] * Page.steplen
    return Concat(path, Value(end)) if isinstance(path, F) else path + end


def in_section(pages: PageSet, section: Page) -> PageSet:
    """The pages that stand below `section`'s parent, as a range over the tree path.

    A range uses the path's index; `LIKE 'prefix%'` is a full scan on SQLite.
    """
    return in_path(pages, section.path[: -Page.steplen])


def with_workflow_states(pages: PageSet) -> PageSet:
    """Pages of one type with the state of their review, read at once.

    Wagtail's `prefetch_workflow_states` asks by the type `Page`; a queryset of a page's
    own type, as ours are, would find none.
    """
    states = WorkflowState.objects.active().select_related("current_task_state__task")
    return pages.prefetch_related(
        Prefetch(
            "_specific_workflow_states",
            queryset=states,
            to_attr="_current_workflow_states",
        )
    )


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


class StaysPutMixin:
    """A page that stays below its parent, for superusers too (design §2)."""

    def can_move_to(self, parent: Any) -> bool:
        page: Any = self
        return bool(super().can_move_to(parent)) and (  # type: ignore[misc]
            parent.pk == page.get_parent().pk
        )
