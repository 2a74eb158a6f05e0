"""What belongs to a page, looked up once for each kind of page.

Each page that is read from the database asks the library which rows are edited together
with it, and the library looks through all fields of its model to say so: an eighth of
the time of the home page.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from modelcluster import models as clusters

NAMES = ("get_all_child_relations", "get_all_child_m2m_relations")


def remember_children() -> None:
    """Have the library keep its answers. Models do not change once all are loaded."""
    for name in NAMES:
        known = getattr(clusters, name)
        if not hasattr(known, "of_kind"):
            setattr(clusters, name, _remembered(known))


def _remembered(look: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    @cache
    def of_kind(kind: type[Any]) -> tuple[Any, ...]:
        return tuple(look(kind))

    def of(model: Any) -> list[Any]:
        return list(of_kind(model if isinstance(model, type) else type(model)))

    of.of_kind = of_kind  # type: ignore[attr-defined]
    return of
