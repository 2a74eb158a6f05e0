"""What each process would do at its first requests, done once before they come.

gunicorn loads the site before it begins its workers (deploy/gunicorn.conf.py): what is
read here they share, and none of them makes somebody wait for it.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils.translation import gettext, override

from search.apps import warm_up as read_dictionaries


def warm_up() -> None:
    """Read dictionaries, addresses, languages and templates; no connection stays open."""
    read_dictionaries()
    if settings.DEBUG:
        return  # who develops starts often, and changes templates
    _read_addresses(get_resolver())
    for code, _name in settings.LANGUAGES:
        with override(code):
            gettext("学习")
    templates: Path = settings.BASE_DIR / "templates"
    for found in sorted(templates.rglob("*.html")):
        get_template(found.relative_to(templates).as_posix())
    connections.close_all()


def _read_addresses(resolver: Any) -> None:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            _read_addresses(one)
