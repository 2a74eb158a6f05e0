"""What a factory writes is written once by its services, then again as plain SQL.

Making a school takes some three hundred queries, and nearly every test begins with one.
On SQLite a rolled-back test leaves the counters of the keys as they were, so that the
same call at the same counters writes the same rows: its statements are kept for the rest
of the run and sent again. Anything else (another order, other facts, PostgreSQL, a test
that commits) goes through the services, every time.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Made = TypeVar("Made", bound=Model)
WRITES = ("INSERT", "UPDATE", "DELETE")
PLAIN = (str, int, float, date, type(None))
_kept: dict[Any, tuple[list[tuple[str, Any, bool]], Any]] = {}


def replayed(
    name: str, facts: dict[str, Any], model: type[Made], make: Callable[[], Made]
) -> Made:
    """What `make` makes, by its statements where they are known."""
    key = _key(name, facts)
    if key is None:
        return make()
    if key in _kept:
        statements, pk = _kept[key]
        with connection.cursor() as cursor:
            for sql, params, many in statements:
                (cursor.executemany if many else cursor.execute)(sql, params)
        return model._default_manager.get(pk=pk)
    kept: list[tuple[str, Any, bool]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            kept.append((sql, params, many))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        made = make()
    _kept[key] = kept, made.pk
    return made


def _key(name: str, facts: dict[str, Any]) -> Any:
    """The call and where all counters stand; None where nothing may be replayed."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return None
    said = [(one, _said(value)) for one, value in sorted(facts.items())]
    if any(value is None for _one, value in said):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        return (name, tuple(said), tuple(cursor.fetchall()))


def _said(value: Any) -> str | None:
    """A fact that names itself; None for what may change under its name."""
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, Model) and value.pk:
        return f"{value._meta.label}:{value.pk}"
    if isinstance(value, tuple | list):
        parts = [_said(one) for one in value]
        return None if None in parts else repr(parts)
    return None
