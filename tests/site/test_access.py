"""Every route names its rule; views below /learn/ and /desk/ name it themselves."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from core.access import PREFIX_RULES, Rule, rule_of

OWN_APPS = (
    "accounts",
    "core",
    "courses",
    "health",
    "learning",
    "news",
    "schools",
    "search",
)


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def test_every_route_names_the_rule_that_guards_it():
    nameless = [path for path, view in routes() if rule_of(view, path) is None]
    assert nameless == []


def test_our_own_views_name_their_rule_themselves():
    nameless = [
        path
        for path, view in routes()
        if getattr(view, "__module__", "").split(".")[0] in OWN_APPS
        and getattr(view, "access_rule", None) is None
        and not path.lstrip("^").startswith("admin/")
    ]
    assert nameless == []


def test_a_route_without_a_rule_is_noticed():
    assert rule_of(lambda request: None, "new/route/") is None
    assert all(prefix for prefix in PREFIX_RULES)


@pytest.mark.parametrize("area", ["learn/", "desk/"])
def test_areas_about_people_are_never_public(area):
    rules = {rule_of(view, path) for path, view in routes() if path.startswith(area)}
    assert rules
    assert Rule.PUBLIC not in rules
