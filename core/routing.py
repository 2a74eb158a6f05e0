"""From an address to its page in one query.

Wagtail walks the tree: two queries for each part of the address, so a course (five
parts) has cost ten before it says a word. The address of a page is stored with it
(`url_path`), and no page type of ours routes below itself; so the page is looked up
directly, its own type joined, with the answer to whether it stands in a private part
of the tree. Anything unusual (several sites, a page that routes for itself) goes
Wagtail's way.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, get_page_models
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from core.access import Rule, access
from core.kept_sql import KeptQuery, kept
from core.public_pages import offer
from core.site_facts import site_roots


def in_private_part() -> Exists:
    """Whether a page or one of its ancestors is restricted: a condition for queries.

    Wagtail's `public()` reads all restrictions first, a query more for every list. The
    path of a restricted page is looked up for each of the few restrictions: of a join
    SQLite would begin with the pages, and go through all of them for each page.
    """
    place = Page.objects.filter(pk=OuterRef("page_id")).order_by().values("path")
    return Exists(
        PageViewRestriction.objects.annotate(
            asked=ExpressionWrapper(OuterRef("path"), output_field=CharField()),
            place=Subquery(place[:1]),
        ).filter(asked__startswith=F("place"))
    )


def is_open_to_all(at: Any = None) -> Q:
    """Whether everybody may read a live page now: in no private part, and not over.

    A page whose time is up is taken away by the next `publish_scheduled`; nobody waits
    for that (S-LEAK-1).
    """
    over = Q(expire_at__isnull=False, expire_at__lte=at or timezone.now())
    return Q(~in_private_part()) & ~over


def is_over(page: Page) -> bool:
    """Whether the time of a page that was read is up; the same rule as in the query."""
    return page.expire_at is not None and page.expire_at <= timezone.now()


class OpenPageQuerySet(PageQuerySet):
    """What lists of public pages share."""

    def open_to_all(self, at: Any = None) -> Any:
        """Live pages that everybody may read now (or then)."""
        return self.live().filter(is_open_to_all(at))


# Each is asked, by an app, about an address (`url_path`) without a live page; it answers
# for a page that was taken away and should say so, or returns None.
GONE: list[Callable[[HttpRequest, str], HttpResponse | None]] = []


@access(Rule.GATED)
def serve_page(request: HttpRequest, path: str = "") -> HttpResponse:
    """Wagtail's own view and hooks, with the page found beforehand."""
    found = find_page(path)
    if found is not None:
        if is_over(found):
            raise Http404
        request._wagtail_route_for_request = RouteResult(found)  # type: ignore[attr-defined]
    elif url_path := _url_path(path):
        for ask in GONE:
            gone = ask(request, url_path)
            if gone is not None:
                return gone
    response: HttpResponse = serve(request, path)
    if found is not None and not _is_guarded(found):
        offer(request, response)
    return response


def _is_guarded(page: Any) -> bool:
    """Whether who asks decides what is shown: a lesson's gate, a private part."""
    return bool(getattr(page, "is_gated_page", False) or page.is_private)


def find_page(path: str) -> Page | None:
    """The live page at that address as its own type, or None: then Wagtail is asked.

    An address without a page costs Wagtail's walk; so does a draft, which its route
    refuses.
    """
    url_path = _url_path(path)
    if not url_path:
        return None
    slug = url_path.rstrip("/").rsplit("/", 1)[-1]
    page = _page_of(_kinds.get(_shelf(url_path))).first(slug=slug, url_path=url_path)
    own = _as_own_type(page) if page is not None else None
    if own is None:
        return None
    _kinds[_shelf(url_path)] = type(own)
    own.is_private = page.is_private
    if not page.is_private and page.alias_of_id is None:
        # Wagtail's check asks this of the page: answered already.
        own.get_view_restrictions = list
    return own


def _url_path(path: str) -> str:
    """The address as it is stored with a page; empty where Wagtail must be asked."""
    roots = site_roots()
    if len(roots) != 1:
        return ""
    parts = [part for part in path.split("/") if part]
    return str(roots[0].root_path) + "".join(f"{part}/" for part in parts)


def join_kinds(
    pages: PageQuerySet, *kinds: Any, shown: Mapping[Any, tuple[str, ...]] | None = None
) -> Any:
    """The question for pages of several kinds, each with its own type joined.

    Where all kinds that there can be are named, nothing else is joined. `shown`: what is
    joined of each named kind instead of all that its own page shows. `own_types` takes
    the answer; what the query was annotated with stays with the plain page.
    """
    named: tuple[Any, ...] = kinds or (None,)
    joined = [
        name
        for kind in named
        for name in _joined(kind, None if shown is None else shown.get(kind, ()))
    ]
    return pages.select_related(*joined) if joined else pages


def own_types(rows: Iterable[Any]) -> dict[int, Any]:
    """The pages of `join_kinds` as their own types, by their number."""
    known: dict[int, tuple[str, ...] | None] = {}
    found = {}
    for row in rows:
        kind = row.content_type_id
        if kind not in known:
            known[kind] = _links().get(row.specific_class)
        own = _along(row, known[kind])
        if own is not None:
            found[row.id] = own
    return found


def _as_own_type(page: Any) -> Any:
    return _along(page, _links().get(page.specific_class))


def _along(page: Any, links: tuple[str, ...] | None) -> Any:
    if links is None:
        return None
    own = page
    for link in links:
        own = getattr(own, link)
    return own


@cache
def _links() -> dict[type[Page], tuple[str, ...]]:
    """The attributes that lead from a plain page to each type that routes plainly."""
    found: dict[type[Page], tuple[str, ...]] = {}
    for model in get_page_models():
        if model is Page or model.route is not Page.route:
            continue
        chain = [*reversed(model._meta.get_parent_list()), model]
        chain = chain[chain.index(Page) + 1 :]
        found[model] = tuple(one._meta.model_name for one in chain)
    return found


# Of which type the page was that this process read last on each shelf. Joining all types
# is a fifth of the time of a page; a page of another type costs one query more, because
# its own type is read when it is asked for.
_kinds: dict[tuple[int, str], Any] = {}


def _shelf(url_path: str) -> tuple[int, str]:
    """Where pages of one type stand beside each other: how deep, and in which section.

    A lesson, `/home/schools/xingang/courses/c23/lesson-2/`, is of (6, "courses").
    """
    parts = url_path.strip("/").split("/")
    # The sections of the site stand below home, those of a school below the school.
    section = parts[3:4] or parts[1:2]
    return len(parts), "".join(section)


@cache
def _page_of(kind: Any) -> KeptQuery:
    """The question for the live page at an address, of that type or of any."""

    def at_address(slug: Any, url_path: Any) -> Any:
        private = ExpressionWrapper(in_private_part(), output_field=BooleanField())
        return (
            Page.objects.filter(slug=slug, url_path=url_path, live=True)
            .annotate(is_private=private)
            .select_related(*_joined(kind))
            .order_by("pk")[:1]
        )

    at_address.__qualname__ = f"at_address[{kind._meta.label if kind else ''}]"
    return kept(slug=CharField(), url_path=CharField())(at_address)


@cache
def _joined(
    kind: type[Page] | None, beside: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """What the one query joins: the type (all, where it is not known), what it shows."""
    names = []
    for model, links in _links().items():
        if kind in (None, model):
            own = "__".join(links)
            shown = getattr(model, "shown_with", ()) if beside is None else beside
            names += [own, *(f"{own}__{name}" for name in shown)]
    return tuple(names)
