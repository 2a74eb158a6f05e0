"""A session knows its person: one question for both, and no way to be somebody else."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session as FormerSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, WebSession
from accounts.models.person import at_hand
from accounts.services.erasure import erase_person
from accounts.services.forgetting import forget_ended_devices
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
    assert phone.get(PAGE).context["user"] == resident
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


@pytest.fixture
def former(phone):
    """A browser that was signed in before sessions knew their person."""
    factories.make_former_session(WebSession.objects.get())
    return phone


def test_who_was_signed_in_before_the_release_stays_so(former, resident):
    assert former.get(PAGE).context["user"] == resident
    assert WebSession.objects.get().user == resident
    assert not FormerSession.objects.exists()
    assert former.get(PAGE).context["user"] == resident


def test_who_was_signed_out_before_the_release_was_done_stays_out(former):
    FormerSession.objects.all().delete()
    assert former.get(PAGE).status_code == 302


def test_a_former_session_that_is_over_opens_nothing(former):
    FormerSession.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    assert former.get(PAGE).status_code == 302
    SessionStore.clear_expired()
    assert not FormerSession.objects.exists()


def test_a_former_session_of_another_key_opens_nothing(former):
    FormerSession.objects.update(session_data="spoilt")
    assert former.get(PAGE).status_code == 302


def test_signing_somebody_out_everywhere_ends_former_sessions_too(former, resident):
    end_sessions(resident)
    assert former.get(PAGE).status_code == 302
    assert not FormerSession.objects.exists()


def test_a_phone_that_has_not_come_since_is_listed_and_can_be_signed_out(
    former, resident
):
    """By its owner, from another phone: the list of devices shows it as ever."""
    key = former.cookies["sessionid"].value
    device = UserSession.objects.create(
        user=resident, session_key=key, ip="192.0.2.1", user_agent="old phone"
    )
    forget_ended_devices(timezone.now())
    assert UserSession.objects.purge_and_list(resident) == [device]
    device.end()
    assert former.get(PAGE).status_code == 302
    assert not FormerSession.objects.exists()


def test_nothing_of_the_erased_stays_in_the_former_table(
    former, resident, tmp_path, settings
):
    settings.ERASURE_JOURNAL = str(tmp_path / "erasures.jsonl")
    assert erase_person(user=resident)
    assert not FormerSession.objects.exists()
    assert not WebSession.objects.filter(user=resident).exists()


def test_a_session_of_somebody_who_was_deleted_is_written_once_and_opens_nothing():
    gone = factories.make_learner("gone")
    client = Client()
    client.force_login(gone)
    store = SessionStore(client.session.session_key)
    assert store[SESSION_KEY] == str(gone.pk)
    gone.delete()
    assert not WebSession.objects.exists()
    made = SessionStore()
    made[SESSION_KEY] = store[SESSION_KEY]
    made.save()
    client.cookies["sessionid"] = made.session_key
    assert client.get(PAGE).status_code == 302
