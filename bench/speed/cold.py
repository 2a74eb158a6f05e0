"""The site with caches that are empty when a request comes: `…cold:application`.

What the request itself keeps it finds again, as in a process that has just begun; a cache
that keeps nothing at all would ask for the same thing thirty times in one page.
"""

from collections.abc import Iterable
from typing import Any

from django.core.cache import caches

from learning_site.wsgi import application as site


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Forget everything, then answer as the site does."""
    for one in caches.all(initialized_only=False):
        one.clear()
    return site(environ, start_response)
