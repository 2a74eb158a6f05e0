"""Small views of the whole site: display, language, health, files, errors."""

import errno
import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import Rule, access
from core.display import (
    DISPLAY_COOKIE,
    LANGUAGE_COOKIE,
    ONE_YEAR_S,
    SIZES,
    THEMES,
    Display,
    read_display,
)
from core.services.deliver import ASK_AGAIN, deliver


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where a form asks to go on, if that is an address of this site; else `default`."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if "\\" in asked or not url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return default
    parts = urlsplit(asked)
    return parts.path + (f"?{parts.query}" if parts.query else "") or default


@access(Rule.PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Choose size and colours; remembered in a cookie that the server reads."""
    if request.method == "POST":
        current = read_display(request)
        size = request.POST.get("size", current.size)
        theme = request.POST.get("theme", current.theme)
        chosen = Display(
            size=size if size in SIZES else current.size,
            theme=theme if theme in THEMES else current.theme,
        )
        response = HttpResponseRedirect(safe_next(request))
        remember(response, DISPLAY_COOKIE, chosen.as_cookie())
        return response
    return render(
        request, "core/display.html", {"next": safe_next(request, default="/")}
    )


@access(Rule.PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English."""
    response = HttpResponseRedirect(safe_next(request))
    asked = request.POST.get("language", "")
    if asked in dict(settings.LANGUAGES):
        remember(response, LANGUAGE_COOKIE, asked)
    return response


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice of the reader for a year, for the server alone."""
    response.set_cookie(
        name,
        value,
        max_age=ONE_YEAR_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@access(Rule.PUBLIC)
@require_GET
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@access(Rule.PUBLIC)
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever it is, the answer is «not ready»
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n" + old_sqlite(), content_type="text/plain")


# Versions before it can damage a database that two connections write (WAL reset race).
SAFE_SQLITE = (3, 51, 3)


def old_sqlite() -> str:
    """A line that names a SQLite too old for more than one process; empty otherwise."""
    if connection.vendor != "sqlite":
        return ""
    import sqlite3

    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return ""
    return f"sqlite {sqlite3.sqlite_version} < 3.51.3: one process only\n"


@access(Rule.PUBLIC)
@require_http_methods(["GET", "HEAD"])
def public_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A rendition. In production the proxy serves these without asking Django."""
    forever = "public, max-age=31536000, immutable"
    return _from_storage(request, storages["public"], name, cache_control=forever)


@access(Rule.STAFF)
@require_http_methods(["GET", "HEAD"])
def private_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """An original, for staff who may choose or change it. Learners never come here."""
    from core.files_access import may_read_original

    if not may_read_original(request.user, name):
        raise Http404
    return _from_storage(request, storages["default"], name, as_attachment=True)


@access(Rule.GATED)
@require_http_methods(["GET", "HEAD"])
def document(
    request: HttpRequest, document_id: int, filename: str = ""
) -> HttpResponseBase:
    """A document of a public page, or one that the member of staff may choose.

    A document of a lesson is not served here but by the gate of its lesson.
    """
    from core.files_access import may_read_document
    from core.models import SiteDocument

    found = SiteDocument.objects.filter(pk=document_id).first()
    if found is None or not may_read_document(request.user, found):
        raise Http404
    return deliver(
        request,
        name=found.file.name,
        content_type=found.content_type,
        filename=found.filename,
        inline=False,
    )


def _from_storage(
    request: HttpRequest,
    storage: Any,
    name: str,
    *,
    as_attachment: bool = False,
    cache_control: str = ASK_AGAIN,
) -> HttpResponseBase:
    from django.core.exceptions import SuspiciousFileOperation

    try:
        exists = storage.exists(name)
    except SuspiciousFileOperation:
        exists = False
    if not exists:
        raise Http404
    return deliver(
        request,
        name=name,
        storage=storage,
        filename=name.rsplit("/", 1)[-1],
        inline=not as_attachment,
        cache_control=cache_control,
    )


@access(Rule.PUBLIC)
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """All components side by side, for developers; not on a real site."""
    if not settings.DEBUG and not settings.SHOW_CODES_ON_PAGE:
        raise Http404
    return render(request, "core/component_page.html")


@access(Rule.PUBLIC)
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: everything about people."""
    lines = ["User-agent: *", "Disallow: /learn/", "Disallow: /desk/"]
    lines += ["Disallow: /admin/", "Disallow: /accounts/", "Disallow: /search/"]
    lines += [f"Sitemap: {settings.WAGTAILADMIN_BASE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere."""
    return render(request, "core/csrf_failure.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    reason = str(exception) if isinstance(exception, PermissionDenied) else ""
    return render(request, "403.html", {"reason": reason}, status=403)


# When to come back after the database did not answer or had no room, in seconds.
COME_BACK_S = 30
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def server_error(request: HttpRequest) -> HttpResponse:
    """The page that depends on nothing; a line of text where even that is missing.

    A database that is away, a disk without room: 503, and when to come back, so that a
    phone keeps its answers and sends them again (security §6.4).
    """
    from django.template.loader import get_template

    error = sys.exc_info()[1]
    is_full = isinstance(error, OSError) and error.errno in NO_ROOM
    is_away = is_full or isinstance(error, OperationalError | InterfaceError)
    name, status = ("503.html", 503) if is_away else ("500.html", 500)
    try:
        text = get_template(name).render()
    except Exception:  # noqa: BLE001 - the last page must not fail itself
        text = (
            '<h1 lang="zh-Hans">网站出了点问题，请过一会儿再来。</h1>'
            '<p lang="en">Something went wrong. Please come back a little later.</p>'
        )
    headers = {"Retry-After": str(COME_BACK_S)} if is_away else {}
    return HttpResponse(text, status=status, headers=headers)
