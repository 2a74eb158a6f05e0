"""The queries of links, which most visitors of a list are given alike."""

from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict

# Visitors may write what they like: what is longer is made anew and not kept.
LONGEST = 200


@lru_cache(maxsize=500)
def query_of(values: tuple[tuple[str, str], ...]) -> str:
    """`?` with these names and values, in this order."""
    return f"?{urlencode(values)}"


def query_with(query: str, name: str, value: str) -> str:
    """The query of an address with another value of that name.

    `query` as the server hands it over (PEP 3333): its bytes as letters of Latin-1.
    """
    make = _with if len(query) <= LONGEST else _with.__wrapped__
    return make(query, name, value)


@lru_cache(maxsize=500)
def _with(query: str, name: str, value: str) -> str:
    values = QueryDict(query.encode("iso-8859-1"), mutable=True)
    values[name] = value
    return f"?{values.urlencode()}"
