"""Where sites begin, which the address of each page needs.

Wagtail keeps that in the cache for an hour. Where it is not there, Wagtail makes the SQL
of its question anew, which took as long as all else of finding a page; the same question
is kept here (decision 0024), and its answer put where Wagtail looks for it.
"""

from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Site
from wagtail.models.sites import (
    SITE_ROOT_PATHS_CACHE_KEY,
    SITE_ROOT_PATHS_CACHE_VERSION,
    SiteRootPath,
)

from core.kept_sql import kept

# As long as Wagtail keeps it; who changes a site makes it forgotten at once.
KEPT_S = 3600


def site_roots() -> list[SiteRootPath]:
    """As `Site.get_site_root_paths`; this site has one language of content."""
    kept_as = {"version": SITE_ROOT_PATHS_CACHE_VERSION}
    roots: list[SiteRootPath] | None = cache.get(SITE_ROOT_PATHS_CACHE_KEY, **kept_as)
    if roots is None:
        roots = [_root_of(site) for site in _sites()]
        cache.set(SITE_ROOT_PATHS_CACHE_KEY, roots, KEPT_S, **kept_as)
    return roots


def address_at(url_path: str, request: HttpRequest | None = None) -> str:
    """The address of the page that is stored with that `url_path`, as `Page.url` says it.

    Empty where no site begins above it. A list asks this of its rows: the library would
    look up for each of them where sites begin, and how an address is made. With the
    request, the answer to it looks that up once.
    """
    roots = _roots_for(request)
    for root in roots:
        if url_path.startswith(root.root_path):
            path = _served(url_path[len(root.root_path) :])
            return path if _is_alone(roots) else f"{root.root_url}{path}"
    return ""


def _roots_for(request: HttpRequest | None) -> list[SiteRootPath]:
    if request is None:
        return site_roots()
    known: list[SiteRootPath] | None = request.__dict__.get("_site_roots")
    if known is None:
        known = request.__dict__["_site_roots"] = site_roots()
    return known


def _is_alone(roots: list[SiteRootPath]) -> bool:
    return len({root.site_id for root in roots}) == 1


@lru_cache(maxsize=2000)
def _served(path: str) -> str:
    return reverse("wagtail_serve", args=(path,))


def _root_of(site: Any) -> SiteRootPath:
    home = site.root_page
    return SiteRootPath(
        site.pk, home.url_path, site.root_url, home.locale.language_code
    )


@kept()
def _sites() -> Any:
    sites = Site.objects.select_related("root_page", "root_page__locale")
    return sites.order_by("-root_page__url_path", "-is_default_site", "hostname")
