"""School B of the sweep is whole: nothing that a school keeps is missing there."""

import pytest
from django.apps import apps

from tests.isolation.addresses import tree_addresses
from tests.isolation.engine import walk
from tests.isolation.painting import MACHINE, has_canary, texts
from tests.isolation.rows import (
    FILES,
    NOT_OF_A_SCHOOL,
    OF_PAGES,
    PEOPLE,
    Rows,
    is_of_a_school,
)
from tests.isolation.test_sweep import watch_of
from tests.schools.test_tenant_models import own_models

pytestmark = pytest.mark.django_db


def test_every_model_is_watched_or_says_why_no_school_has_rows_of_it():
    watched = {model._meta.label for model in own_models() if is_of_a_school(model)}
    watched |= {*PEOPLE, *FILES, *OF_PAGES, "schools.ReviewState"}
    known = {model._meta.label for model in own_models()}
    assert known - watched - set(NOT_OF_A_SCHOOL) == set()
    assert set(NOT_OF_A_SCHOOL) - known == set()
    assert set(NOT_OF_A_SCHOOL) & watched == set()


def test_every_text_that_stays_plain_is_a_field():
    stale = [
        f"{label}.{name}"
        for known in MACHINE.values()
        for label, names in known.items()
        for name in names
        if name not in {one.name for one in apps.get_model(label)._meta.fields}
    ]
    assert stale == []


def test_school_b_has_rows_of_every_model_and_a_canary_in_every_text(street):
    rows = Rows(street.b).by_model
    empty = [m._meta.label for m, found in rows.items() if not found.exists()]
    assert empty == []
    plain = [
        f"{model._meta.label}.{field.name}"
        for model, found in rows.items()
        for field in texts(model)
        if not has_canary(found, field.name)
    ]
    assert plain == []


def test_the_page_of_what_is_missing_names_nothing_near_it(street):
    """The walk is answered in a word (`lean`); here all of the site answers."""
    watch = watch_of(street, "clerk")
    some = [ask for ask in tree_addresses(street.b) if ask.is_foreign]
    assert len(some) > 5
    assert list(map(str, walk(watch, some, None))) == []
