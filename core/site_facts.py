"""Where sites begin, which the address of each page needs, and what each page says.

Wagtail keeps where sites begin in the cache for an hour. Where it is not there, Wagtail
makes the SQL of its question anew, which took as long as all else of finding a page; the
same question is kept here (decision 0024), brings the settings of the site along, and its
answers are put where they are looked for.
"""

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import router
from django.db.models import F, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from wagtail.models import Site
from wagtail.models.sites import (
    SITE_ROOT_PATHS_CACHE_KEY,
    SITE_ROOT_PATHS_CACHE_VERSION,
    SiteRootPath,
)

from core.kept_sql import kept

# As long as Wagtail keeps it; who changes a site makes it forgotten at once.
KEPT_S = 3600
KEPT_AS = {"version": SITE_ROOT_PATHS_CACHE_VERSION}
SETTINGS_KEY = "near:core.site_settings"
SETTINGS_KEPT_S = 60


def site_roots() -> list[SiteRootPath]:
    """As `Site.get_site_root_paths`; this site has one language of content."""
    roots: list[SiteRootPath] | None = cache.get(SITE_ROOT_PATHS_CACHE_KEY, **KEPT_AS)
    return _read()[0] if roots is None else roots


def site_settings() -> Any:
    """The settings as every page shows them; None where nobody has made any."""
    found = cache.get(SETTINGS_KEY)
    return _read()[1] if found is None else found


def keep_settings(found: Any) -> None:
    """Put them where every page looks for them."""
    cache.set(SETTINGS_KEY, found, SETTINGS_KEPT_S)


def forget_settings() -> None:
    """They were changed. Another process sees that within a minute."""
    cache.delete(SETTINGS_KEY)


def _read() -> tuple[list[SiteRootPath], Any]:
    """Both from the database, and put where they are looked for."""
    sites = _sites()
    roots = [_root_of(site) for site in sites]
    cache.set(SITE_ROOT_PATHS_CACHE_KEY, roots, KEPT_S, **KEPT_AS)
    said = sites[0].settings if sites else None
    found = None
    if said is not None:
        model = apps.get_model("core.SiteSettings")
        # PostgreSQL gives them in an order of its own.
        names = [field.attname for field in model._meta.concrete_fields]
        values = [said[name] for name in names]
        found = model.from_db(router.db_for_read(model), names, values)
        keep_settings(found)
    return roots, found


def address_at(url_path: str, request: HttpRequest | None = None) -> str:
    """The address of the page that is stored with that `url_path`, as `Page.url` says it.

    Empty where no site begins above it. A list asks this of its rows: the library would
    look up for each of them where sites begin, and how an address is made. With the
    request, the answer to it looks that up once.
    """
    return address_below(_roots_for(request), url_path)


def address_below(roots: list[SiteRootPath], url_path: str) -> str:
    """The same with the places where sites begin (`site_roots`)."""
    for root in roots:
        if url_path.startswith(root.root_path):
            path = _served(url_path[len(root.root_path) :], get_script_prefix())
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
    return len(roots) == 1 or len({root.site_id for root in roots}) == 1


@lru_cache(maxsize=2000)
def _served(path: str, _prefix: str) -> str:
    return reverse("wagtail_serve", args=(path,))


def _root_of(row: Any) -> SiteRootPath:
    """Of a row of `_sites`; the site itself knows how its address begins."""
    site = Site(hostname=row.hostname, port=row.port)
    return SiteRootPath(row.pk, row.url_path, site.root_url, row.language)


@kept()
def _sites() -> Any:
    """The sites, each with the settings, which are the same for all, as one value."""
    model = apps.get_model("core.SiteSettings")
    names = [field.attname for field in model._meta.concrete_fields]
    settings = model.objects.order_by("pk").values(
        found=JSONObject(**{name: name for name in names})
    )
    beside = {
        "url_path": F("root_page__url_path"),
        "language": F("root_page__locale__language_code"),
        "settings": Subquery(settings[:1]),
    }
    return (
        Site.objects.annotate(**beside)
        .order_by("-url_path", "-is_default_site", "hostname")
        .values_list("pk", "hostname", "port", *beside, named=True)
    )
