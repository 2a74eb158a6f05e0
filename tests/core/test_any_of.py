"""`pk__any_of`: rows are looked up by keys that a question gives, as `__in` finds them."""

import pytest
from django.db import connection
from wagtail.models import Page

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_it_finds_what_in_finds(school_a, school_b):
    some = Page.objects.filter(pk=school_a.pk).order_by().values("pk")
    both = some.union(
        Page.objects.filter(pk=school_b.pk).order_by().values("pk"), all=True
    )
    found = Page.objects.filter(pk__any_of=both).order_by("pk")
    assert [one.pk for one in found] == [school_a.pk, school_b.pk]
    assert list(found) == list(Page.objects.filter(pk__in=both).order_by("pk"))
    assert Page.objects.filter(pk__any_of=some).get().pk == school_a.pk
    assert not Page.objects.filter(pk__any_of=some.filter(pk=0)).exists()


def test_postgresql_is_given_an_array_and_plans_no_join_of_it(school_a):
    some = Page.objects.filter(pk=school_a.pk).order_by().values("pk")
    sql = str(Page.objects.filter(pk__any_of=some).query)
    assert ("= ANY (ARRAY (" in sql) == (connection.vendor == "postgresql")
