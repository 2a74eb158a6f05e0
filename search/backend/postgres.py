"""The backend on PostgreSQL: its text-search vectors find, our formula orders.

The vectors are written token by token with their positions, so that neither the
server's locale nor its parser has a say in what a Chinese word is. `body` holds title
(weight A) and texts (weight D) together: one index answers a query over both.
"""

from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db import connections
from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.functions import Cast
from modelsearch.backends.database.postgres import postgres as stock

from core.asking_again import ask_again, one_row
from search.backend.compiling import ChineseCompiler, DatabaseResults, IndexEntry
from search.backend.entries import Stored
from search.backend.writing import EntryWriter
from search.plan import AllOf, AnyOf, Node
from search.ranking import Columns
from search.text import BREAK, sides
from search.wording import Atom

COLUMNS = Columns(title="title_text", body="body_text", find="STRPOS")
# PostgreSQL stores no position beyond this.
LAST_POSITION = 16_383


def as_vector(*parts: tuple[list[str], str]) -> Any:
    """Tokens with their positions: (tokens, weight) one after the other."""
    written: list[str] = []
    place = 0
    for tokens, weight in parts:
        for token in tokens:
            place += 1
            if token != BREAK and place <= LAST_POSITION:
                written.append(f"'{token}':{place}{weight}")
        # No phrase reaches from one part into the next.
        place += 1
    return Cast(Value(" ".join(written), output_field=TextField()), SearchVectorField())


class Index(EntryWriter, stock.PostgresIndex):
    """Writes entries."""

    @staticmethod
    def columns_of(stored: Stored) -> dict[str, Any]:
        """Tokens as vectors to find by, and as text to order by."""
        return {
            "title": as_vector((stored.title, "A")),
            "body": as_vector((stored.title, "A"), (stored.body, "D")),
            "autocomplete": as_vector((stored.autocomplete, "D")),
            "title_text": sides(stored.title),
            "body_text": sides(stored.body),
        }


def as_tsquery(node: Node) -> str:
    """The node in PostgreSQL's own language. Tokens are letters and digits only."""
    if isinstance(node, Atom):
        tokens = [f"'{token}'" for token in node.tokens]
        if node.is_prefix:
            tokens[-1] += ":*"
        return f"({' <-> '.join(tokens)})"
    if not isinstance(node, AllOf | AnyOf):
        raise TypeError(node)
    sign = " & " if isinstance(node, AllOf) else " | "
    return f"({sign.join(as_tsquery(part) for part in node.parts)})"


class _Holds(Func):
    """`vector @@ query`."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _Compiler(ChineseCompiler):
    columns = COLUMNS
    vector = "body"

    @classmethod
    def written(cls, node: Node) -> str:
        return as_tsquery(node)

    @classmethod
    def holds(cls, asked: Any) -> Any:
        return Q(_Holds(F(cls.vector), Cast(asked, SearchQueryField())))

    def count_holding(self, nodes: list[Node]) -> list[int]:
        table = IndexEntry._meta.db_table
        one = f"(SELECT count(*) FROM {table} WHERE {self.vector} @@ %s::tsquery)"  # noqa: S608
        counts = [one] * len(nodes)
        counts.append(f"(SELECT count(*) FROM {table})")  # noqa: S608
        connection = connections[self.queryset.db]
        sql = f"SELECT {', '.join(counts)}"
        words = [as_tsquery(node) for node in nodes]
        return [int(count) for count in ask_again(connection, sql, words, one_row)]


class Compiler(_Compiler, stock.PostgresSearchQueryCompiler):
    """`search()`."""


class AutocompleteCompiler(_Compiler, stock.PostgresAutocompleteQueryCompiler):
    """`autocomplete()`."""

    vector = "autocomplete"


class Results(DatabaseResults, stock.PostgresSearchResults):
    """Hits, read only when they are asked for."""


class Backend(stock.PostgresSearchBackend):
    """What `get_search_backend()` gives on PostgreSQL."""

    index_class = Index
    query_compiler_class = Compiler
    autocomplete_query_compiler_class = AutocompleteCompiler
    results_class = Results
