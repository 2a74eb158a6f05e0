"""Which words the database hears again and again, so that it need not plan them anew."""

import contextlib
import itertools
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import NotSupportedError

Answer = TypeVar("Answer")


def asking_again(
    connection: Any, *, numbered: bool = False
) -> contextlib.AbstractContextManager[None]:
    """For statements whose words are always the same, but for their values.

    On PostgreSQL the server keeps their plans (`core.postgresql`); elsewhere nothing
    changes. `numbered`: there they say $1, $2 … where the values stand (`numbered_for`).
    """
    how = getattr(connection, "asking_again", None)
    return how(numbered=numbered) if how else contextlib.nullcontext()


def numbered_for(connection: Any, words: str) -> str:
    """Words that say %s where values stand, as they are sent to that database.

    PostgreSQL takes numbers. Its driver would write them each time, and keeps in mind only
    what is short.
    """
    if connection.vendor != "postgresql":
        return words
    numbers = itertools.count(1)
    return re.sub(
        "%%|%s",
        lambda found: "%" if found[0] == "%%" else f"${next(numbers)}",
        words,
    )


def ask_again(
    connection: Any, ask: Callable[[], Answer], *, numbered: bool = False
) -> Answer:
    """The answer to a question that is asked again and again; see `asking_again`.

    Raises:
        NotSupportedError: in the midst of a transaction a table was found changed, which
            ends the transaction; the connection does not use old plans any more.
    """
    with asking_again(connection, numbered=numbered):
        try:
            return ask()
        except NotSupportedError:
            forget = getattr(connection, "forget_plans", bool)
            if not forget() or connection.in_atomic_block:
                raise
        return ask()
