"""Every address of the site outside the Wagtail admin, with the keys of a school."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from wagtail.models import Page, Site

from tests.isolation.keys import is_plain, keys_of
from tests.schools.foreign import WORD

# Routes that are not asked for, each with its reason.
SKIPPED = {
    "^admin/password_reset/.*$": "a redirect for the whole of it, without any key",
    r"^((?:[\w\-]+/)*)$": "the pages: each is asked for by `tree_addresses`",
}


@dataclass(frozen=True)
class Route:
    """A route: its whole name, its address as the resolver has it, its arguments."""

    name: str
    path: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """One address of a route, and whether a key of school B stands in it."""

    route: str
    address: str
    is_foreign: bool = False


def all_routes() -> list[Route]:
    """Every route that is not below /admin/: those have `tests/schools`."""
    patterns = [
        one for one in get_resolver().url_patterns if str(one.pattern) != "admin/"
    ]
    return list(_routes(patterns, [], "", ()))


def site_routes() -> list[Route]:
    """Every route that is asked for."""
    return [one for one in all_routes() if one.path not in SKIPPED]


def _routes(
    patterns: Any, spaces: Sequence[str], prefix: str, arguments: tuple[str, ...]
) -> Iterator[Route]:
    for one in patterns:
        path = prefix + str(one.pattern)
        own = (*arguments, *_arguments(one.pattern))
        if isinstance(one, URLPattern):
            yield Route(":".join([*spaces, one.name or path]), path, own)
        else:
            inner = [*spaces, one.namespace] if one.namespace else spaces
            yield from _routes(one.url_patterns, inner, path, own)


def _arguments(pattern: Any) -> tuple[str, ...]:
    if isinstance(pattern, RegexPattern):
        return tuple(pattern.regex.groupindex)
    return tuple(pattern.converters)


def addresses(
    route: Route, own: Any, other: Any, most: int | None = None
) -> Iterator[Ask]:
    """The addresses of a route with keys of the other school in them.

    With several arguments also one of them of the own school: the child of another
    parent (S-IDOR-1).
    """
    if not route.arguments:
        return
    theirs = [keys_of(other, route.path, one)[:most] for one in route.arguments]
    ours = [keys_of(own, route.path, one) for one in route.arguments]
    telling = [not is_plain(route.path, one) for one in route.arguments]
    for values in dict.fromkeys(_star(theirs, ours, telling)):
        yield from _ask(route, values, is_foreign=any(telling))


def _star(
    theirs: list[list[Any]], ours: list[list[Any]], telling: list[bool]
) -> Iterator[tuple[Any, ...]]:
    """All keys at one place, the first ones at the others; then ours at one place."""
    first = [keys[0] for keys in theirs]
    for place, keys in enumerate(theirs):
        for key in keys:
            yield (*first[:place], key, *first[place + 1 :])
    if sum(telling) > 1:
        for place, keys in enumerate(ours):
            yield (*first[:place], keys[0], *first[place + 1 :])


def own_addresses(route: Route, own: Any) -> Iterator[Ask]:
    """The addresses of the own school, and those that name none: their forms are read."""
    keys = [keys_of(own, route.path, one)[:1] for one in route.arguments]
    no_mix = [False for _one in keys]
    for values in dict.fromkeys(_star(keys, keys, no_mix)) if keys else [()]:
        yield from _ask(route, values, is_foreign=False)


def _ask(route: Route, values: tuple[Any, ...], *, is_foreign: bool) -> Iterator[Ask]:
    named = dict(zip(route.arguments, values, strict=True))
    try:
        yield Ask(route.name, reverse(route.name, kwargs=named), is_foreign)
    except NoReverseMatch:
        # One of two routes of Wagtail's for one address; it has no name.
        return


def queries(other: Any) -> list[str]:
    """What lists are asked for: the word in B's titles, and B by all its names."""
    found = {
        kind: keys[0] for kind, keys in other.found.items() if isinstance(keys[0], int)
    }
    wide = {
        **found, "q": WORD, "school": other.school.pk, "schools": other.slug,
        "pk": found["page"], "id": found["page"], "person": found["user"],
        "lesson": found["lesson"], "page": 1, "next": f"/schools/{other.slug}/",
    }  # fmt: skip
    by_slug = {"school": other.slug, "k": other.forged[0], "kind": "lesson", "q": WORD}
    return [urlencode(wide), urlencode(by_slug)]


def tree_addresses(other: Any) -> Iterator[Ask]:
    """Every page below school B, live or not, by its address."""
    root = Site.objects.get(is_default_site=True).root_page
    below = Page.objects.filter(path__startswith=other.school.path)
    for page in below.order_by("path"):
        address = f"/{page.url_path.removeprefix(root.url_path)}"
        yield Ask("page", address, is_foreign=not page.live)
