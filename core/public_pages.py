"""Pages that are the same for every visitor are made once and kept for moments.

Only for who brings no cookie beyond language and display: nobody who has a session, a
form under way or a code from the school is ever shown a kept page, and no answer to them
is kept. What is kept is the whole answer with its headers, so that a visitor's page costs
neither a query nor a template. `Cache-Control` lets a proxy in front do the same:
`s-maxage` there, while a browser asks each time with the ETag that it has.

Whatever is published, moved, withdrawn or set in the settings makes all kept pages old
after the commit. Seats and coming sessions change all day; a page may be behind in them
by `PUBLIC_PAGE_SECONDS`: who takes a seat is decided where the form is sent to.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control

from core.display import DISPLAY_COOKIE, LANGUAGE_COOKIE, read_display

GetResponse = Callable[[HttpRequest], HttpResponse]
# Cookies that choose how a page looks; the key of a kept page holds what they say.
LOOKS = {DISPLAY_COOKIE, LANGUAGE_COOKIE}
CACHE = "pages"
VERSION = "version"
MOMENT_S = 2
# The version outlives every page that was kept under it.
VERSION_KEPT_S = 24 * 3600


def offer(request: HttpRequest, response: HttpResponse) -> None:
    """Say that the answer is a public page: the same for all who are signed in nowhere."""
    if not request.user.is_authenticated:
        response.is_public_page = True  # type: ignore[attr-defined]


def make_old(**_signal: Any) -> None:
    """Let every kept page be made anew; once what was changed is committed."""
    transaction.on_commit(_next_version)


def seen_by_all(sender: Any, **signal: Any) -> None:
    """Of single rows, those that many pages show, and pages that are gone."""
    from wagtail.models import Page, PageViewRestriction

    from core.models import SiteSettings

    is_page_gone = sender is Page and "created" not in signal
    if is_page_gone or sender in (SiteSettings, PageViewRestriction):
        make_old()


def _next_version() -> None:
    cache = caches[CACHE]
    cache.add(VERSION, 0, VERSION_KEPT_S)
    # Gone again where the cache came back, or went, this moment: then nothing is kept.
    with suppress(ValueError):
        cache.incr(VERSION)


class PublicPageMiddleware:
    """Stands before all others: a kept page is answered without asking them.

    Its headers, the policies among them, are those with which it was made.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PUBLIC_PAGE_SECONDS or not _is_for_everybody(request):
            return self.get_response(request)
        key = _key(request)
        found = caches[CACHE].get_many([key, VERSION])
        version, kept = found.get(VERSION, 0), found.get(key)
        if kept is not None and kept["version"] == version:
            return _answer(request, kept)
        response = self.get_response(request)
        if _may_be_kept(response):
            kept = _keep(key, version, response)
            return _unchanged(request, kept["headers"]) or response
        return response


def _is_for_everybody(request: HttpRequest) -> bool:
    """Whether nothing in the request says who asks; addresses with a query are left out.

    There is no end of those, and each would be kept.
    """
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and LOOKS.issuperset(request.COOKIES)
        and "HTTP_AUTHORIZATION" not in request.META
    )


def _key(request: HttpRequest) -> str:
    """One for each look of an address; `get_host` refuses a host that is not ours."""
    language = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if language not in dict(settings.LANGUAGES):
        language = ""
    display = read_display(request)
    parts = (
        str(request.scheme), request.get_host(), request.path, language,
        display.as_cookie(), str(display.is_chosen),
    )  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _may_be_kept(response: HttpResponse) -> bool:
    control = response.headers.get("Cache-Control", "")
    return (
        getattr(response, "is_public_page", False)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "private" not in control
        and "no-store" not in control
    )


def _keep(key: str, version: int, response: HttpResponse) -> dict[str, Any]:
    seconds = settings.PUBLIC_PAGE_SECONDS
    patch_cache_control(response, public=True, max_age=0, s_maxage=seconds)
    if settings.MEDIA_DELIVERY == "x-accel":
        # nginx of our own is told otherwise: it keeps a page for a moment, so that what
        # is published shows, and asks once however many come in that moment.
        response.headers["X-Accel-Expires"] = str(MOMENT_S)
    # Weak: a proxy compresses the page on its way.
    response.headers["ETag"] = (
        f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    )
    kept = {
        "version": version,
        "content": response.content,
        "headers": dict(response.headers.items()),
    }
    caches[CACHE].set(key, kept, seconds)
    return kept


def _answer(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    headers = kept["headers"]
    return _unchanged(request, headers) or HttpResponse(
        kept["content"], headers=headers
    )


def _unchanged(request: HttpRequest, headers: dict[str, str]) -> HttpResponse | None:
    """The answer to a browser that has this very page; None to all others."""
    asked = request.META.get("HTTP_IF_NONE_MATCH", "")
    if headers["ETag"] not in (one.strip() for one in asked.split(",")):
        return None
    unchanged = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Vary"):
        unchanged.headers[name] = headers[name]
    return unchanged
