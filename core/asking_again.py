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


def ask_again(connection: Any, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question that is asked again and again.

    Raises:
        NotSupportedError: in the midst of a transaction a table was found changed, which
            ends the transaction; the connection does not use old plans any more.
    """
    try:
        with asking_again(connection):
            return ask()
    except NotSupportedError:
        forget = getattr(connection, "forget_plans", bool)
        if not forget() or connection.in_atomic_block:
            raise
    return ask()
