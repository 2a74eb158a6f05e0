"""The sweep turns red when a guard is taken away: each of them, one at a time."""

from collections.abc import Iterator
from typing import Any

import pytest

from courses.models import CourseRun
from tests.isolation.addresses import (
    Ask,
    addresses,
    own_addresses,
    queries,
    site_routes,
    tree_addresses,
)
from tests.isolation.engine import Watch, walk
from tests.isolation.guards import GUARDS, Guard
from tests.isolation.test_sweep import BODY, watch_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lean")]


def rows_of(guard: Guard, street: Any) -> Iterator[Ask]:
    """The part of the sweep that the guard protects."""
    for row in guard.rows:
        if row == "page":
            yield from tree_addresses(street.b)
        elif row.startswith("/"):
            made = street.b.pages
            page, image = made.pages["course"].pk, made.image.pk
            yield Ask(row, row.format(page=page, image=image))
        else:
            yield from _of_route(row, street)


def _of_route(name: str, street: Any) -> Iterator[Ask]:
    for route in site_routes():
        if route.name == name and route.arguments:
            yield from addresses(route, street.a, street.b)
        elif route.name == name:
            for ask in own_addresses(route, street.a):
                yield ask
                for query in queries(street.b):
                    yield Ask(name, f"{ask.address}?{query}")


def swept(street: Any, guard: Guard) -> list[str]:
    watch: Watch = watch_of(street, guard.role)
    asks = list(rows_of(guard, street))
    assert asks, "the guard names no row of the sweep"
    return list(map(str, walk(watch, asks, BODY)))


@pytest.mark.parametrize("guard", GUARDS, ids=lambda one: one.place)
def test_the_sweep_notices_a_guard_that_is_gone(street, guard, monkeypatch):
    assert swept(street, guard) == []
    guard.remove(monkeypatch)
    assert swept(street, guard) != []


def test_a_row_of_b_that_is_not_as_it_was_is_found(street, monkeypatch):
    """What a resident may write at another school is found where nobody allows it."""
    monkeypatch.setattr("tests.isolation.engine.MAY_CHANGE", {})
    watch = watch_of(street, "resident")
    wrong = {one.what for one in walk(watch, _of_route("learning:enrol", street), BODY)}
    assert {"learning.Enrolment new", "learning.EnrolmentEvent new"} <= wrong


def test_a_row_of_a_that_names_one_of_b_is_found(street):
    watch = watch_of(street, "visitor")
    assert watch.crossings.new([CourseRun]) == []
    runs = CourseRun.objects.filter(school=street.a.school)
    runs.update(venue=street.b.room)
    assert watch.crossings.new([CourseRun]) == [
        "courses.CourseRun.venue of another school"
    ]


def test_there_are_twenty_guards_and_more():
    assert len({guard.place for guard in GUARDS}) == len(GUARDS) >= 20
