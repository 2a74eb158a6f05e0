"""Wagtail's database search for Chinese, on SQLite and PostgreSQL.

`WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.backend"}}`. The tables, the
signals and the management commands are those of the stock backend; only what goes into
the columns, and how a query is split, differ (see `search/text.py`). Everything that
searches through Wagtail's own API is served: pages, choosers, the admin's lists.
"""

from functools import cache, reduce
from operator import and_, or_
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Func
from modelsearch.query import Phrase, PlainText

from search.text import BREAK, Atom, index_text, pinyin_atoms, pinyin_text, query_atoms

# A token that nothing holds: a query of punctuation alone finds nothing.
NOTHING = BREAK * 2
TITLE_WEIGHT = 8.0


class SoundsLike(PlainText):
    """`search(SoundsLike("jianzhi"))`: by letters, initials or a wrong homophone."""


def atoms_of(query: Any) -> list[Atom]:
    """What the query asks for."""
    if isinstance(query, SoundsLike):
        return pinyin_atoms(query.query_string)
    return query_atoms(query.query_string, cut=not isinstance(query, Phrase))


def autocomplete_text(text: str) -> str:
    """Characters and sounds of a title, in one column."""
    return f"{index_text(text)} {BREAK} {pinyin_text(text)}"


def _combine(query: Any) -> Any:
    if isinstance(query, Phrase):
        return and_
    return and_ if query.operator.lower() == "and" else or_


@cache
def _sqlite_backend() -> type:  # noqa: C901 - classes within, not branches
    from modelsearch.backends.database.sqlite import sqlite as stock
    from modelsearch.backends.database.sqlite.query import (
        SearchQueryExpression,
        SQLiteFTSIndexEntry,
    )

    class Indexer(stock.ObjectIndexer):
        @property
        def title(self) -> str:
            return index_text(super().title)

        @property
        def body(self) -> str:
            return index_text(super().body)

        @property
        def autocomplete(self) -> str:
            return autocomplete_text(super().autocomplete)

    # `add_items` looks the class up in its module and has no other door.
    stock.ObjectIndexer = Indexer

    class WeightedBM25(Func):
        """BM25 in which a title counts; the stock one weighs all columns alike."""

        output_field = FloatField()

        def as_sql(self, *_args: Any, **_kwargs: Any) -> Any:
            table = SQLiteFTSIndexEntry._meta.db_table
            # The columns: autocomplete, body, title.
            return f"bm25({table}, 1.0, 1.0, {TITLE_WEIGHT})", []

    class ByAtoms:
        def build_search_query_content(self, query: Any, config: Any = None) -> Any:
            if not isinstance(query, PlainText | Phrase):
                return super().build_search_query_content(query, config=config)  # type: ignore[misc]
            atoms = atoms_of(query) or [Atom((NOTHING,))]
            last = len(atoms) - 1
            lexemes = [
                stock.Lexeme(
                    " ".join(atom.tokens),
                    prefix=atom.is_prefix
                    or (self.LAST_TERM_IS_PREFIX and place == last),  # type: ignore[attr-defined]
                )
                for place, atom in enumerate(atoms)
            ]
            return SearchQueryExpression(
                reduce(_combine(query), lexemes), config=config
            )

    class Search(ByAtoms, stock.SQLiteSearchQueryCompiler):
        def _build_rank_expression(self, vectors: Any, config: Any) -> Any:
            return WeightedBM25()

        def search(self, *args: Any, **kwargs: Any) -> Any:
            if isinstance(self.query, SoundsLike):
                self.FTS_TABLE_FIELDS = ["autocomplete"]
            return super().search(*args, **kwargs)

    class Autocomplete(ByAtoms, stock.SQLiteAutocompleteQueryCompiler):
        pass

    class Backend(stock.SQLiteSearchBackend):
        query_compiler_class = Search
        autocomplete_query_compiler_class = Autocomplete

    return Backend


@cache
def _postgres_backend() -> type:  # noqa: C901 - classes within, not branches
    from django.contrib.postgres.search import SearchQuery
    from modelsearch.backends.database.postgres import postgres as stock

    class Indexer(stock.ObjectIndexer):
        def as_vector(self, texts: Any, for_autocomplete: bool = False) -> Any:
            tokenise = autocomplete_text if for_autocomplete else index_text
            prepared = [(tokenise(text), weight) for text, weight in texts]
            return super().as_vector(prepared, for_autocomplete)

    stock.ObjectIndexer = Indexer

    class ByAtoms:
        def build_tsquery_content(
            self, query: Any, config: Any = None, invert: bool = False
        ) -> Any:
            if not isinstance(query, PlainText | Phrase):
                return super().build_tsquery_content(  # type: ignore[misc]
                    query, config=config, invert=invert
                )
            atoms = atoms_of(query) or [Atom((NOTHING,))]
            last = len(atoms) - 1
            words = [
                self._word(
                    atom,
                    atom.is_prefix or (self.LAST_TERM_IS_PREFIX and place == last),  # type: ignore[attr-defined]
                )
                for place, atom in enumerate(atoms)
            ]
            found = SearchQuery(
                reduce(_combine(query), words), search_type="raw", config=config
            )
            return ~found if invert else found

        @staticmethod
        def _word(atom: Atom, is_prefix: bool) -> Any:
            """The tokens side by side: `<->` between them."""
            end = len(atom.tokens) - 1
            lexemes = [
                stock.Lexeme(token, prefix=is_prefix and place == end)
                for place, token in enumerate(atom.tokens)
            ]
            return reduce(lambda a, b: a._combine(b, "<->", False), lexemes)

        def get_fields_vectors(self, search_query: Any) -> Any:
            # The stock code makes vectors of raw columns, which our tokens never match.
            if self.TARGET_SEARCH_FIELD_TYPE is stock.AutocompleteField:  # type: ignore[attr-defined]
                columns = {"autocomplete"}
            else:
                columns = {
                    "title" if name.split("__")[-1] == "title" else "body"
                    for name in self.search_fields  # type: ignore[attr-defined]
                }
            return [(F(f"index_entries__{name}"), 1.0) for name in sorted(columns)]

    class Search(ByAtoms, stock.PostgresSearchQueryCompiler):
        def get_index_vectors(self, search_query: Any) -> Any:
            if isinstance(self.query, SoundsLike):
                return [(F("index_entries__autocomplete"), 1.0)]
            return super().get_index_vectors(search_query)

    class Autocomplete(ByAtoms, stock.PostgresAutocompleteQueryCompiler):
        pass

    class Backend(stock.PostgresSearchBackend):
        query_compiler_class = Search
        autocomplete_query_compiler_class = Autocomplete

    return Backend


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name Wagtail asks for
    """The backend for this site's database.

    Called at every save: the classes are made once, or each call would wrap the one
    before and memory would grow.
    """
    make = {"sqlite": _sqlite_backend, "postgresql": _postgres_backend}
    return make[connection.vendor]()({"SEARCH_CONFIG": "simple", **params})
