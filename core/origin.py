"""Addresses that leave the site on paper or in a file, always on the configured origin.

Whoever opens the site by another of its names (an internal one, an address of numbers)
must not have that name printed for others (S-HOST-1).
"""

from urllib.parse import urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest


def public_address(request: HttpRequest, path: str) -> str:
    """The whole address of a path; the request's own host only where none is configured."""
    origin = getattr(settings, "SITE_URL", "")
    return urljoin(origin, path) if origin else request.build_absolute_uri(path)


def on_public_origin(address: str) -> str:
    """The same address of this site, on the configured origin if there is one."""
    origin = getattr(settings, "SITE_URL", "")
    if not origin:
        return address
    parts = urlsplit(address)
    return urljoin(origin, urlunsplit(("", "", *parts[2:])))


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that a page of another site has sent this request."""
    origin = request.headers.get("Origin")
    return bool(origin) and origin != f"{request.scheme}://{request.get_host()}"


def public_host(request: HttpRequest) -> str:
    """What people type to reach the site."""
    origin = getattr(settings, "SITE_URL", "")
    return urlsplit(origin).netloc if origin else request.get_host()
