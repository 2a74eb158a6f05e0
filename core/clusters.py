"""What belongs to a page, looked up once for each kind of page, and not for each row.

Each page that is read from the database asks the library which rows are edited together
with it, and the library looks through all fields of its model to say so: an eighth of
the time of the home page. It asks in case some are handed over by name, which nobody does
with a row of the database.
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
    made = clusters.ClusterableModel.__init__
    if not hasattr(made, "of_row"):
        clusters.ClusterableModel.__init__ = _unasked(made)


def _remembered(look: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    @cache
    def of_kind(kind: type[Any]) -> tuple[Any, ...]:
        return tuple(look(kind))

    def of(model: Any) -> list[Any]:
        return list(of_kind(model if isinstance(model, type) else type(model)))

    of.of_kind = of_kind  # type: ignore[attr-defined]
    return of


def _unasked(made: Callable[..., None]) -> Callable[..., None]:
    """The library's constructor; what nothing is handed over to by name asks nothing."""

    def of_row(self: Any, *args: Any, **named: Any) -> None:
        if named:
            made(self, *args, **named)
        else:
            super(clusters.ClusterableModel, self).__init__(*args)

    of_row.of_row = made  # type: ignore[attr-defined]
    return of_row
