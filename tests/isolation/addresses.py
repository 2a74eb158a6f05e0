"""Every address of the site outside the Wagtail admin, with the keys of a school."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from wagtail.models import Page, Site

from tests.isolation.keys import keys_of
from tests.schools.foreign import WORD

# Routes that are not asked for, each with its reason.
SKIPPED = {
    "^admin/password_reset/.*$": "leads away; asked for in the tests of the accounts",
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
    data: dict[str, Any] = field(default_factory=dict, compare=False)


def site_routes() -> list[Route]:
    """Every route that is not below /admin/."""
    patterns = [
        one for one in get_resolver().url_patterns if str(one.pattern) != "admin/"
    ]
    return [one for one in _routes(patterns, [], "", ()) if one.path not in SKIPPED]


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


def addresses(route: Route, own: Any, other: Any) -> Iterator[Ask]:
    """The addresses of a route with keys of the other school in them.

    With several arguments also one of them of the own school: the child of another
    parent (S-IDOR-1).
    """
    if not route.arguments:
        return
    foreign = [keys_of(other, route.path, one) for one in route.arguments]
    ours = [keys_of(own, route.path, one) for one in route.arguments]
    seen = set()
    for values in _star(foreign, ours):
        if values not in seen:
            seen.add(values)
            yield from _ask(route, values, is_foreign=True)


def _star(foreign: list[list[Any]], ours: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """All keys at one place, the first ones at the others; then ours at one place."""
    first = [keys[0] for keys in foreign]
    for place, keys in enumerate(foreign):
        for key in keys:
            yield (*first[:place], key, *first[place + 1 :])
    if len(foreign) > 1:
        for place, keys in enumerate(ours):
            mixed = (*first[:place], keys[0], *first[place + 1 :])
            yield mixed


def own_addresses(route: Route, own: Any) -> Iterator[Ask]:
    """The addresses of the own school, and those that name none: their forms are read."""
    if not route.arguments:
        yield from _ask(route, (), is_foreign=False)
        return
    ours = [keys_of(own, route.path, one)[:2] for one in route.arguments]
    for values in dict.fromkeys(_star(ours, ours)):
        yield from _ask(route, values, is_foreign=False)


def _ask(route: Route, values: tuple[Any, ...], *, is_foreign: bool) -> Iterator[Ask]:
    try:
        address = reverse(
            route.name, kwargs=dict(zip(route.arguments, values, strict=True))
        )
    except NoReverseMatch:
        return
    yield Ask(route.name, address, is_foreign)


def queries(other: Any) -> list[str]:
    """What lists are asked for: the word in B's titles, and B by all its names."""
    found = {kind: keys[0] for kind, keys in other.found.items()}
    wide = {
        **found, "q": WORD, "school": other.school.pk, "schools": other.slug,
        "pk": found["page"], "id": found["page"], "person": found["user"],
        "lesson": found["lesson"], "page": 1, "next": f"/schools/{other.slug}/",
    }  # fmt: skip
    by_slug = {"school": other.slug, "k": other.forged[0], "kind": "lesson", "q": WORD}
    return [urlencode({"q": WORD}), urlencode(wide), urlencode(by_slug)]


def tree_addresses(other: Any) -> Iterator[Ask]:
    """Every page below school B, live or not, by its address."""
    root = Site.objects.get(is_default_site=True).root_page
    below = Page.objects.filter(path__startswith=other.school.path)
    for page in below.order_by("path"):
        address = f"/{page.url_path.removeprefix(root.url_path)}"
        yield Ask("page", address, is_foreign=not page.live)
