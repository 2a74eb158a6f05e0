"""A session knows its person: one question for both, and no way to be somebody else."""

import importlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, WebSession
from accounts.models.person import at_hand
from accounts.services.second_factor import end_sessions
from accounts.session_store import SessionStore
from tests import factories
from tests.accounts.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/"


@pytest.fixture
def other(db):
    return factories.make_learner("other")


@pytest.fixture
def phone(client, resident):
    """The browser of somebody who is signed in."""
    client.force_login(resident)
    client.get(PAGE)
    return client


def questions(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(PAGE).status_code == 200
    return [one["sql"] for one in asked]


def test_session_and_person_are_one_question(phone):
    asked = questions(phone)
    assert sum('FROM "accounts_websession"' in one for one in asked) == 1
    assert not [one for one in asked if 'FROM "accounts_user"' in one]


def test_the_column_says_whose_it_is(phone, resident):
    row = WebSession.objects.get(session_key=phone.session.session_key)
    assert row.user == resident
    phone.post("/accounts/logout/")
    assert not WebSession.objects.filter(user=resident).exists()


def test_a_visitor_has_a_session_without_a_person(client):
    client.post("/accounts/login/code/", {"phone": "13800138000"})
    assert WebSession.objects.get().user is None
    assert signed_in(client) is None


def test_a_column_that_disagrees_makes_nobody_somebody_else(phone, resident, other):
    """What the session holds decides, with the check of the password behind it."""
    WebSession.objects.update(user=other)
    answer = phone.get(PAGE)
    assert answer.context["user"] == resident
    WebSession.objects.update(user=None)
    assert phone.get(PAGE).context["user"] == resident


def test_a_session_that_names_another_is_none(phone, resident, other):
    """Not even with the right column: the check is of the other's password."""
    session = phone.session
    session[SESSION_KEY] = str(other.pk)
    session.save()
    assert WebSession.objects.get().user == other
    assert phone.get(PAGE).status_code == 302


def test_who_changed_the_password_elsewhere_is_signed_out_here(phone, resident):
    resident.set_password("another-word-of-long-ago")
    resident.save()
    assert phone.get(PAGE).status_code == 302


def test_who_is_barred_is_out_with_the_next_page(phone, resident):
    User.objects.filter(pk=resident.pk).update(is_active=False)
    assert phone.get(PAGE).status_code == 302


def test_whom_a_request_brought_along_is_forgotten_after_it(phone, resident, other):
    User.objects.filter(pk=resident.pk).update(display_name="改过的名字")
    with at_hand(resident):
        assert User.objects.get(pk=resident.pk) is resident
        assert User.objects.get(pk=other.pk) == other
    assert User.objects.get(pk=resident.pk).display_name == "改过的名字"


def test_signing_somebody_out_everywhere_reads_nobody_elses_sessions(resident, other):
    for who in (resident, other):
        for _phone in range(3):
            Client().force_login(who)
    with CaptureQueriesContext(connection) as asked:
        end_sessions(resident)
    found = [one["sql"] for one in asked if "accounts_websession" in one["sql"]]
    assert found
    assert all('."user_id" = ' in one or "IN (" in one for one in found), found
    assert WebSession.objects.filter(user=resident).count() == 0
    assert WebSession.objects.filter(user=other).count() == 3


def test_who_was_signed_in_before_the_release_stays_so(resident, other):
    """The migration brings the sessions of before along, with their people."""
    client = Client()
    client.force_login(resident)
    now = timezone.now()
    row = WebSession.objects.get()
    before = apps.get_model("sessions", "Session").objects
    lost = DjangosStore().encode({SESSION_KEY: str(10**9)})
    for key, data, ends in (
        (row.session_key, row.session_data, row.expire_date),
        ("of-a-visitor", DjangosStore().encode({"a": 1}), now + timedelta(days=1)),
        ("of-nobody", lost, now + timedelta(days=1)),
        ("spoilt", "?", now + timedelta(days=1)),
        ("is-over", row.session_data, now - timedelta(days=1)),
    ):
        before.create(session_key=key, session_data=data, expire_date=ends)
    WebSession.objects.all().delete()
    migration = importlib.import_module("accounts.migrations.0004_web_sessions")
    for _twice in range(2):
        migration.bring_along(apps, SimpleNamespace(connection=connection))
    whose = dict(WebSession.objects.values_list("session_key", "user"))
    assert whose.pop(row.session_key) == resident.pk
    assert whose == {"of-a-visitor": None, "of-nobody": None}
    assert client.get(PAGE).context["user"] == resident
    assert SessionStore("of-a-visitor").load() == {"a": 1}
