"""Changes of rows whose SQL is made once, as that of questions is (`core.kept_sql`).

    @kept_update(pk=BigIntegerField(), at=DateTimeField())
    def _seen(pk: Any, at: Any) -> Any:
        return Enrolment.objects.filter(pk=pk).order_by(), {"last_seen_at": at}

    insert = KeptInsert(LessonProgress)

Neither sends a signal: they are for tables that nobody listens to.
"""

from collections.abc import Callable
from typing import Any

from django.db import connections, router
from django.db.models import Field, Model, QuerySet
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import atomic

from core.asking_again import one_row, tell
from core.kept_sql import Given, KeptWords, Statement, places_of

# All that there are, by where they stand, and by their tables.
KEPT_UPDATES: dict[str, "KeptUpdate"] = {}
KEPT_INSERTS: dict[str, "KeptInsert"] = {}


class KeptUpdate(KeptWords):
    """A change of rows by its function; call it with its values for their number.

    As with `QuerySet.update`, no signal is sent; the columns are of one table.
    """

    def __init__(
        self,
        build: Callable[..., tuple[QuerySet[Any], dict[str, Any]]],
        places: dict[str, Given],
    ) -> None:
        super().__init__(build, places)
        KEPT_UPDATES[self.name] = self

    def __call__(self, **values: Any) -> int:
        """Change the rows; how many there were.

        Raises:
            TypeError: a value is missing, or is none of the change's.
        """
        connection, sql, bound = self.ready(values)
        return tell(connection, sql, bound, _row_count)

    def statement(self, connection: Any) -> Statement:
        """The words, and what stands in their places; made anew.

        Raises:
            TypeError: a column of a parent's table, which would be a second statement.
        """
        rows, columns = self.build(**self.places)
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(columns)
        if query.related_updates:
            raise TypeError(f"{self.name} changes columns of two tables")
        # The SQL of a lock is made within a transaction only; here the statement is one.
        with atomic(using=connection.alias):
            sql, places = query.get_compiler(connection=connection).as_sql()
        return sql, tuple(places)

    def choice(self) -> Callable[[], str]:
        model: Any = self.build(**self.places)[0].model
        return lambda: router.db_for_write(model)


class KeptInsert:
    """A new row of a table, whose number the database gives; call it with the row.

    As with `bulk_create`, no signal is sent.
    """

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        local = model._meta.local_concrete_fields
        self.fields = [one for one in local if not one.primary_key]
        self._known: dict[str, str] = {}
        KEPT_INSERTS[model._meta.label] = self

    def __call__(self, row: Model) -> None:
        """Write it.

        Raises:
            IntegrityError: a constraint forbids it.
        """
        connection = connections[router.db_for_write(self.model)]
        values = [
            one.get_db_prep_save(one.pre_save(row, add=True), connection)
            for one in self.fields
        ]
        (row.pk,) = tell(connection, self._made(connection), values, one_row)
        row._state.adding, row._state.db = False, connection.alias

    def make(self) -> None:
        """Make the SQL now, as before the workers begin."""
        self._made(connections[router.db_for_write(self.model)])

    def _made(self, connection: Any) -> str:
        if connection.alias not in self._known:
            query = InsertQuery(self.model)
            # Of any row: what it holds comes with each call.
            query.insert_values(self.fields, [self.model()], raw=True)
            compiler: Any = query.get_compiler(connection=connection)
            compiler.returning_fields = [self.model._meta.pk]
            ((sql, _values),) = compiler.as_sql()
            self._known[connection.alias] = sql
        return self._known[connection.alias]


def kept_update(
    **fields: "Field[Any, Any]",
) -> Callable[
    [Callable[..., tuple[QuerySet[Any], dict[str, Any]]]],
    KeptUpdate,
]:
    """Make a change of a function: it returns the rows and what their columns become."""
    return lambda build: KeptUpdate(build, places_of(fields))


def _row_count(cursor: Any) -> int:
    changed: int = cursor.rowcount
    return changed
