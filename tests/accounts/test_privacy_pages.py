"""«我的资料»: a copy of it, the end of the account, the devices, as a person meets them."""

import io
import re
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.choices import ConsentKind
from accounts.models import DataCopy, ErasureRequest
from accounts.services import consent
from accounts.services.consent import give_consent, withdraw_consent
from accounts.services.data_copy import LIVES, make_copy
from accounts.services.erasure import ask_erasure, erase_due, keep_account
from accounts.services.people import create_person
from accounts.sms import MemoryBackend
from core.models import AuditEntry, OutboxMessage
from core.personal_data import AUDIT_KEPT, OUTBOX_KEPT
from core.services.audit import record_audit
from core.services.outbox import MAX_ATTEMPTS, queue_message, send_message, send_waiting
from schools.choices import Role
from tests.accounts.conftest import (
    PASSWORD,
    last_code,
    sign_in_by_code,
    signed_in,
    wrong_code,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(tmp_path, settings):
    settings.ERASURE_JOURNAL = str(tmp_path / "erasures.jsonl")


@pytest.fixture
def stale_proof(client, resident):
    """Signed in, but not just now."""
    client.force_login(resident)
    return client


def prove(client, back: str = "/accounts/data/copy/"):
    """Both steps of proving it once more; the answer to the second."""
    cache.clear()
    client.post(f"/accounts/prove/?next={back}", {"action": "send"})
    return client.post(f"/accounts/prove/?next={back}", {"code": last_code()})


# --- Proving it once more ---------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    ["/accounts/data/copy/", "/accounts/delete/confirm/", "/accounts/phone/change/"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_matters_asks_for_a_code_first(stale_proof, path, method):
    answer = getattr(stale_proof, method)(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/prove/?next=")
    assert not DataCopy.objects.exists()
    assert not ErasureRequest.objects.exists()


def test_a_right_code_leads_back_and_holds_for_five_minutes(
    stale_proof, resident, monkeypatch
):
    answer = prove(stale_proof)
    assert (answer.status_code, answer.url) == (302, "/accounts/data/copy/")
    assert stale_proof.get("/accounts/data/copy/").status_code == 200
    later = timezone.now().timestamp() + 301
    monkeypatch.setattr("accounts.proof.time.time", lambda: later)
    assert stale_proof.get("/accounts/data/copy/").status_code == 302


def test_a_wrong_code_proves_nothing_and_a_right_one_only_once(stale_proof):
    stale_proof.post("/accounts/prove/", {"action": "send"})
    wrong = stale_proof.post("/accounts/prove/", {"code": wrong_code()})
    assert wrong.status_code == 422
    assert "把 6 个数字再填一次" in wrong.content.decode()
    assert stale_proof.get("/accounts/data/copy/").status_code == 302
    code = last_code()
    stale_proof.post("/accounts/prove/", {"code": code})
    again = Client()
    again.force_login(create_person(display_name="别人", phone="13900139000"))
    again.post("/accounts/prove/", {"code": code})
    assert again.get("/accounts/data/copy/").status_code == 302


def test_the_code_goes_to_ones_own_number_and_not_too_often(stale_proof, resident):
    stale_proof.post("/accounts/prove/", {"action": "send", "phone": "13900139000"})
    assert [message.phone for message in MemoryBackend.outbox] == [resident.phone]
    early = stale_proof.post("/accounts/prove/", {"action": "send"})
    assert early.status_code == 429
    assert re.search(r"还要等 \d+ 秒", early.content.decode())
    assert len(MemoryBackend.outbox) == 1


def test_who_has_only_an_address_gets_the_code_there(client):
    person = create_person(
        display_name="王老师", email="wang@example.com", is_proved=True
    )
    client.force_login(person)
    client.post("/accounts/prove/", {"action": "send"})
    code = re.search(r"(\d{6})", str(mail.outbox[-1].body))[1]
    answer = client.post("/accounts/prove/?next=/accounts/delete/", {"code": code})
    assert answer.url == "/accounts/delete/"


def test_who_has_a_password_is_asked_for_it(client, resident):
    resident.set_password(PASSWORD)
    resident.save()
    client.force_login(resident)
    answer = client.get("/accounts/data/copy/")
    assert answer.url.startswith("/accounts/reauthenticate/?next=")
    back = client.post(answer.url, {"password": PASSWORD})
    assert back.url == "/accounts/data/copy/"
    assert client.get("/accounts/data/copy/").status_code == 200


def test_the_way_back_stays_on_this_site(stale_proof):
    answer = prove(stale_proof, back="https://evil.example/")
    assert answer.url == "/accounts/"


def test_an_account_with_nothing_proved_is_sent_to_people(client):
    person = create_person(display_name="新来的", phone="13900139000")
    client.force_login(person)
    answer = client.get("/accounts/prove/")
    assert answer.status_code == 403
    assert "到附近的学校" in answer.content.decode()


# --- A copy -----------------------------------------------------------------------------
def test_a_copy_is_made_at_once_and_is_for_its_person_alone(client, resident):
    sign_in_by_code(client)
    answer = client.post("/accounts/data/copy/", follow=True)
    copy = DataCopy.objects.get()
    assert f"/accounts/data/{copy.key}/" in answer.content.decode()
    file = client.get(f"/accounts/data/{copy.key}/")
    assert file.status_code == 200
    assert file["Cache-Control"] == "private, no-store"
    assert "attachment" in file["Content-Disposition"]
    body = b"".join(file.streaming_content)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert "data.json" in archive.namelist()
        assert archive.testzip() is None
    stranger = Client()
    create_person(display_name="别人", phone="13900139000", is_proved=True)
    cache.clear()
    sign_in_by_code(stranger, "13900139000")
    other = stranger.get(f"/accounts/data/{copy.key}/")
    missing = stranger.get(f"/accounts/data/{uuid4()}/")
    assert (other.status_code, missing.status_code) == (404, 404)
    assert Client().get(f"/accounts/data/{copy.key}/").status_code == 302
    # The door for staff's originals does not open to it either.
    assert client.get(f"/files/{copy.file_name}").status_code in (302, 403, 404)
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"data.copied", "data.downloaded"} <= set(actions)


def test_pressing_twice_makes_one_copy(client, resident):
    sign_in_by_code(client)
    client.post("/accounts/data/copy/")
    client.post("/accounts/data/copy/")
    assert DataCopy.objects.count() == 1


def test_after_a_day_the_file_is_gone_and_the_link_says_so(client, resident):
    copy = make_copy(user=resident, at=timezone.now() - LIVES - timedelta(minutes=1))
    assert default_storage.exists(copy.file_name)
    sign_in_by_code(client)
    answer = client.get(f"/accounts/data/{copy.key}/")
    assert answer.status_code == 410
    assert "再做一份" in answer.content.decode()
    stray = default_storage.save(f"copies/{uuid4()}.zip", io.BytesIO(b"stray"))
    fresh = make_copy(user=resident)
    call_command("forget_old", verbosity=0)
    assert not default_storage.exists(copy.file_name)
    assert not default_storage.exists(stray)
    assert default_storage.exists(fresh.file_name)


# --- The end of the account --------------------------------------------------------------
def test_the_account_ends_seven_days_after_it_was_asked_for(client, resident):
    sign_in_by_code(client)
    page = client.get("/accounts/delete/").content.decode()
    assert "这些删掉" in page
    assert "这些留着" in page
    check = client.get("/accounts/delete/confirm/").content.decode()
    assert "请核对" in check
    assert not ErasureRequest.objects.exists()
    client.post("/accounts/delete/confirm/")
    client.post("/accounts/delete/confirm/")  # pressed twice
    asked = ErasureRequest.objects.get()
    assert asked.due_at - asked.asked_at == timedelta(days=7)
    assert erase_due(asked.due_at - timedelta(seconds=1)) == 0
    resident.refresh_from_db()
    assert resident.display_name == "李阿姨"
    assert erase_due(asked.due_at) == 1
    resident.refresh_from_db()
    assert resident.phone is None
    assert client.get("/accounts/").status_code == 302  # signed out
    assert resident.last_login is None
    cache.clear()
    Client().post("/accounts/login/code/", {"phone": "13800138000"})
    assert MemoryBackend.outbox[-1].template == "unknown_account"  # it is nobody's


def test_signing_in_shows_that_it_can_be_taken_back_and_one_tap_does(client, resident):
    asked = ask_erasure(user=resident, by=resident)
    answer = sign_in_by_code(client)
    assert (answer.status_code, answer.url) == (302, "/accounts/delete/")
    page = client.get(answer.url).content.decode()
    assert "7 天内可以反悔" in page
    assert "不注销了" in client.get("/accounts/").content.decode()
    client.post("/accounts/delete/keep/")
    asked.refresh_from_db()
    assert asked.cancelled_at
    assert erase_due(asked.due_at) == 0
    assert keep_account(user=resident, by=resident) is False
    assert ask_erasure(user=resident, by=resident).pk != asked.pk


@pytest.mark.parametrize("path", ["/accounts/delete/keep/", "/accounts/data/copy/"])
def test_nothing_happens_by_a_link(client, resident, path):
    ask_erasure(user=resident, by=resident)
    sign_in_by_code(client)
    client.get(path)
    assert ErasureRequest.objects.waiting().exists()
    assert not DataCopy.objects.exists()


def test_staff_hand_over_first(client, make_staff):
    teacher = make_staff(Role.TEACHER, phone="13900139000")
    client.force_login(teacher)
    page = client.get("/accounts/delete/").content.decode()
    assert "把课程和岗位交给别人" in page
    with pytest.raises(CommandError):
        call_command("ask_erasure", "13900139000", reason="本人来说的")
    assert not ErasureRequest.objects.exists()
    teacher.memberships.update(since="2020-01-01", until="2020-12-31")
    call_command("ask_erasure", "13900139000", reason="本人来说的", verbosity=0)
    assert ErasureRequest.objects.waiting().get().user == teacher


def test_who_is_appointed_during_the_pause_is_not_erased(resident, centre):
    asked = ask_erasure(user=resident, by=resident)
    resident.memberships.create(school=centre, role=Role.CLERK)
    assert erase_due(asked.due_at) == 0
    resident.refresh_from_db()
    assert resident.is_active


# --- Devices ------------------------------------------------------------------------------
def test_one_device_can_be_signed_out_and_only_ones_own(client, resident):
    phone, tablet = Client(), Client()
    for browser in (phone, tablet):
        cache.clear()
        sign_in_by_code(browser)
    other = create_person(display_name="别人", phone="13900139000", is_proved=True)
    client.force_login(other)
    mine = UserSession.objects.get(session_key=tablet.session.session_key)
    assert client.post(f"/accounts/sessions/{mine.pk}/end/").status_code == 404
    assert signed_in(tablet)
    page = phone.get("/accounts/sessions/").content.decode()
    assert page.count("退出这一台<span") == 1
    phone.post(f"/accounts/sessions/{mine.pk}/end/")
    assert tablet.get("/accounts/").status_code == 302
    assert phone.get("/accounts/").status_code == 200


def test_a_new_device_is_told_of_and_a_known_one_is_not(
    client, resident, django_capture_on_commit_callbacks
):
    def alerts():
        return [m.phone for m in MemoryBackend.outbox if m.template == "new_device"]

    with django_capture_on_commit_callbacks(execute=True):
        sign_in_by_code(client)
    assert alerts() == []  # the first time anywhere
    client.post("/accounts/logout/")
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in_by_code(client)
    assert alerts() == []  # the same browser again
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in_by_code(Client())
    assert alerts() == [resident.phone]


def test_a_shared_computer_is_never_a_known_one(
    resident, django_capture_on_commit_callbacks
):
    sign_in_by_code(Client())
    kiosk = Client()
    for _time in range(2):
        cache.clear()
        with django_capture_on_commit_callbacks(execute=True):
            sign_in_by_code(kiosk, shared_computer="on")
        kiosk.post("/accounts/logout/")
    told = [m for m in MemoryBackend.outbox if m.template == "new_device"]
    assert len(told) == 2


def test_a_device_asks_for_three_numbers_a_day(client):
    numbers = [f"1380013800{place}" for place in range(4)]
    for number in numbers[:3]:
        answer = client.post("/accounts/login/code/", {"phone": number})
        assert answer.status_code == 302
        client.post("/accounts/logout/")
    fourth = client.post("/accounts/login/code/", {"phone": numbers[3]})
    assert fourth.status_code == 422
    assert "用自己的手机" in fourth.content.decode()
    assert len(MemoryBackend.outbox) == 3
    # Another device is not concerned.
    other = Client().post("/accounts/login/code/", {"phone": numbers[3]})
    assert other.status_code == 302


def test_the_counter_of_a_school_helps_more_people(client, make_staff, settings):
    settings.STAFF_SECOND_FACTOR = False
    make_staff(Role.CLERK, username="clerk")
    client.post("/accounts/login/", {"login": "clerk", "password": PASSWORD})
    client.post("/accounts/logout/")
    for place in range(5):
        answer = client.post("/accounts/login/code/", {"phone": f"1380013800{place}"})
        assert answer.status_code == 302
        client.post("/accounts/logout/")
    assert len(MemoryBackend.outbox) == 5


def test_another_code_is_refused_alike_for_a_number_without_an_account(resident):
    told = []
    for number in ("13800138000", "13900139000"):
        client = Client()
        client.post("/accounts/login/code/", {"phone": number})
        url = "/accounts/login/code/confirm/"
        for _again in range(2):
            answer = client.post(url, {"action": "resend"}, follow=True)
            page = re.sub(r"请等 \d+ 秒再要", "请等再要", answer.content.decode())
            told.append((number, answer.status_code, "请等再要" in page))
            cache.clear()
            client.post(url, {"action": "resend"})
    assert {status for _number, status, _said in told} == {200}
    assert [said for _n, _s, said in told] == [True] * 4


def test_a_visitor_who_only_looks_gets_no_device_cookie(client):
    client.get("/accounts/login/")
    assert "device" not in client.cookies
    client.post("/accounts/login/code/", {"phone": "13800138000"})
    cookie = client.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "13800138000" not in cookie.value


def test_a_forged_device_cookie_is_none(client, resident):
    client.cookies["device"] = "forged"
    assert (
        client.post("/accounts/login/code/", {"phone": "13800138000"}).status_code
        == 302
    )


def test_signing_out_makes_the_browser_forget_its_pages(client, resident):
    sign_in_by_code(client)
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert not client.get("/accounts/login/").has_header("Clear-Site-Data")


# --- Consent and retention ------------------------------------------------------------------
@pytest.fixture
def reminder(monkeypatch):
    monkeypatch.setattr(consent, "OPTIONAL_MESSAGES", {})
    consent.make_optional("class_reminder", ConsentKind.SMS)


def queue(resident, template: str, key: str) -> OutboxMessage:
    return queue_message(
        dedupe_key=key, channel="sms", recipient=resident, template=template, params={}
    )


def test_a_consent_taken_back_holds_for_messages_that_already_wait(resident, reminder):
    give_consent(user=resident, kind=ConsentKind.SMS, by=resident)
    first = queue(resident, "class_reminder", "r-1")
    assert send_message(first.pk)
    waiting = queue(resident, "class_reminder", "r-2")
    alert = queue(resident, "new_device", "a-1")
    withdraw_consent(user=resident, kind=ConsentKind.SMS, by=resident)
    assert send_waiting() == 1
    waiting.refresh_from_db()
    alert.refresh_from_db()
    assert waiting.sent_at is None
    assert waiting.attempts == MAX_ATTEMPTS
    assert alert.sent_at
    sent = [message.template for message in MemoryBackend.outbox]
    assert sent == ["class_reminder", "new_device"]


def test_nothing_is_sent_to_an_account_that_is_closed(resident):
    message = queue(resident, "new_device", "a-1")
    resident.is_active = False
    resident.save()
    assert not send_message(message.pk)
    assert MemoryBackend.outbox == []


def test_time_alone_removes_what_was_kept_for_a_time(resident, client):
    now = timezone.now()
    message = queue(resident, "invitation", "i-1")
    OutboxMessage.objects.filter(pk=message.pk).update(
        params={"school": "甲校"}, created_at=now - OUTBOX_KEPT - timedelta(days=1)
    )
    old, young = (record_audit(actor=resident, action="x") for _n in range(2))
    from django.db.models import QuerySet

    QuerySet(AuditEntry).filter(pk=old.pk).update(
        at=now - AUDIT_KEPT - timedelta(days=1)
    )
    UserSession.objects.create(
        user=resident, session_key="over", ip="127.0.0.1", user_agent="old"
    )
    sign_in_by_code(client)
    call_command("forget_old", verbosity=0)
    message.refresh_from_db()
    assert (message.params, message.dedupe_key) == ({}, "i-1")
    kept = AuditEntry.objects.filter(action="x").values_list("pk", flat=True)
    assert list(kept) == [young.pk]
    assert [s.session_key for s in UserSession.objects.all()] == [
        client.session.session_key
    ]


def test_a_session_that_waits_for_a_code_ends_within_the_hour(client, resident):
    client.post("/accounts/login/code/", {"phone": "13800138000"})
    assert client.session.get_expiry_age() <= 1800
    client.post("/accounts/login/code/confirm/", {"code": last_code()})
    assert client.session.get_expiry_age() > 80 * 24 * 3600


# --- The numbers ------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/accounts/", "/accounts/data/", "/accounts/delete/"])
def test_the_pages_ask_the_database_little(
    client, resident, django_assert_max_num_queries, path
):
    client.force_login(resident)
    client.get(path)
    with django_assert_max_num_queries(10):
        client.get(path)
