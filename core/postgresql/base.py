"""Django's own backend for PostgreSQL, which can let the server keep plans as well.

To plan a query takes PostgreSQL as long as to answer it, often longer. Where the words of
a question are the same each time (`core.kept_sql`), they are sent once and afterwards only
the values. Everything else is asked as ever, with its values in the words.

`OPTIONS["prepare_threshold"]` says after how many times; None never, for a pooler that
gives each transaction another connection and does not keep such plans (docs/operations.md).
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.backends.postgresql import base, operations
from django.utils.asyncio import async_unsafe

Answer = TypeVar("Answer")

# So many plans a connection keeps; the one that was longest unused goes first.
MOST_PLANS = 300
# Whether a connection still lives is not asked of one that was used so shortly before:
# under load that was a question more in each request. One that stood idle is asked. It is
# less than a server that died takes to begin again: what it left behind is never trusted.
TRUSTED_S = 0.2


class DatabaseOperations(operations.DatabaseOperations):
    """As ever; what was planned before is told by its words too."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """What was asked, for who looks for slow pages; of a kept plan, its words."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with a way to ask what is asked again and again."""

    ops_class = DatabaseOperations

    _asks_again = False
    _used_at = 0.0

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = MOST_PLANS
        return connection

    def close_if_health_check_failed(self) -> None:
        if time.monotonic() - self._used_at < TRUSTED_S:
            self.health_check_done = True
        super().close_if_health_check_failed()

    def create_cursor(self, name: str | None = None) -> Any:
        self._used_at = time.monotonic()
        if name or not self._asks_again or self.connection.prepare_threshold is None:
            return super().create_cursor(name)
        usual = self.connection.cursor_factory
        self.connection.cursor_factory = base.ServerBindingCursor
        try:
            return super().create_cursor()
        finally:
            self.connection.cursor_factory = usual

    @contextlib.contextmanager
    def asking_again(self) -> Iterator[None]:
        """What is asked within has the same words each time, but for its values."""
        before, self._asks_again = self._asks_again, True
        try:
            yield
        finally:
            self._asks_again = before

    @async_unsafe
    def tell(self, sql: str, values: Any, take: Callable[[Any], Answer]) -> Answer:
        """Say such words and take what is wanted of the answer.

        What Django does around a statement is a third of what a short one costs. Of that
        is done here what is needed: the cursor is kept with the connection, and whoever
        listens (a test that counts, a log of slow pages) has every statement as ever.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        listens = self.execute_wrappers or self.queries_logged
        if listens or self.connection.prepare_threshold is None:
            with self.asking_again(), self.cursor() as usual:
                usual.execute(sql, values)
                return take(usual)
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            cursor = getattr(self.connection, "kept_cursor", None)
            if cursor is None:
                with self.asking_again():
                    cursor = self.connection.kept_cursor = self.create_cursor()
            self._used_at = time.monotonic()
            cursor.execute(sql, values)
            return take(cursor)

    def forget_plans(self) -> bool:
        """Ask as ever from now on, as long as this connection lasts.

        A migration that gave a column another type leaves plans behind which PostgreSQL
        refuses to use. False where there were none to forget.
        """
        known = self.connection is not None and self.connection.prepare_threshold
        if known:
            self.connection.prepare_threshold = None
        return bool(known)
