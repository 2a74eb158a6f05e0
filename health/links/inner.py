"""Links within the site: whether what they point to is there and open to everybody."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Model
from django.urls import Resolver404, resolve
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site, get_page_models
from wagtail.query import PageQuerySet

from core.routing import is_open_to_all, serve_page
from health.choices import Problem
from health.links.walk import Link, file_models

# Addresses that no page of ours answers: files that the server gives out.
SERVED_ELSEWHERE = (settings.STATIC_URL, settings.MEDIA_URL)
SILENT_SCHEMES = ("mailto", "tel", "sms")


def open_pages(model: type[Page]) -> PageQuerySet:
    """The pages of that type that everybody may open (news: what has passed too)."""
    pages: Any = model._default_manager.all()
    if hasattr(pages, "open_to_all"):
        return pages.open_to_all()
    return pages.live().filter(is_open_to_all())


def own_hosts() -> set[str]:
    """The names under which this site answers."""
    hosts = set(Site.objects.values_list("hostname", flat=True))
    hosts.add(urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "")
    return hosts - {""}


def inner_path(address: str, hosts: set[str]) -> str | None:
    """The path of an address within this site; None for one outside it.

    Without what follows «?» and «#»; empty where the address leads nowhere by itself
    (a place on the same page, a telephone).
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in SILENT_SCHEMES:
        return ""
    if host is None and not parts.scheme:
        return unquote(parts.path)
    if parts.scheme in ("http", "https") and host in hosts:
        return unquote(parts.path) or "/"
    return None


class Inner:
    """What is known of everything that links within the site point to.

    Asked once for all of them: a query for each kind of page and of file, and one look
    at the storage for each file.
    """

    def __init__(self, links: Iterable[Link], hosts: set[str]) -> None:
        self.hosts = hosts
        keys: dict[type[Model], set[int]] = defaultdict(set)
        paths: dict[str, str] = {}
        for link in links:
            if link.model is not None:
                base = Page if issubclass(link.model, Page) else link.model
                keys[base].add(link.key)
            elif path := inner_path(link.address, hosts):
                self._note_path(path, keys, paths)
        self.paths = paths
        self._read_pages(keys.pop(Page, set()), set(paths.values()))
        self.files = {model: _read_files(model, found) for model, found in keys.items()}

    @staticmethod
    def _note_path(
        path: str, keys: dict[type[Model], set[int]], paths: dict[str, str]
    ) -> None:
        """Remember which page of the tree, or which document, an address asks for."""
        match = _match(path)
        if match is None:
            return
        if match.url_name == "wagtaildocs_serve":
            keys[file_models()["document"]].add(match.kwargs["document_id"])
        elif match.func is serve_page:
            inner = "".join(f"{part}/" for part in path.split("/") if part)
            for root in Site.get_site_root_paths()[:1]:
                paths[path] = f"{root.root_path}{inner}"

    def _read_pages(self, keys: set[int], url_paths: set[str]) -> None:
        wanted = Page.objects.filter(pk__in=keys) | Page.objects.filter(
            url_path__in=url_paths
        )
        rows = list(wanted.values_list("pk", "url_path"))
        self.pages = {pk for pk, _path in rows}
        self.open: set[int] = set()
        for model in get_page_models():
            if model is not Page:
                found = open_pages(model).filter(pk__in=self.pages).order_by()
                self.open |= set(found.values_list("pk", flat=True))
        self.by_path = {path: pk for pk, path in rows}
        olds = Redirect.objects.values_list("old_path", flat=True)
        self.redirects = set(olds) if self.paths else set()

    def problem_of(self, link: Link) -> str:
        """What is wrong with an inner link; empty where nothing is, or it is outside."""
        if link.model is None:
            path = inner_path(link.address, self.hosts)
            return self._problem_of_path(path) if path else ""
        if issubclass(link.model, Page):
            return self._problem_of_page(link.key, link.is_followed)
        return self._problem_of_file(link.model, link.key)

    def _problem_of_page(self, key: int, is_followed: bool) -> str:
        if key not in self.pages:
            return Problem.PAGE_GONE
        return Problem.PAGE_HIDDEN if is_followed and key not in self.open else ""

    def _problem_of_file(self, model: type[Model], key: int) -> str:
        is_there = self.files[model].get(key)
        if is_there is None:
            return Problem.FILE_GONE
        return "" if is_there else Problem.FILE_LOST

    def _problem_of_path(self, path: str) -> str:
        if path.startswith(SERVED_ELSEWHERE):
            return ""
        match = _match(path)
        if match is not None and match.url_name == "wagtaildocs_serve":
            document = file_models()["document"]
            return self._problem_of_file(document, match.kwargs["document_id"])
        if match is not None and match.func is not serve_page:
            return ""
        key = self.by_path.get(self.paths.get(path, ""))
        if key is not None and key in self.open:
            return ""
        if Redirect.normalise_path(path) in self.redirects:
            return ""
        return Problem.NO_ADDRESS if key is None else Problem.PAGE_HIDDEN


def _match(path: str) -> Any:
    """The route of a path, with the slash at its end that the site would add."""
    for one in (path, f"{path}/"):
        try:
            return resolve(one)
        except Resolver404:
            continue
    return None


def _read_files(model: type[Model], keys: set[int]) -> dict[int, bool]:
    """Whether the original of each of these files lies where it should."""
    found = {}
    for pk, name in model._default_manager.filter(pk__in=keys).values_list(
        "pk", "file"
    ):
        storage: Any = model._meta.get_field("file").storage  # type: ignore[union-attr]
        found[pk] = bool(name) and storage.exists(name)
    return found
