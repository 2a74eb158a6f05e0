"""The queries of links, which most visitors of a list are given alike."""

from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict


@lru_cache(maxsize=1000)
def query_of(values: tuple[tuple[str, str], ...]) -> str:
    """`?` with these names and values, in this order."""
    return f"?{urlencode(values)}"


@lru_cache(maxsize=1000)
def query_with(query: str, name: str, value: str) -> str:
    """The query of an address with another value of that name.

    `query` as the server hands it over (PEP 3333): its bytes as letters of Latin-1.
    """
    values = QueryDict(query.encode("iso-8859-1"), mutable=True)
    values[name] = value
    return f"?{values.urlencode()}"
