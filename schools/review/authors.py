"""Whose work a page is: they never review it, whatever else they are."""

from collections.abc import Callable
from typing import Any

# Each returns the tree paths below which the person's own work stands. `courses` names
# the courses that somebody teaches.
OWN_PATHS: list[Callable[[Any], list[str]]] = []


def own_paths(user: Any) -> list[str]:
    """The tree paths of what the person writes with others."""
    return [path for ask in OWN_PATHS for path in ask(user)]


def is_own_work(user: Any, state: Any, page: Any, paths: list[str]) -> bool:
    """Whether the person began, handed in or last changed the page, or teaches it.

    Args:
        user: who would review.
        state: the `ReviewState` with its workflow state.
        page: the page with its latest revision.
        paths: `own_paths` of the person, asked once for a whole list.
    """
    latest = page.latest_revision
    return user.pk in {
        page.owner_id,
        state.workflow_state.requested_by_id,
        state.revision.user_id,
        latest.user_id if latest else None,
    } or any(page.path.startswith(path) for path in paths)
