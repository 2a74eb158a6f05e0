"""The second factor of staff: set up, asked for, lost, reset."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.exceptions import SecondFactorResetRefusedError
from accounts.models import User
from accounts.services.second_factor import reset_second_factor
from accounts.sms import MemoryBackend
from core.models import AuditEntry
from schools.choices import Role
from tests.accounts.conftest import PASSWORD, sign_in_by_code, signed_in, totp

pytestmark = pytest.mark.django_db
ACTIVATE = "/accounts/2fa/totp/activate/"
RESET = "/desk/second-factor/"
STAFF_PAGES = ("/admin/", "/desk/second-factor/")


@pytest.fixture
def editor(make_staff) -> User:
    return make_staff(Role.EDITOR, "13700137000")


@pytest.fixture
def director(make_staff) -> User:
    return make_staff(Role.DIRECTOR, "13600136000")


def sign_in(client: Client, phone: str = "13700137000") -> None:
    client.post("/accounts/login/", {"login": phone, "password": PASSWORD})


def set_up(client: Client) -> str:
    """Go through setting up; the secret."""
    answer = client.get(ACTIVATE)
    if answer.status_code == 302:
        answer = client.post(answer.url, {"password": PASSWORD})
        answer = client.get(ACTIVATE)
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", answer.content.decode())[1]
    answer = client.post(ACTIVATE, {"code": totp(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return str(secret)


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_visitor_is_sent_to_sign_in(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_learner_gets_403_and_no_circle(client, resident, path):
    client.force_login(resident)
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/admin/login/", "/accounts/login/"),
        ("/admin/login/?next=/admin/pages/", "/accounts/login/?next=/admin/pages/"),
        ("/admin/logout/", "/accounts/logout/"),
        ("/admin/password_reset/", "/accounts/password/reset/"),
        ("/admin/password_reset/confirm/x/y/", "/accounts/password/reset/"),
    ],
)
def test_the_admins_own_sign_in_leads_to_ours(client, path, target):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url == target


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_password_alone_or_a_message_alone_is_not_enough(client, editor, path):
    sign_in(client)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith(ACTIVATE)
    by_message = Client()
    sign_in_by_code(by_message, "13700137000")
    assert by_message.get(path).url.startswith(ACTIVATE)


def test_a_script_is_told_in_json(client, editor):
    sign_in(client)
    answer = client.get("/admin/", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert answer.status_code == 403
    assert answer.json() == {"error": "second_factor_needed"}


def test_where_it_is_switched_off_staff_pages_open(client, editor, settings):
    settings.STAFF_SECOND_FACTOR = False
    sign_in(client)
    assert client.get("/desk/second-factor/").status_code == 403  # not the director
    assert "中心主任" in client.get("/desk/second-factor/").content.decode()


def test_set_up_then_in_then_asked_again(client, director, commit_at_once):
    sign_in(client, "13600136000")
    secret = set_up(client)
    stored = Authenticator.objects.filter(user=director)
    assert secret not in str([row.data for row in stored])
    assert stored.count() == 2  # with recovery codes
    # Setting up was showing it.
    assert client.get(RESET).status_code == 200

    other = Client()
    answer = other.post(
        "/accounts/login/", {"login": "13600136000", "password": PASSWORD}
    )
    assert answer.url == "/accounts/2fa/authenticate/"
    assert signed_in(other) is None
    assert other.get("/admin/").status_code == 302
    # The code that set it up is used up (ASVS 6.5.1).
    answer = other.post(answer.url, {"code": totp(secret)})
    assert answer.status_code == 422

    cache.clear()
    code = totp(secret)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert signed_in(other) == str(director.pk)
    assert other.get(RESET).status_code == 200
    again = Client()
    sign_in(again, "13600136000")
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 422


def test_a_recovery_code_works_once(client, director, commit_at_once):
    sign_in(client, "13600136000")
    set_up(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.search(r"<code>(\d{8})</code>", page)[1]
    for expected in (str(director.pk), None):
        other = Client()
        sign_in(other, "13600136000")
        other.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(other) == expected


def test_five_wrong_codes_rest(client, editor, commit_at_once):
    sign_in(client)
    secret = set_up(client)
    other = Client()
    sign_in(other)
    for _try in range(5):
        other.post("/accounts/2fa/authenticate/", {"code": "000000"})

    # The used code would be refused anyhow; the rest after five tries is what counts.
    cache.delete(f"allauth.mfa.totp.used?user={editor.pk}&code={totp(secret)}")
    other.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert signed_in(other) is None


def lose(user: User) -> None:

    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def test_a_director_resets_it_and_the_person_is_told(
    client, editor, director, commit_at_once
):
    session = Client()
    sign_in(session)
    lose(editor)
    sign_in(client, "13600136000")
    set_up(client)
    MemoryBackend.outbox.clear()
    answer = client.post(
        RESET, {"who": "137 0013 7000", "reason": "手机丢了，当面核对过"}
    )
    assert answer.status_code == 302
    assert not Authenticator.objects.filter(user=editor).exists()
    assert session.get("/accounts/").status_code == 302
    assert [m.template for m in MemoryBackend.outbox] == ["second_factor_reset"]
    entry = AuditEntry.objects.get(action="second_factor.reset")
    assert (entry.actor, entry.subject_id) == (director, str(editor.pk))
    assert "当面" in entry.detail["reason"]


@pytest.mark.parametrize(
    "data",
    [
        {"who": "13900139000", "reason": "手机丢了呀"},
        {"who": "13700137000", "reason": ""},
        {"who": "", "reason": "手机丢了呀"},
        {"who": "13700137000", "reason": "手机丢了呀"},  # has none
        {"who": "13600136000", "reason": "自己的也想重设"},
    ],
)
def test_a_wrong_reset_is_answered_and_changes_nothing(
    client, editor, director, settings, data
):
    settings.STAFF_SECOND_FACTOR = False
    lose(director)
    sign_in(client, "13600136000")
    client.force_login(director)
    answer = client.post(RESET, data)
    assert answer.status_code == 422
    assert Authenticator.objects.filter(user=director).count() == 2
    assert not AuditEntry.objects.filter(action="second_factor.reset").exists()


def test_nobody_resets_upwards(editor, director):
    root = User.objects.create_superuser("root", password=PASSWORD)
    lose(root)
    with pytest.raises(SecondFactorResetRefusedError):
        reset_second_factor(user=root, by=director, reason="手机丢了呀")
    with pytest.raises(SecondFactorResetRefusedError):
        reset_second_factor(user=director, by=editor, reason="手机丢了呀")
    assert Authenticator.objects.filter(user=root).count() == 2


def test_the_console_can_always_help(editor, capsys):
    lose(editor)
    call_command("reset_second_factor", "13700137000", reason="钥匙都丢了")
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get(action="second_factor.reset").actor is None
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody", reason="钥匙都丢了")


def test_a_secret_needs_its_own_key(settings, editor):

    lose(editor)
    secret = Authenticator.objects.get(type="totp").data["secret"]
    settings.SECRET_KEY = "changed" * 10
    assert decrypt(secret)
    settings.MFA_ENCRYPTION_KEY = "changed" * 10
    with pytest.raises(InvalidToken):
        decrypt(secret)


def test_staff_passwords_are_longer(editor, resident):

    validate_password("blue-tea-42", resident)
    with pytest.raises(ValidationError):
        validate_password("blue-tea-42", editor)
