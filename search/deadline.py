"""No search keeps a worker longer than this: the page says so instead."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SECONDS = 2.0
# SQLite asks after so many of its steps whether to go on: about every millisecond.
STEPS_BETWEEN = 20_000


@contextmanager
def within(seconds: float = SECONDS) -> Iterator[None]:
    """What is asked of the database inside ends in time, or with a DatabaseError."""
    if connection.vendor == "postgresql":
        is_longer = connection.in_atomic_block
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")
            yield
            # The limit ends with the transaction; a longer one goes on without it.
            if is_longer:
                cursor.execute("SET LOCAL statement_timeout = 0")
        return
    connection.ensure_connection()
    own = connection.connection
    ends = time.monotonic() + seconds
    own.set_progress_handler(lambda: time.monotonic() > ends, STEPS_BETWEEN)
    try:
        yield
    finally:
        own.set_progress_handler(None, 0)
