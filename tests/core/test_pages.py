"""What stands below a page is found by its tree path, in whatever order texts sort."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Locale, Page

from core.pages import below, in_branches, in_path

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

# A ninth and a thirty-fifth page, whose paths end where digits and letters end.
PATHS = [
    "00020008", "000200080001",
    "00020009", "000200090001", "000200090001000Z", "00020009000Z0001",
    "0002000A", "0002000A0001",
    "0002000Z", "0002000Z0001", "0002000Z000Z",
    "00020010", "000200100001",
]  # fmt: skip


@pytest.fixture
def other_collation():
    """PostgreSQL as somebody else set it up: texts sort as in a dictionary."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "ALTER TABLE wagtailcore_page"
                ' ALTER COLUMN path TYPE varchar(255) COLLATE "und-x-icu"'
            )


@pytest.fixture
def tree(other_collation):
    kind = ContentType.objects.get_for_model(Page)
    shared = {"content_type": kind, "locale": Locale.get_default()}
    Page.objects.bulk_create(
        Page(path=path, depth=len(path) // 4, title=path, slug=path, **shared)
        for path in PATHS
    )


def paths(condition):
    return sorted(Page.objects.filter(condition).values_list("path", flat=True))


@pytest.mark.parametrize("path", ["00020008", "00020009", "0002000Z"])
def test_what_stands_below_a_page_is_found_and_nothing_beside_it(tree, path):
    under = [one for one in PATHS if one.startswith(path) and one != path]
    assert len(under) >= 1
    assert paths(below(path)) == under
    found = in_path(Page.objects.order_by("path"), path)
    assert list(found.values_list("path", flat=True)) == under


def test_branches_hold_the_page_itself_and_several_are_one_condition(tree):
    wanted = ["00020009", "0002000Z"]
    inside = [one for one in PATHS if one[:8] in wanted]
    assert paths(in_branches(wanted)) == inside
    assert paths(in_branches([])) == []
