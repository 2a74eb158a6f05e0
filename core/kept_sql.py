"""Questions whose SQL is made once and afterwards asked with other values.

To make SQL of a queryset costs more than the database takes to answer it: of a page for a
learner that was the largest part (docs/performance.md). A question that many requests ask
in one shape is written as a function of its values:

    @kept(learner=BigIntegerField())
    def _own(learner: Any) -> QuerySet[Enrolment]:
        return Enrolment.objects.filter(learner=learner)

    rows = _own(learner=user.pk)

PostgreSQL keeps the plan of such a question as well (`core.asking_again`). A change of
rows that is made as often, and a row that is new: `core.kept_changes`.

The function is called once for each database, with places instead of values. So it may
not look at its values, and what it takes from elsewhere (the clock, a setting, who asks)
would stay what it was at the first call: all that changes has to be given. `KEPT` lists them, and
tests/core/test_kept_sql.py asks of each whether it holds to that.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections, router
from django.db.models import (
    AutoField,
    BigAutoField,
    BigIntegerField,
    CharField,
    Expression,
    Field,
    IntegerField,
    Lookup,
    QuerySet,
)
from django.db.transaction import TransactionManagementError, atomic

from core.asking_again import all_rows, ask_again, one_row
from core.kept_rows import reader_of

SMALLEST, LARGEST = -(2**63), 2**63 - 1
# Words, and what stands in their places.
Statement = tuple[str, tuple[Any, ...]]
# All that there are, by where they stand.
KEPT: dict[str, "KeptQuery"] = {}


class Given(Expression):
    """The place of one value, which comes with each call."""

    def __init__(
        self, name: str, output_field: "Field[Any, Any]", ending: str = ""
    ) -> None:
        super().__init__(output_field=output_field)
        self.name = name
        self.ending = ending
        # Most values are whole numbers and words already.
        self.number = (
            output_field.get_internal_type()
            if isinstance(output_field, IntegerField)
            else ""
        )
        self.is_word = type(output_field) is CharField

    def __repr__(self) -> str:
        return f"given {self.name}{self.ending}"

    def __add__(self, other: Any) -> Any:
        """With a string: the same value with that at its end, as of a tree path."""
        if isinstance(other, str):
            return type(self)(self.name, self.output_field, self.ending + other)
        return super().__add__(other)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A placeholder; this place itself stands where its value will."""
        return "%s", [self]

    def bind(self, value: Any, connection: Any) -> Any:
        """The value as the database takes it."""
        if self.ending:
            value += self.ending
        if isinstance(value, int):
            # What no column can hold is as large as the largest: no row has that number.
            # SQLite would refuse it with an error, and it may come from an address.
            value = max(SMALLEST, min(value, LARGEST))
            if self.number:
                return connection.ops.adapt_integerfield_value(value, self.number)
        elif self.is_word and type(value) is str:
            return value
        return self.output_field.get_db_prep_value(value, connection)


class Keys(BigIntegerField):
    """The type of a place for any number of keys, of which `__among` asks."""


class Words(CharField):
    """The same for strings, such as the paths of pages."""


class GivenMany(Given):
    """Such a place: one SQL however many values a call brings."""

    def bind(self, value: Iterable[Any], connection: Any) -> Any:
        """All of them in one value: an array, or JSON for SQLite."""
        is_text = isinstance(self.output_field, Words)
        values = sorted({str(one) if is_text else int(one) for one in value})
        return values if connection.vendor == "postgresql" else json.dumps(values)


