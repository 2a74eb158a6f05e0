"""Every route of the site outside the Wagtail admin, asked by people of school A for B.

Nothing private of B is in an answer, nothing of B changes, no row of A names one of B,
and nothing answers 500 (security §4, S-IDOR-*, S-LEAK-1). A new route, a new form and a
new model are swept without a word here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from core.access import Rule, rule_of
from tests.isolation.addresses import (
    SKIPPED,
    Ask,
    addresses,
    all_routes,
    own_addresses,
    queries,
    site_routes,
    tree_addresses,
)
from tests.isolation.engine import MAY_CHANGE, OPEN, Watch, walk
from tests.isolation.forms import forged, forms_of, unnamed
from tests.schools.foreign import CANARY, WORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lean")]
ROLES = ("visitor", "resident", "enrolled", "teacher", "clerk", "principal", "moved")
# How many keys of each kind; a principal has the rights of a clerk, and who has moved
# those of a teacher.
MOST = {"teacher": 4, "principal": 1, "moved": 1}
STAFF = ("teacher", "clerk", "principal", "moved")
# Who has pages of their own, the forms of which are sent with keys of B.
SENDERS = ("enrolled", "teacher", "clerk", "principal")
REVIEWS = ("desk:review", "desk:news")
PUBLIC = (
    "/", "/schools/", "/courses/", "/news/", f"/courses/?q={WORD}", f"/news/?q={WORD}",
    "/courses/?school=school-b", "/news/?school=school-b", f"/search/?q={CANARY[:3]}",
)  # fmt: skip
BODY = {
    "key": "k", "text": "写几个字", "reason": "写几个字", "answer": "yes", "step": "revoke",
    "name": "王", "title": "改掉", "format": "csv", "outcome": "told", "seats": "1",
    "percent": "50", "event": "done", "layout": "steps", "role": "teacher",
    "source": "teacher", "pressed": "right", "seen": "1/", "checks": "1",
}  # fmt: skip


def watch_of(street: Any, role: str) -> Watch:
    """The street, watched from a browser of their own."""
    browser = Client(raise_request_exception=False)
    if role != "visitor":
        browser.force_login(street.asking[role])
    return Watch(street, browser)


def stays_outside(role: str, ask: Ask) -> bool:
    """Whether the rule of the route refuses the role before a key is read."""
    match = resolve(ask.address)
    rule = rule_of(match.func, match.route)
    if role == "visitor":
        return rule in (Rule.SIGNED_IN, Rule.STAFF)
    return rule is Rule.STAFF and role not in STAFF


def asked(street: Any, role: str) -> Iterator[Ask]:
    """All addresses with keys of B; of a route that refuses the role at the door, one."""
    most = MOST.get(role, 2)
    for route in site_routes():
        for ask in addresses(route, street.a, street.b, most):
            yield ask
            if stays_outside(role, ask):
                break


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_no_route_shows_or_changes_another_school(street, role):
    watch = watch_of(street, role)
    wrong = walk(watch, asked(street, role), BODY)
    assert list(map(str, wrong)) == []
    assert watch.requests > 300


@pytest.mark.long
@pytest.mark.parametrize("role", SENDERS)
def test_no_form_takes_anything_of_another_school(street, role):
    """Each form of the own pages is sent with keys of B in it (S-IDOR-4)."""
    watch, seen, wrong, new = watch_of(street, role), set(), [], set()
    for ask in own_asked(street, role):
        response, found = watch.send(ask, "get")
        wrong += found
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for form in forms_of(ask.address, response.content.decode()):
            new |= {f"{ask.route}: {name}" for name in unnamed(form)}
            sent = Ask(ask.route, form.action)
            if (key := (form.action, *form.values)) not in seen:
                seen.add(key)
                body = form.sent(**forged(form, street.b))
                wrong += watch.send(sent, "post", data=body)[1]
    assert list(map(str, wrong)) == []
    assert new == set(), "say in forms.py what these fields name"
    assert seen


def own_asked(street: Any, role: str) -> Iterator[Ask]:
    """The own pages; of a principal those on which a clerk has no say."""
    for route in site_routes():
        if role == "principal" and not route.name.startswith(REVIEWS):
            continue
        for ask in own_addresses(route, street.a):
            yield ask
            if stays_outside(role, ask):
                break


@pytest.mark.parametrize("role", ["visitor", "clerk"])
def test_nothing_that_is_not_for_everybody_is_in_the_public_part(street, role):
    """Pages of B, lists, feeds, searches, the sitemap, with the words of its drafts."""
    watch = watch_of(street, role)
    public = [Ask("page", address) for address in PUBLIC]
    wrong = walk(watch, [*tree_addresses(street.b), *public], None)
    for ask in lists(street, role):
        wrong += watch.send(ask, "get")[1]
    assert list(map(str, wrong)) == []


def lists(street: Any, role: str) -> Iterator[Ask]:
    """Every address without a key, asked for the words and for the keys of B."""
    for route in site_routes():
        for ask in own_addresses(route, street.a):
            if not route.arguments and not stays_outside(role, ask):
                for query in queries(street.b):
                    yield Ask(route.name, f"{ask.address}?{query}")


def test_every_exception_names_a_route_that_there_is():
    names = {route.name for route in site_routes()} | {"page"}
    assert set(OPEN) | set(MAY_CHANGE) <= names
    everything = {route.path for route in all_routes()}
    assert set(SKIPPED) <= everything
