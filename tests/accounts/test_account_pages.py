"""Every page about accounts is a page of this site, and says things in its words."""

import re
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.cache import cache
from django.template.loader import get_template
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.services.people import create_person, set_birth_year
from accounts.sms import MemoryBackend
from core.civil_time import civil_date
from core.models import AuditEntry
from tests.accounts.conftest import PASSWORD, last_code, sign_in_by_code, signed_in

pytestmark = pytest.mark.django_db


def account_paths() -> list[str]:
    """Every path below /accounts/ that takes no argument."""
    found: list[str] = []

    def walk(patterns, prefix: str) -> None:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, here)
            elif re.fullmatch(r"accounts/[^<(^]*", here):
                found.append(f"/{here}")

    walk(get_resolver().url_patterns, "")
    return found


def check(path: str, page: str) -> None:
    assert page.count("<h1") == 1, path
    assert re.search(r'<header[^>]*class="[^"]*\btop\b', page), path
    assert re.search(r"<html[^>]*\slang=", page), path
    assert not re.search(r"\sstyle=|\son\w+=|<script>", page), path
    assert "placeholder=" not in page, path


def test_every_page_has_the_sites_header_and_one_heading(resident):
    resident.set_password(PASSWORD)
    resident.save()
    paths = account_paths()
    assert len(paths) > 20
    inside = Client()
    sign_in_by_code(inside)
    seen = set()
    for client in (Client(), inside):
        for path in paths:
            answer = client.get(path)
            assert answer.status_code < 500, path
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                check(path, answer.content.decode())
                seen.add(path)
    # Those that need something done first.

    cache.clear()
    waiting = Client()
    waiting.post("/accounts/login/code/", {"phone": "13800138000"})
    check("confirm", waiting.get("/accounts/login/code/confirm/").content.decode())
    asked = inside.get("/accounts/email/")
    reauthenticated = inside.post(
        "/accounts/reauthenticate/?next=/accounts/", {"password": PASSWORD}
    )
    assert reauthenticated.status_code == 302
    assert asked.status_code == 200
    for path in ("/accounts/2fa/totp/activate/", "/accounts/2fa/"):
        check(path, inside.get(path).content.decode())
    assert {"/accounts/", "/accounts/login/", "/accounts/signup/"} <= seen


def test_a_link_to_a_new_password_works_once(client):
    user = create_person(
        display_name="王老师",
        email="wang@example.com",
        password=PASSWORD,
        is_proved=True,
    )
    client.post("/accounts/password/reset/", {"email": "wang@example.com"})
    link = re.search(r"http://testserver(/accounts/\S+)", str(mail.outbox[-1].body))[1]
    assert "【" in mail.outbox[-1].subject
    form = client.get(link, follow=True)
    check(link, form.content.decode())
    new = "another horse 10"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    used = Client().get(link, follow=True).content.decode()
    assert "不能用了" in used
    check(link, used)


def test_an_unknown_address_gets_the_same_answer_to_a_lost_password(client):
    create_person(
        display_name="王老师",
        email="wang@example.com",
        password=PASSWORD,
        is_proved=True,
    )
    known = client.post("/accounts/password/reset/", {"email": "wang@example.com"})
    other = client.post("/accounts/password/reset/", {"email": "no@example.com"})
    assert (known.status_code, known.url) == (other.status_code, other.url)
    assert len(mail.outbox) == 2


def test_the_account_page_masks_the_number(client, resident):
    client.force_login(resident)
    page = client.get("/accounts/").content.decode()
    assert "138****8000" in page
    assert "13800138000" not in page


def test_a_name_can_be_changed(client, resident):
    client.force_login(resident)
    answer = client.post("/accounts/name/", {"display_name": "  "})
    assert answer.status_code == 422
    client.post("/accounts/name/", {"display_name": " 李 姐 "})
    resident.refresh_from_db()
    assert resident.display_name == "李 姐"


def test_the_year_of_birth_can_be_filled_in_and_mended(client, resident):
    client.force_login(resident)
    assert "填出生年份" in client.get("/accounts/").content.decode()
    assert client.post("/accounts/birth-year/", {"birth_year": "1955"}).url == (
        "/accounts/"
    )
    page = client.get("/accounts/").content.decode()
    assert "<dd>1955</dd>" in page
    assert "出生年份记下了" in page
    client.post("/accounts/birth-year/", {"birth_year": " １９５６ "})
    resident.refresh_from_db()
    assert resident.birth_year == 1956
    written = AuditEntry.objects.filter(action="person.birth_year_set")
    assert [entry.actor_id for entry in written] == [resident.pk] * 2
    assert "1956" not in str(written.values())


