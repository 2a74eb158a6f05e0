"""What a factory writes is written once by its services, then again as plain SQL.

Making a school takes some three hundred queries, and nearly every test begins with one.
The same call at the same counters of the keys writes the same rows: its statements are
kept for the rest of the run and sent again. On SQLite a test that is rolled back leaves
the counters as they were; on PostgreSQL they are set back before a test writes. Anything
else (another order, other facts, a test that commits) goes through the services.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Made = TypeVar("Made", bound=Model)
WRITES = ("INSERT", "UPDATE", "DELETE")
PLAIN = (str, int, float, date, type(None))
# Where the sequences of a database stood when a test first asked.
_begin: dict[str, dict[int, int | None]] = {}
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
    blocks = connection.atomic_blocks
    # In a transaction of a test that commits, rows may stand beside what begins.
    if not (blocks and blocks[0]._from_testcase):
        return None
    said = [(one, _said(value)) for one, value in sorted(facts.items())]
    if any(value is None for _one, value in said):
        return None
    counters = _sequences() if connection.vendor == "postgresql" else _counters()
    return (name, tuple(said), counters)


def _counters() -> tuple[Any, ...]:
    """Of SQLite, the highest key that each table ever had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        return tuple(cursor.fetchall())


def _sequences() -> tuple[Any, ...]:
    """Of PostgreSQL, the last key that each sequence gave; set back where none is used.

    While a transaction has written nothing, the rows are those that every test begins
    with, and keys that were given to rolled-back tests are free.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seqrelid::bigint, pg_sequence_last_value(seqrelid),"
            " pg_current_xact_id_if_assigned() IS NULL"
            " FROM pg_sequence ORDER BY seqrelid"
        )
        rows = cursor.fetchall()
        found = {number: last for number, last, _is_clean in rows}
        if rows and rows[0][2]:
            begin = _begin.setdefault(connection.settings_dict["NAME"], found)
            moved = [one for one in found if found[one] != begin.get(one)]
            for one in moved:
                last = begin.get(one)
                # A sequence that gave nothing yet begins with 1.
                cursor.execute(
                    "SELECT setval(%s::oid::regclass, %s, %s)",
                    [one, last or 1, last is not None],
                )
            found |= {one: begin.get(one) for one in moved}
        return tuple(found.items())


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
