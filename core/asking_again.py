"""Which words the database hears again and again, so that it need not plan them anew."""

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import NotSupportedError

Answer = TypeVar("Answer")


def asking_again(connection: Any) -> contextlib.AbstractContextManager[None]:
    """For statements whose words are always the same, but for their values.

    On PostgreSQL the server keeps their plans (`core.postgresql`); elsewhere nothing
    changes.
    """
    how = getattr(connection, "asking_again", contextlib.nullcontext)
    return how()


def tell(
    connection: Any, sql: str, values: Any, take: Callable[[Any], Answer]
) -> Answer:
    """Say words that are always the same, with these values.

    `take` is given the cursor and takes of the answer what is wanted; nothing else may
    be said meanwhile.
    """
    plainly = getattr(connection, "tell", None)
    if plainly is not None:
        told: Answer = plainly(sql, values, take)
        return told
    with asking_again(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return take(cursor)


def ask_again(
    connection: Any, sql: str, values: Any, take: Callable[[Any], Answer]
) -> Answer:
    """The same for what only reads, which may be asked once more.

    Raises:
        NotSupportedError: in the midst of a transaction a table was found changed, which
            ends the transaction; the connection does not use old plans any more.
    """
    try:
        return tell(connection, sql, values, take)
    except NotSupportedError:
        forget = getattr(connection, "forget_plans", bool)
        if not forget() or connection.in_atomic_block:
            raise
    return tell(connection, sql, values, take)


def all_rows(cursor: Any) -> list[Any]:
    """Everything that was answered."""
    rows: list[Any] = cursor.fetchall()
    return rows


def one_row(cursor: Any) -> Any:
    """The first row that was answered, or None."""
    return cursor.fetchone()
