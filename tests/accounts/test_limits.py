"""How often the site sends messages and takes tries, and what a sender may refuse."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from accounts.exceptions import NoSmsSenderError, SmsBudgetSpentError
from accounts.sms import ConsoleBackend, MemoryBackend, RefusingBackend, send_sms
from tests.accounts.conftest import PASSWORD, PHONE

pytestmark = pytest.mark.django_db
CODE = "/accounts/login/code/"


def test_one_message_a_minute_to_a_number_whoever_asks(resident):
    assert Client().post(CODE, {"phone": PHONE}).status_code == 302
    answer = Client().post(CODE, {"phone": PHONE})
    assert answer.status_code == 422
    assert "秒" in answer.content.decode()
    assert len(MemoryBackend.outbox) == 1


def test_a_forged_address_does_not_help(resident):
    for number in range(3):
        Client().post(
            CODE,
            {"phone": PHONE},
            HTTP_X_FORWARDED_FOR=f"1.2.3.{number}",
            HTTP_X_REAL_IP=f"1.2.3.{number}",
        )
    assert len(MemoryBackend.outbox) == 1


def test_an_address_has_thirty_messages_an_hour_and_cannot_forge_another():
    for number in range(33):
        Client().post(
            CODE,
            {"phone": f"138{number:08d}"},
            HTTP_X_FORWARDED_FOR=f"9.9.9.{number}",
        )
    assert len(MemoryBackend.outbox) == 30


def test_five_messages_a_day_to_a_number_over_sign_up_and_sign_in(
    monkeypatch, resident
):

    now = time.time()
    for minute in range(8):
        moment = now + minute * 61
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        path, data = (
            (CODE, {"phone": PHONE})
            if minute % 2
            else (
                "/accounts/signup/",
                {"display_name": "甲", "phone": PHONE, "consent_account": "on"},
            )
        )
        answer = Client().post(path, data)
    assert answer.status_code == 422
    assert len(MemoryBackend.outbox) == 5


def test_another_code_may_be_had_only_after_the_pause(client, resident, monkeypatch):
    client.post(CODE, {"phone": PHONE})
    confirm = "/accounts/login/code/confirm/"
    client.post(confirm, {"action": "resend"})
    assert len(MemoryBackend.outbox) == 1
    assert "还要等" in client.get(confirm).content.decode()

    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    client.post(confirm, {"action": "resend"})
    assert len(MemoryBackend.outbox) == 2
    client.post(confirm, {"code": MemoryBackend.outbox[-1].params["code"]})
    assert client.session.get("_auth_user_id") == str(resident.pk)


def test_five_wrong_passwords_and_the_account_rests(resident):
    resident.set_password(PASSWORD)
    resident.save()
    for number in range(5):
        Client().post(
            "/accounts/login/",
            {"login": "13800138000", "password": "bad bad bad"},
            HTTP_X_FORWARDED_FOR=f"1.2.3.{number}",
        )
    late = Client()
    answer = late.post(
        "/accounts/login/", {"login": "138 0013 8000", "password": PASSWORD}
    )
    assert answer.status_code == 422
    assert late.session.get("_auth_user_id") is None


@override_settings(SMS_DAILY_BUDGET=3)
def test_the_whole_site_has_a_budget(caplog):
    with caplog.at_level(logging.ERROR, logger="accounts.sms"):
        for number in range(3):
            send_sms(f"+861380000000{number}", "code", {})
        with pytest.raises(SmsBudgetSpentError):
            send_sms("+8613800000009", "code", {})
    assert len(MemoryBackend.outbox) == 3
    assert "budget" in caplog.text
    answer = Client().post(CODE, {"phone": "13700137000"})
    assert answer.status_code == 503
    assert "短信现在发不出" in answer.content.decode()


@override_settings(SMS_MINUTE_BUDGET=10)
def test_the_budget_holds_for_many_at_once():
    def send(number: int) -> bool:
        try:
            send_sms(f"+86138{number:08d}", "code", {})
        except SmsBudgetSpentError:
            return False
        return True

    cache.clear()
    with ThreadPoolExecutor(16) as pool:
        sent = sum(pool.map(send, range(50)))
    # The minute may turn while they run.
    assert sent in (10, 20)


@override_settings(SMS_BACKEND="accounts.sms.RefusingBackend")
def test_without_a_sender_the_page_says_so(client, resident):
    with pytest.raises(NoSmsSenderError):
        RefusingBackend().send_template(PHONE, "code", {})
    known = client.post(CODE, {"phone": PHONE})
    unknown = Client().post(CODE, {"phone": "13900139000"})
    assert known.status_code == unknown.status_code == 503
    assert "短信现在发不出" in known.content.decode()


def test_the_console_masks_the_number(caplog):
    with caplog.at_level(logging.INFO, logger="accounts.sms"):
        ConsoleBackend().send_template(PHONE, "code", {"code": "123456"})
    assert "123456" in caplog.text
    assert "13800138000" not in caplog.text