@pytest.mark.parametrize(
    "typed", ["", "  ", "55", "1899", "next", "一九五五", "-1955", "1955.5", "9" * 30]
)
def test_a_year_that_cannot_be_is_refused_with_the_years_that_can(
    client, resident, typed
):
    client.force_login(resident)
    answer = client.post("/accounts/birth-year/", {"birth_year": typed})
    assert answer.status_code == 422
    this_year = civil_date().year
    assert f"请填 1900 到 {this_year} 之间的年份" in answer.content.decode()
    resident.refresh_from_db()
    assert resident.birth_year is None


def test_next_year_is_no_year_of_birth(client, resident):
    client.force_login(resident)
    for year, status in ((civil_date().year, 302), (civil_date().year + 1, 422)):
        answer = client.post("/accounts/birth-year/", {"birth_year": str(year)})
        assert answer.status_code == status
    with pytest.raises(ValueError, match="nobody"):
        set_birth_year(user=resident, birth_year=1899, by=resident)


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/learn/", "/learn/"),
        ("https://elsewhere.example/", "/accounts/"),
        ("//elsewhere.example/", "/accounts/"),
        ("/\\elsewhere.example", "/accounts/"),
        ("javascript:alert(1)", "/accounts/"),
    ],
)
def test_after_the_year_one_goes_on_within_this_site_alone(
    client, resident, asked, goes_to
):
    client.force_login(resident)
    url = f"/accounts/birth-year/?{urlencode({'next': asked})}"
    assert client.get(url).context["back"] == goes_to
    assert client.post(url, {"birth_year": "1955"}).url == goes_to


def test_a_new_number_needs_its_code_and_the_old_one_is_told(
    client, resident, django_capture_on_commit_callbacks
):
    sign_in_by_code(client)
    client.post("/accounts/phone/change/", {"phone": "13900139000"})
    resident.refresh_from_db()
    assert resident.phone == "+8613800138000"
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/phone/verify/", {"code": last_code()})
    resident.refresh_from_db()
    assert resident.phone == "+8613900139000"
    assert resident.phone_verified
    told = MemoryBackend.outbox[-1]
    assert (told.phone, told.template) == ("+8613800138000", "phone_changed")


def test_somebody_elses_number_cannot_be_taken(client, resident):
    create_person(display_name="别人", phone="13900139000", is_proved=True)
    sign_in_by_code(client)
    answer = client.post("/accounts/phone/change/", {"phone": "13900139000"})
    assert answer.status_code == 302
    answer = client.post("/accounts/phone/verify/", {"code": last_code()})
    assert answer.status_code == 422
    resident.refresh_from_db()
    assert resident.phone == "+8613800138000"


def test_an_address_can_be_added(client, resident):
    sign_in_by_code(client)
    answer = client.post(
        "/accounts/email/", {"email": "li@example.com", "action_add": "1"}
    )
    assert answer.status_code == 302
    code = re.search(r"(\d{6})", str(mail.outbox[-1].body))[1]
    client.post("/accounts/confirm-email/", {"code": code})
    resident.refresh_from_db()
    assert resident.email == "li@example.com"
    assert signed_in(client) == str(resident.pk)


def test_changes_that_matter_ask_for_the_password_again(client, resident):
    resident.set_password(PASSWORD)
    resident.save()
    sign_in_by_code(client)
    MemoryBackend.outbox.clear()
    answer = client.post("/accounts/phone/change/", {"phone": "13900139000"})
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert not MemoryBackend.outbox


def test_every_template_of_allauth_is_our_own_or_unused():
    ours = [
        "account/login.html",
        "account/signup.html",
        "account/verified_email_required.html",
        "mfa/index.html",
        "usersessions/usersession_list.html",
    ]
    for name in ours:
        assert "allauth" not in str(get_template(name).origin.name), name


def test_a_flood_is_answered_by_a_page_of_the_site():
    """Whether allauth counts it or this app: `handler429` of the routes."""
    for number in range(31):
        answer = Client().post("/accounts/signup/", {"display_name": f"{number}"})
    assert answer.status_code == 429
    check("429", answer.content.decode())
    assert answer["Retry-After"]
