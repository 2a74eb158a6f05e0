"""Roles × routes × own or another school: who gets what, in one table.

A missing object and a forbidden one of another school look alike (404). A new route
below /learn/ or /desk/ must have its row: `test_every_route_about_people_has_a_row`.
"""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.site.matrix import MATRIX, ROLES
from tests.site.test_access import routes
from tests.site.world import sign_in, world

pytestmark = pytest.mark.django_db
__all__ = ["world"]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_matrix_says(client, request, world, role):
    """All rows of one role in one world; what a row changes is rolled back."""
    sign_in(client, request, world, role)
    wrong = []
    for row in MATRIX:
        url = reverse(row.name, args=[world[name] for name in row.args])
        before = transaction.savepoint()
        response = getattr(client, row.method)(url, row.data or {})
        transaction.savepoint_rollback(before)
        if response.status_code != row.statuses[role]:
            wrong.append((row.method, url, response.status_code, row.statuses[role]))
    assert not wrong


GATE = dict(
    zip(ROLES, (403, 403, 200, 200, 200, 200, 403, 403, 200, 200, 403), strict=True)
)


@pytest.mark.parametrize("role", ROLES)
def test_the_gate_opens_to_who_is_enrolled_and_who_works_on_the_course(
    client, request, world, role
):
    url = world["lesson_page"].url
    sign_in(client, request, world, role)
    response = client.get(url)
    assert response.status_code == GATE[role]
    if response.status_code == 403:
        assert "一手压住面" not in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"


def test_every_route_about_people_has_a_row():
    rows = {row.name for row in MATRIX}
    names = set()
    for path, view in routes():
        if path.startswith(("learn/", "desk/")):
            space = "learning" if path.startswith("learn/") else "desk"
            names |= {
                f"{space}:{pattern}"
                for pattern, found in _names(space)
                if found is view
            }
    assert names - rows == set()


def _names(space):
    from django.urls import get_resolver

    for entry in get_resolver().url_patterns:
        if getattr(entry, "namespace", None) == space:
            for pattern in entry.url_patterns:
                yield pattern.name, pattern.callback
