"""The backend on SQLite: its full-text index FTS5 finds, our formula orders."""

from typing import Any

from django.db import connections
from django.db.models import Q
from modelsearch.backends.database.sqlite import sqlite as stock
from modelsearch.backends.database.sqlite.query import SQLiteFTSIndexEntry

from search.backend.compiling import ChineseCompiler, DatabaseResults, IndexEntry
from search.backend.entries import Stored
from search.backend.writing import EntryWriter
from search.plan import AllOf, AnyOf, Node
from search.ranking import Columns
from search.text import sides
from search.wording import Atom

TABLE = SQLiteFTSIndexEntry._meta.db_table
COLUMNS = Columns(title="title", body="body", find="INSTR")


class Index(EntryWriter, stock.SQLiteIndex):
    """Writes entries; a trigger brings them into the full-text index."""

    @staticmethod
    def columns_of(stored: Stored) -> dict[str, Any]:
        """Tokens as text with blanks between them."""
        return {
            "title": sides(stored.title),
            "body": sides(stored.body),
            "autocomplete": sides(stored.autocomplete),
        }


def as_match(node: Node) -> str:
    """The node in FTS5's own language. Tokens are letters and digits, never syntax."""
    if isinstance(node, Atom):
        return f'"{" ".join(node.tokens)}"' + ("*" if node.is_prefix else "")
    if not isinstance(node, AllOf | AnyOf):
        raise TypeError(node)
    word = " AND " if isinstance(node, AllOf) else " OR "
    return f"({word.join(as_match(part) for part in node.parts)})"


class _Compiler(ChineseCompiler):
    columns = COLUMNS
    FTS_TABLE_FIELDS: list[str]

    @classmethod
    def written(cls, node: Node) -> str:
        return f"{{{' '.join(cls.FTS_TABLE_FIELDS)}}} : ({as_match(node)})"

    @classmethod
    def holds(cls, asked: Any) -> Any:
        found = SQLiteFTSIndexEntry.objects.filter(_Matches(asked))
        return Q(pk__in=found.values("index_entry_id"))

    def count_holding(self, nodes: list[Node]) -> list[int]:
        one = f"(SELECT count(*) FROM {TABLE} WHERE {TABLE} MATCH %s)"  # noqa: S608
        counts = [one] * len(nodes)
        counts.append(f"(SELECT count(*) FROM {IndexEntry._meta.db_table})")  # noqa: S608
        asked = [self.written(node) for node in nodes]
        with connections[self.queryset.db].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(counts)}", asked)
            return [int(count) for count in cursor.fetchone()]


class _Matches(stock.MatchExpression):
    """`table MATCH …` of what is written already, or of the place for it."""

    def __init__(self, asked: Any) -> None:
        super().__init__([], None)
        self.asked = asked

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        asked, values = compiler.compile(self.asked)
        return f"{TABLE} MATCH {asked}", values


class Compiler(_Compiler, stock.SQLiteSearchQueryCompiler):
    """`search()`."""


class AutocompleteCompiler(_Compiler, stock.SQLiteAutocompleteQueryCompiler):
    """`autocomplete()`."""


class Results(DatabaseResults, stock.SQLiteSearchResults):
    """Hits, read only when they are asked for."""


class Backend(stock.SQLiteSearchBackend):
    """What `get_search_backend()` gives on SQLite."""

    index_class = Index
    query_compiler_class = Compiler
    autocomplete_query_compiler_class = AutocompleteCompiler
    results_class = Results
