"""Wagtail's search for Chinese, alike on SQLite and PostgreSQL.

`WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.backend"}}`. The tables, the
signals and the management commands are those of the stock backend; what goes into the
columns, how a query is read and in which order hits stand is ours. Everything that
searches through Wagtail's own API is served: pages, choosers, the admin's lists.
`search.backend.opensearch` is the same for an OpenSearch server.
"""

from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

MODULES = {"sqlite": "sqlite", "postgresql": "postgres"}


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name Wagtail asks for
    """The backend for this site's database.

    Its classes can be imported only once the models are there, hence not above.
    """
    if connection.vendor not in MODULES:
        raise ImproperlyConfigured(
            f"search.backend knows SQLite and PostgreSQL, not {connection.vendor}."
        )
    module = import_module(f"search.backend.{MODULES[connection.vendor]}")
    return module.Backend(params)
