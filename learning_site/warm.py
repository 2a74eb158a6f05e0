"""What each process would do at its first requests, done once before they come.

gunicorn loads the site before it begins its workers (deploy/gunicorn.conf.py): what is
read here they share, and none of them makes somebody wait for it.
"""

import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.template.loader import get_template
from django.urls import get_resolver, reverse
from django.utils.translation import gettext, override

from core.kept_changes import KEPT_INSERTS, KEPT_UPDATES
from core.kept_sql import KEPT
from search.apps import warm_up as read_dictionaries

logger = logging.getLogger(__name__)
# Three pages that anybody may see; together they use most of what any page does.
PAGES = ("/", "/courses/", "/accounts/login/")


def warm_up() -> None:
    """Read dictionaries, addresses, languages and templates; no connection stays open."""
    read_dictionaries()
    if settings.DEBUG:
        return  # who develops starts often, and changes templates
    _read_addresses(get_resolver())
    for code, _name in settings.LANGUAGES:
        with override(code):
            gettext("学习")
            # The table of names and their addresses is one for each language.
            reverse("account_login")
    templates: Path = settings.BASE_DIR / "templates"
    for found in sorted(templates.rglob("*.html")):
        get_template(found.relative_to(templates).as_posix())
    connections.close_all()


def answer_once(application: Callable[..., Any]) -> None:
    """Make some pages before the workers begin: what this leaves behind they share.

    A first request makes regular expressions, looks classes over and has Python adapt
    its code; each worker would do so for itself, 20 MiB in each. Without a database the
    first visitors do it as before.
    """
    if settings.DEBUG:
        return
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
        with override(settings.LANGUAGE_CODE):
            # Twice: Python adapts code that has run before.
            for path in PAGES * 2:
                status = _answer(application, path)
                if not status.startswith("200"):
                    logger.warning("%s was not made beforehand: %s", path, status)
        for one in (KEPT, KEPT_UPDATES, KEPT_INSERTS):
            for sql in one.values():
                sql.make()
    except DatabaseError:
        logger.warning("The database does not answer yet; no page was made beforehand.")
    except Exception:
        # It only saves memory; the visitors of such a page hear of the trouble.
        logger.exception("A page could not be made beforehand.")
    finally:
        connections.close_all()


def _answer(application: Callable[..., Iterable[bytes]], path: str) -> str:
    """Ask the site for a page as the proxy does; the status of the answer."""
    said: list[str] = []
    site = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or 443),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        # Whoever brings a cookie gets a page of their own, and none is kept for others.
        "HTTP_COOKIE": "before=the-workers",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    def begin(status: str, _headers: Any, _error: Any = None) -> None:
        said.append(status)

    with closing(application(environ, begin)) as answer:  # type: ignore[type-var]
        for _part in answer:
            pass
    return said[-1]


def _read_addresses(resolver: Any) -> None:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            _read_addresses(one)