@CharField.register_lookup
@AutoField.register_lookup
@BigAutoField.register_lookup
class Among(Lookup):
    """Whether a key or word is one of those that are given: `pk__among`."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """`= ANY` of an array; on SQLite, which has none, the rows of a JSON list."""
        left, values = self.process_lhs(compiler, connection)
        right = "IN (SELECT value FROM json_each(%s))"
        if connection.vendor == "postgresql":
            right = "= ANY(%s)"
        return f"{left} {right}", [*values, self.rhs]


class _Made:
    """The question as the connections to one database ask it.

    What is here is only read. A connection is of one thread: each call brings its own.
    """

    def __init__(self, question: QuerySet[Any], connection: Any) -> None:
        self.needs_transaction = bool(
            question.query.select_for_update
            and connection.features.has_select_for_update
        )
        compiler = question.query.get_compiler(connection=connection)
        self.sql, self.places = _with_constants(connection, *compiler.as_sql())
        self.read = reader_of(question, compiler)

    def rows(self, connection: Any, values: dict[str, Any]) -> list[Any]:
        """Ask with these values; the rows as the queryset would have given them."""
        if self.needs_transaction and connection.get_autocommit():
            raise TransactionManagementError("A lock is held by a transaction only.")
        bound = _bound(self.places, values, connection)
        return self.read(connection, ask_again(connection, self.sql, bound, all_rows))


def _with_constants(connection: Any, sql: str, places: Iterable[Any]) -> Statement:
    """The words with what never changes written into them, and the places that are left.

    PostgreSQL uses an index of some rows only where it sees that these are asked for.
    """
    if connection.vendor != "postgresql":
        return sql, tuple(places)
    given, left, written = iter(places), [], []
    for part in re.split("(%%|%s)", sql):
        value = next(given) if part == "%s" else None
        if part != "%s":
            written.append(part)
        elif isinstance(value, Given):
            written.append(part)
            left.append(value)
        else:
            literal = connection.ops.compose_sql("%s", [value])
            written.append(literal.replace("%", "%%"))
    return "".join(written), tuple(left)


def _bound(
    places: Iterable[Any], values: dict[str, Any], connection: Any
) -> tuple[Any, ...]:
    """What the database is given: the values of a call in their places."""
    return tuple(
        place.bind(values[place.name], connection)
        if isinstance(place, Given)
        else place
        for place in places
    )


class Kept(ABC):
    """What questions and changes share: their places, and one making for each database."""

    def __init__(self, build: Callable[..., Any], places: dict[str, Given]) -> None:
        self.name = f"{build.__module__}.{build.__qualname__}"
        self.build = build
        self.places = places
        self._alias: Callable[[], str] | None = None
        self._known: dict[str, Any] = {}

    @abstractmethod
    def make(self) -> None:
        """Make the SQL now, as before the workers begin (`learning_site.warm`)."""

    @abstractmethod
    def choice(self) -> Callable[[], str]:
        """What says, each time anew, which database is asked."""

    def check(self, values: dict[str, Any]) -> None:
        """Refuse other values than there are places for."""
        if values.keys() != self.places.keys():
            raise TypeError(f"{self.name} takes {', '.join(self.places)}")

    def connection(self) -> Any:
        """The connection of this thread to the database that is asked."""
        if self._alias is None:
            self._alias = self.choice()
        return connections[self._alias()]


class KeptWords(Kept):
    """What is sent to the database as it is, and whose answer needs no converting.

    Of it the words are kept and nothing of Django's query, which is most of its size.
    """

    @abstractmethod
    def statement(self, connection: Any) -> Statement:
        """The words, and what stands in their places; made anew."""

    def make(self) -> None:
        self._made(self.connection())

    def ready(self, values: dict[str, Any]) -> tuple[Any, str, tuple[Any, ...]]:
        """The connection, the words and the values in their places."""
        self.check(values)
        connection = self.connection()
        sql, places = self._made(connection)
        return connection, sql, _bound(places, values, connection)

    def _made(self, connection: Any) -> Statement:
        if connection.alias not in self._known:
            made = self.statement(connection)
            self._known[connection.alias] = _with_constants(connection, *made)
        known: Statement = self._known[connection.alias]
        return known


class Question(Kept):
    """What is asked of one of the databases that may be read."""

    def queryset(self) -> QuerySet[Any]:
        """The question with its places, made anew."""
        question: QuerySet[Any] = self.build(**self.places)
        return question

    def choice(self) -> Callable[[], str]:
        question: Any = self.queryset()
        choose = router.db_for_write if question._for_write else router.db_for_read
        # The question itself need not be kept for that.
        model = question.model
        return lambda: choose(model)


class KeptNumbers(Question, KeptWords):
    """A question that is answered with one row of whole numbers, one of many forms.

    It stands in no list: whoever makes the forms forgets them again, and has a test of
    its own that asks whether one keeps the clock.
    """

    def __call__(self, **values: Any) -> tuple[int, ...]:
        """The numbers for these values.

        Raises:
            TypeError: a value is missing, or is none of the question's.
        """
        connection, sql, bound = self.ready(values)
        row: tuple[int, ...] = ask_again(connection, sql, bound, one_row)
        return row

    def statement(self, connection: Any) -> Statement:
        compiler = self.queryset().query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        return sql, tuple(places)


class KeptQuery(Question):
    """A question by its function; call it with its values for the rows."""

    def __init__(
        self,
        build: Callable[..., QuerySet[Any]],
        places: dict[str, Given],
        is_listed: bool = True,
    ) -> None:
        super().__init__(build, places)
        if is_listed:
            KEPT[self.name] = self

    def __call__(self, **values: Any) -> list[Any]:
        """The rows for these values, as the queryset would have given them.

        Raises:
            TypeError: a value is missing, or is none of the question's.
        """
        self.check(values)
        connection = self.connection()
        return self._made(connection).rows(connection, values)

    def first(self, **values: Any) -> Any:
        """The first row or None; the question itself says how many are read."""
        return next(iter(self(**values)), None)

    def make(self) -> None:
        connection = self.connection()
        # The SQL of a lock is made within a transaction only.
        with atomic(using=connection.alias):
            self._made(connection)

    def _made(self, connection: Any) -> _Made:
        # Two threads may make it at once; either will do.
        if connection.alias not in self._known:
            self._known[connection.alias] = _Made(self.queryset(), connection)
        made: _Made = self._known[connection.alias]
        return made


def places_of(fields: "dict[str, Field[Any, Any]]") -> dict[str, Given]:
    """A place for each value that a call brings."""
    return {
        name: (GivenMany if isinstance(field, Keys | Words) else Given)(name, field)
        for name, field in fields.items()
    }


def kept(
    **fields: "Field[Any, Any]",
) -> Callable[[Callable[..., QuerySet[Any]]], KeptQuery]:
    """Make a question of a function: its values by name, each as a field of its type."""
    return lambda build: KeptQuery(build, places_of(fields))


def kept_form(
    **fields: "Field[Any, Any]",
) -> Callable[[Callable[..., QuerySet[Any]]], KeptQuery]:
    """The same for one of many forms of a question, which its maker forgets again.

    It stands in no list: the maker's own test asks whether it keeps the clock.
    """
    return lambda build: KeptQuery(build, places_of(fields), is_listed=False)


def kept_numbers(
    **fields: "Field[Any, Any]",
) -> Callable[[Callable[..., QuerySet[Any]]], KeptNumbers]:
    """Make a question for one row of whole numbers, one of many forms."""
    return lambda build: KeptNumbers(build, places_of(fields))
