"""Signing up: a name, one way to prove who one is, and what one agrees to."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from accounts.adapter import AccountAdapter
from accounts.choices import ConsentKind
from accounts.consent import TEXTS
from accounts.models import Consent, User
from accounts.services.people import create_person
from accounts.sms import MemoryBackend
from tests.accounts.conftest import PHONE, last_code, signed_in, wrong_code

pytestmark = pytest.mark.django_db
BY_PHONE = {
    "display_name": " 李阿姨 ",
    "phone": "１３８ 0013-8000",
    "consent_account": "on",
}
BY_EMAIL = {
    "by": "email",
    "display_name": "王老师",
    "email": "Wang@Example.com",
    "password1": "correct horse 9",
    "consent_account": "on",
}


def mailed_code() -> str:
    return re.search(r"(\d{6})", str(mail.outbox[-1].body))[1]


def test_full_width_number_becomes_an_account_after_the_code(client):
    answer = client.post("/accounts/signup/", BY_PHONE)
    assert answer.status_code == 302
    assert answer.url == "/accounts/phone/verify/"
    assert MemoryBackend.outbox[-1].phone == PHONE
    assert signed_in(client) is None
    page = client.get(answer.url)
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert 'inputmode="numeric"' in page.content.decode()

    spaced = " ".join(last_code()).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    )
    answer = client.post("/accounts/phone/verify/", {"code": spaced})
    assert answer.status_code == 302
    user = User.objects.get(phone=PHONE)
    assert signed_in(client) == str(user.pk)
    assert user.phone_verified
    assert user.display_name == "李阿姨"
    assert user.username.startswith("u-")
    assert not user.has_usable_password()


def test_the_consent_is_kept_with_version_and_hash(client):
    client.post("/accounts/signup/", BY_PHONE)
    consent = Consent.objects.get()
    text = TEXTS[ConsentKind.ACCOUNT]
    assert (consent.kind, consent.version) == ("account", text.version)
    assert consent.text_sha256 == text.sha256
    assert consent.channel == "web"


def test_messages_are_a_consent_of_their_own(client):
    page = client.get("/accounts/signup/").content.decode()
    assert "checked" not in page
    client.post("/accounts/signup/", {**BY_PHONE, "consent_sms": "on"})
    kinds = set(Consent.objects.values_list("kind", flat=True))
    assert kinds == {"account", "sms"}


def test_without_consent_there_is_no_account(client):
    answer = client.post("/accounts/signup/", {**BY_PHONE, "consent_account": ""})
    assert answer.status_code == 422
    assert "<title>出错：" in answer.content.decode()
    assert not User.objects.filter(phone=PHONE).exists()
    assert not MemoryBackend.outbox


@pytest.mark.parametrize("phone", ["", "12345", "010-62281234", "x" * 500, "+861"])
def test_a_wrong_number_is_answered_with_what_to_do(client, phone):
    answer = client.post("/accounts/signup/", {**BY_PHONE, "phone": phone})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "138 0013 8000" in page
    assert 'aria-invalid="true"' in page
    assert "id_phone_error" in page
    assert 'href="#id_phone"' in page
    assert "李阿姨" in page  # what was filled in stays


def test_a_taken_number_gets_the_same_answer_as_a_new_one(client, resident):
    taken = client.post("/accounts/signup/", BY_PHONE)
    assert MemoryBackend.outbox[-1].template == "already_exists"
    other = Client().post("/accounts/signup/", {**BY_PHONE, "phone": "13900139000"})
    assert (taken.status_code, taken.url) == (other.status_code, other.url)
    seen = client.get(taken.url).content.decode()
    assert "有账号" not in seen
    assert User.objects.filter(phone=PHONE).count() == 1
    assert client.post(taken.url, {"code": "123456"}).status_code == 422


def test_an_abandoned_sign_up_does_not_hold_the_number(client):
    client.post("/accounts/signup/", {**BY_PHONE, "display_name": "陌生人"})
    stranger = User.objects.get(phone=PHONE)
    stranger_code = last_code()
    # The owner is not led into what the stranger has begun.
    owner = Client()

    cache.clear()
    owner.post("/accounts/login/code/", {"phone": PHONE})
    assert MemoryBackend.outbox[-1].template == "unknown_account"
    cache.clear()
    owner.post("/accounts/signup/", BY_PHONE)
    owner.post("/accounts/phone/verify/", {"code": last_code()})
    user = User.objects.get(phone=PHONE)
    assert user.pk != stranger.pk
    assert user.display_name == "李阿姨"
    assert signed_in(owner) == str(user.pk)
    # And the stranger's code opens nothing any more, with an answer.
    answer = client.post("/accounts/phone/verify/", {"code": stranger_code})
    assert answer.status_code in (302, 422)
    assert signed_in(client) is None


def test_sign_up_by_e_mail_needs_its_code(client):
    assert "password1" in client.get("/accounts/signup/?by=email").content.decode()
    answer = client.post("/accounts/signup/", BY_EMAIL)
    assert answer.status_code == 302
    assert answer.url == "/accounts/confirm-email/"
    assert signed_in(client) is None
    code = mailed_code()
    assert len(code) == 6
    assert client.get(answer.url).status_code == 200
    answer = client.post(answer.url, {"code": code})
    assert answer.status_code == 302
    user = User.objects.get(email="wang@example.com")
    assert signed_in(client) == str(user.pk)
    assert user.phone is None
    assert EmailAddress.objects.get(user=user).verified


def test_a_taken_address_gets_the_same_answer_as_a_new_one(client):
    client.post("/accounts/signup/", BY_EMAIL)
    client.post("/accounts/confirm-email/", {"code": mailed_code()})
    again = Client().post("/accounts/signup/", BY_EMAIL)
    new = Client().post("/accounts/signup/", {**BY_EMAIL, "email": "x@example.com"})
    # One a minute to the same address: the wait is the same for everybody.
    assert again.status_code in (302, 429)
    assert new.status_code == 302

    cache.clear()
    later = Client().post("/accounts/signup/", BY_EMAIL)
    assert (later.status_code, later.url) == (new.status_code, new.url)
    assert "已经有账号" in mail.outbox[-1].subject
    assert User.objects.filter(email="wang@example.com").count() == 1


def test_a_weak_password_is_refused_in_words(client):
    answer = client.post("/accounts/signup/", {**BY_EMAIL, "password1": "12345678"})
    assert answer.status_code == 422
    assert not User.objects.filter(email="wang@example.com").exists()


def test_five_wrong_codes_end_the_sign_up(client):
    client.post("/accounts/signup/", BY_PHONE)
    right = last_code()
    for _try in range(4):
        answer = client.post("/accounts/phone/verify/", {"code": wrong_code()})
        assert answer.status_code == 422
    assert (
        client.post("/accounts/phone/verify/", {"code": wrong_code()}).status_code
        == 302
    )
    client.post("/accounts/phone/verify/", {"code": right})
    assert signed_in(client) is None


def test_a_number_that_signs_up_twice_at_once_is_no_server_error(client, monkeypatch):
    """The check finds nobody, the constraint finds somebody: the late one waits."""

    create_person(display_name="早到", phone=PHONE, is_proved=True)
    monkeypatch.setattr(AccountAdapter, "get_user_by_phone", lambda self, phone: None)
    answer = client.post("/accounts/signup/", BY_PHONE)
    assert answer.status_code == 302
    assert MemoryBackend.outbox[-1].template == "already_exists"


def test_who_came_from_a_course_goes_back_there(client):
    page = client.get("/accounts/signup/?next=/learn/%3Fcourse=1").content.decode()
    assert 'name="next" value="/learn/?course=1"' in page
    client.post("/accounts/signup/", {**BY_PHONE, "next": "/learn/?course=1"})
    answer = client.post("/accounts/phone/verify/", {"code": last_code()})
    assert answer.url == "/learn/?course=1"


def test_a_sign_up_that_nobody_proved_is_forgotten(client, resident):
    client.post("/accounts/signup/", {**BY_PHONE, "phone": "13900139000"})
    waiting = User.objects.get(phone="+8613900139000")
    call_command("forget_unproved")
    assert User.objects.filter(pk=waiting.pk).exists()  # its code still lives
    waiting.date_joined -= timedelta(days=2)
    waiting.save()
    call_command("forget_unproved")
    assert not User.objects.filter(pk=waiting.pk).exists()
    assert User.objects.filter(pk=resident.pk).exists()
