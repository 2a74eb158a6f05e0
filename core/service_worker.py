"""Reading without the net: the service worker, whose pages it keeps, the offline page.

The worker keeps opened lessons on the phone. So that it never shows one person's page to
another, every page says in a header whose it is, by a name that tells nothing; the worker
keeps pages under that name and forgets those of everybody else (UX-OFF-3).
"""

import copy
import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_GET

from core.access import Rule, access

READER_HEADER = "X-Reader"
VISITOR = "visitor"
SCRIPT = "js/offline/worker.js"
# What the offline page itself needs; lessons bring what they need when they are opened.
SHELL = (
    "css/base.css",
    "css/components.css",
    "icons/sprite.svg",
    "icons/favicon.svg",
    "js/offline/list.js",
)


def reader_key(user: Any) -> str:
    """A name for whose pages these are: always the same, and nobody learns the id."""
    if not user.is_authenticated:
        return VISITOR
    return salted_hmac("core.reader", str(user.pk)).hexdigest()[:16]


class ReaderMiddleware:
    """Says on every page whose it is; and empties the browser's cache at sign-out.

    The storage is not emptied by `Clear-Site-Data`: what another person of the same
    phone could not send yet lies there too. The worker and the page of sign-out clear
    what belongs to who leaves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        may_leave = request.method == "POST" and request.user.is_authenticated
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is None:
            return response
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers[READER_HEADER] = reader_key(user)
        if may_leave and not user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _script() -> str:
    """The worker's code with what it must know in front; its text is its version."""
    found = finders.find(SCRIPT)
    code = Path(str(found)).read_text(encoding="utf-8")
    shell = [static(name) for name in SHELL]
    known = {
        "offline": reverse("core:offline"),
        "static": settings.STATIC_URL,
        "shell": shell,
    }
    version = hashlib.sha256((code + json.dumps(known)).encode()).hexdigest()[:12]
    return f"self.KNOWN = {json.dumps(known | {'version': version})};\n{code}"


_kept_script = lru_cache(maxsize=1)(_script)


@access(Rule.PUBLIC)
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it serves the whole site."""
    text = _script() if settings.DEBUG else _kept_script()
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@access(Rule.PUBLIC)
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """«现在没有网»: with the lessons that this phone keeps, drawn on the phone.

    The page is kept by the worker for whoever holds the phone, so that it is drawn as
    for a visitor, in the size and colours of the reader.
    """
    shown = copy.copy(request)
    shown.user = AnonymousUser()
    return render(shown, "offline.html")
