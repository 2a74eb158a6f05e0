"""Sessions: a new id, their length, whose they are."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import WebSession
from accounts.services.people import create_person
from accounts.session_lifetime import DAY_S, HOUR_S, STATE_KEY
from schools.choices import Role
from tests.accounts.conftest import PASSWORD, last_code, sign_in_by_code, signed_in

pytestmark = pytest.mark.django_db


def age(client: Client, **changes: float) -> None:
    session = client.session
    state = session[STATE_KEY]
    session[STATE_KEY] = {**state, **{k: state[k] - v for k, v in changes.items()}}
    session.save()


def test_signing_in_gives_a_new_session_id(client, resident):
    client.get("/accounts/login/")
    client.post("/accounts/login/code/", {"phone": "13800138000"})
    before = client.session.session_key
    assert before
    sign_in_by_code_with_waiting(client)
    assert signed_in(client) == str(resident.pk)
    assert client.session.session_key != before

    assert not WebSession.objects.filter(session_key=before).exists()


def sign_in_by_code_with_waiting(client: Client) -> None:

    client.post("/accounts/login/code/confirm/", {"code": last_code()})


def test_a_residents_session_lives_ninety_days_of_rest(client, resident):
    sign_in_by_code(client)
    assert client.cookies["sessionid"]["max-age"] == 90 * DAY_S
    age(client, seen=89 * DAY_S)
    assert client.get("/accounts/").status_code == 200
    age(client, seen=91 * DAY_S)
    assert client.get("/accounts/").status_code == 302
    assert signed_in(client) is None


def test_no_session_of_a_resident_outlives_a_year(client, resident):
    sign_in_by_code(client)
    age(client, since=366 * DAY_S)
    assert client.get("/accounts/").status_code == 302


def test_a_shared_computer_forgets_with_its_browser(client, resident):
    sign_in_by_code(client, shared_computer="on")
    assert client.session.get_expire_at_browser_close()
    assert not client.cookies["sessionid"]["max-age"]


def test_a_shared_computer_forgets_a_password_sign_in_too(client, resident):
    resident.set_password(PASSWORD)
    resident.save()
    client.post(
        "/accounts/login/",
        {"login": "13800138000", "password": PASSWORD, "shared_computer": "on"},
    )
    assert signed_in(client)
    assert client.session.get_expire_at_browser_close()


def test_staff_rest_twelve_hours_and_stay_seven_days(settings, make_staff):

    settings.STAFF_SECOND_FACTOR = False
    make_staff(Role.EDITOR, "13700137000")
    for changes, is_in in (
        ({"seen": 11 * HOUR_S}, True),
        ({"seen": 13 * HOUR_S}, False),
        ({"since": 6 * DAY_S}, True),
        ({"since": 8 * DAY_S}, False),
    ):
        client = Client()
        client.post("/accounts/login/", {"login": "13700137000", "password": PASSWORD})
        age(client, **changes)
        client.get("/accounts/")
        assert bool(signed_in(client)) is is_in, changes


def test_a_disabled_person_is_out_at_once(client, resident):
    sign_in_by_code(client)
    resident.is_active = False
    resident.save()
    assert client.get("/accounts/").status_code == 302


def test_nothing_of_an_aborted_sign_in_reaches_the_next_person(client, resident):

    other = create_person(display_name="别人", phone="13900139000", is_proved=True)
    client.post("/accounts/login/code/", {"phone": "13800138000"})
    client.post("/accounts/logout/", {"next": "/accounts/login/"})
    client.post("/accounts/login/code/", {"phone": "13900139000"})
    client.post("/accounts/login/code/confirm/", {"code": last_code()})
    assert signed_in(client) == str(other.pk)
    assert "13800138000" not in str(dict(client.session.items()))


def test_the_others_can_be_signed_out(client, resident):

    phone = Client()
    sign_in_by_code(phone)
    cache.clear()
    sign_in_by_code(client)
    assert client.get("/accounts/sessions/").status_code == 200
    client.post("/accounts/sessions/")
    assert phone.get("/accounts/").status_code == 302
    assert client.get("/accounts/").status_code == 200


def test_signing_out_needs_a_post_and_kills_the_session(client, resident):
    sign_in_by_code(client)
    key = client.session.session_key
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client)
    client.post("/accounts/logout/")

    assert not WebSession.objects.filter(session_key=key).exists()
