"""Every page of signing in, every error: a page of this site, in its words (UX-ERR-1)."""

import errno
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from accounts.models import User
from accounts.services.people import create_person
from accounts.sms import MemoryBackend
from tests.accounts.conftest import PASSWORD, last_code, sign_in_by_code, totp

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
LATIN = re.compile(r"[A-Za-z]{4,}")
# Words of libraries that no page of ours has; the site's name may be anything.
FOREIGN = re.compile(
    r"django|allauth|wagtail|csrfmiddlewaretoken</|traceback|sign in|log ?in\b|password:",
    re.IGNORECASE,
)
# Routes that answer without a page of their own, each with its reason.
PAGELESS = {
    "mfa_download_recovery_codes": "a text file",
    "accounts:change_consent": "a button",
    "accounts:keep": "a button",
    "accounts:end_device": "a button",
    "accounts:download_copy": "a file; its page for «over» is in test_privacy_pages",
    "account_inactive": "shown below by its own test",
}


@pytest.fixture(autouse=True)
def clean_slate():
    MemoryBackend.outbox.clear()
    cache.clear()


def check_frame(name: str, answer) -> str:
    """The header once, one heading, a Chinese title, no words of a library."""
    page = answer.content.decode()
    visible = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.S)
    title = re.search(r"<title>(.*?)</title>", page, re.S)[1].strip()
    assert len(re.findall(r'<header class="top"', page)) == 1, name
    assert page.count("<h1") == 1, name
    assert re.search("[\u4e00-\u9fff]", title.partition("·")[0]), (name, title)
    assert not LATIN.search(title.partition("·")[0]), (name, title)
    assert not FOREIGN.search(visible), (name, FOREIGN.search(visible))
    assert '<html lang="zh' in page, name
    assert 'href="#main"' in page, name
    return page


def account_routes() -> dict[str, str]:
    """Name and path of every route below /accounts/, ours and the library's."""
    found: dict[str, str] = {}

    def walk(patterns, prefix: str, space: str) -> None:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else space
                walk(pattern.url_patterns, here, inner)
            elif isinstance(pattern, URLPattern) and here.startswith("accounts/"):
                found[f"{space}{pattern.name}"] = here

    walk(get_resolver().url_patterns, "", "")
    return found


STEPS = ("account_confirm_login_code", "account_verify_phone", "mfa_authenticate")
ARGUMENTS = {
    "accounts:consent_text": {"kind": "sms"},
    "account_confirm_email": {"key": "nothing"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "nothing"},
}


def urls() -> dict[str, str]:
    names = [name for name in account_routes() if name not in PAGELESS]
    # The steps of a sign-in first: opening another way in ends them.
    names.sort(key=lambda name: name not in STEPS)
    return {name: reverse(name, kwargs=ARGUMENTS.get(name, {})) for name in names}


@pytest.fixture
def person() -> User:
    return create_person(
        display_name="李阿姨",
        phone="13800138000",
        email="li@example.com",
        password=PASSWORD,
        is_proved=True,
    )


def clients(person) -> dict[str, Client]:
    """A visitor at each step of signing in, and a person inside with each proof."""
    waiting, signing_up, by_email = Client(), Client(), Client()
    waiting.post("/accounts/login/code/", {"phone": "13800138000"})
    signing_up.post(
        "/accounts/signup/",
        {"display_name": "新来的", "phone": "13900139000", "consent_account": "on"},
    )
    by_email.post(
        "/accounts/signup/",
        {
            "by": "email",
            "display_name": "新来的",
            "email": "new@example.com",
            "password1": PASSWORD,
            "consent_account": "on",
        },
    )
    inside = Client()
    cache.clear()
    sign_in_by_code(inside)
    inside.post("/accounts/reauthenticate/", {"password": PASSWORD})
    changing = Client()
    cache.clear()
    sign_in_by_code(changing)
    changing.post("/accounts/reauthenticate/", {"password": PASSWORD})
    changing.post("/accounts/phone/change/", {"phone": "13700137000"})
    lately = Client()
    lately.force_login(create_person(
        display_name="没密码", phone="13600136000", is_proved=True
    ))  # fmt: skip
    factor = Client()
    staff = create_person(
        display_name="张老师", username="zhang", password=PASSWORD, is_superuser=True
    )
    factor.force_login(staff)
    factor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = factor.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]
    factor.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
    assert Authenticator.objects.filter(user=staff).exists()
    second = Client()
    second.post("/accounts/login/", {"login": "zhang", "password": PASSWORD})
    return {
        "visitor": Client(),
        "waiting for a code": waiting,
        "signing up": signing_up,
        "signing up by e-mail": by_email,
        "inside": inside,
        "changing the number": changing,
        "without a password": lately,
        "with a second factor": factor,
        "at the second factor": second,
    }


def test_every_route_of_signing_in_shows_a_page_of_this_site(person):
    seen: dict[str, set[str]] = {}
    for who, client in clients(person).items():
        for name, url in urls().items():
            answer = client.get(url)
            assert answer.status_code < 500, (who, url)
            html = "html" in answer.get("Content-Type", "")
            if answer.status_code in (200, 403, 404, 410) and html:
                check_frame(f"{who}: {url}", answer)
                seen.setdefault(name, set()).add(who)
    unseen = set(urls()) - set(seen)
    # These lead on, whoever asks.
    assert unseen <= {"account_email_verification_sent"}, unseen


def test_every_form_says_what_to_mend(person):
    """Sent empty, each form is answered by 422, a summary and «出错：» in the title."""
    sent = 0
    for who, client in clients(person).items():
        for name, url in urls().items():
            if name in ("account_logout", "accounts:new_copy"):
                continue
            before = client.get(url)
            page = before.content.decode()
            forms = re.findall(
                r'<form class="form" method="post"([^>]*) novalidate', page
            )
            if before.status_code != 200 or not forms:
                continue
            action = re.search(r'action="([^"]*)"', forms[0])
            target = (action[1] if action else "") or url
            extra = {"action_add": "1"} if name == "account_email" else {}
            if name == "accounts:prove":
                extra = {"code": ""}
            cache.clear()
            answer = client.post(target, extra)
            if answer.status_code == 302:
                continue  # a button: nothing to fill in
            said = answer.content.decode()
            assert answer.status_code == 422, (who, url, answer.status_code)
            check_frame(f"{who}: POST {url}", answer)
            assert 'class="errors"' in said, (who, url)
            assert re.search(r"<title>\s*出错：", said), (who, url)
            if "field--wrong" in said:
                assert 'aria-invalid="true"' in said, (who, url)
            assert not re.search(r"失败|非法|无效|必填", said), (who, url)
            sent += 1
    assert sent >= 15


def test_the_page_for_a_closed_account(client, person):
    check_frame("inactive", client.get(reverse("account_inactive")))
    User.objects.update(is_active=False)
    client.post("/accounts/login/code/", {"phone": "13800138000"})
    answer = client.post(
        "/accounts/login/code/confirm/", {"code": last_code()}, follow=True
    )
    page = check_frame("closed", answer)
    assert answer.redirect_chain[-1][0] == reverse("account_inactive")
    assert "这个账号停用了" in page
    assert SESSION_KEY not in client.session


def test_every_page_of_a_code_says_how_to_get_another(person):
    """In words, with a way for those who get none; the phone fills the digits in."""
    for who, url in (
        ("waiting for a code", "/accounts/login/code/confirm/"),
        ("signing up", "/accounts/phone/verify/"),
        ("changing the number", "/accounts/phone/verify/"),
    ):
        client = clients_for(who, person)
        page = client.get(url).content.decode()
        assert re.search(r"还要等 \d+ 秒", page), who
        assert "收不到？" in page, who
        assert 'autocomplete="one-time-code"' in page, who
        assert 'inputmode="numeric"' in page, who
        if who == "changing the number":
            assert "重填一遍就会再发" in page
            continue
        assert page.count("再发一次") == 1, who
        sent = len(MemoryBackend.outbox)
        early = client.post(url, {"action": "resend"}, follow=True)
        assert "秒再要" in check_frame(who, early), who
        assert len(MemoryBackend.outbox) == sent


def clients_for(who, person):
    cache.clear()
    MemoryBackend.outbox.clear()
    client = Client()
    if who == "waiting for a code":
        client.post("/accounts/login/code/", {"phone": "13800138000"})
    elif who == "signing up":
        fields = {"display_name": "新", "phone": "13900139000", "consent_account": "on"}
        client.post("/accounts/signup/", fields)
    else:
        sign_in_by_code(client)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        cache.clear()
        client.post("/accounts/phone/change/", {"phone": "13700137000"})
    return client


def test_the_ways_in_ask_whether_others_use_the_computer():
    for url in ("/accounts/login/", "/accounts/login/code/"):
        page = Client().get(url).content.decode()
        assert "这是公用电脑" in page, url
        assert 'autocomplete="tel"' in page, url
    assert 'autocomplete="name"' in Client().get("/accounts/signup/").content.decode()


# --- The admin's way in -------------------------------------------------------------------
@pytest.mark.parametrize(
    "url", ["/admin/", "/admin/pages/", "/admin/login/", "/admin/password_reset/"]
)
def test_the_admin_signs_in_on_the_sites_own_page(url):
    answer = Client().get(url, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/")
    check_frame(url, answer)


def test_no_admin_page_of_signing_in_answers_by_itself():
    """What Wagtail has for signing in leads to ours, whatever is sent to it."""
    for url in (
        "/admin/login/",
        "/admin/logout/",
        "/admin/password_reset/confirm/x/y/",
    ):
        answer = Client().post(url, {"username": "a", "password": "b"})
        assert answer.status_code in (302, 405), url


# --- Errors ------------------------------------------------------------------------------
def _refuse(request):
    raise PermissionDenied


def _break(request):
    raise RuntimeError


def _lose_the_database(request):
    raise OperationalError("server closed the connection unexpectedly")


def _find_no_room(request):
    raise OSError(errno.ENOSPC, "No space left on device")


urlpatterns = [
    path("refused/", _refuse),
    path("away/", _lose_the_database),
    path("full/", _find_no_room),
    path("broken/", _break),
    *get_resolver().url_patterns,
]
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler429 = "accounts.views.too_many_requests"
handler500 = "core.views.server_error"


@override_settings(ROOT_URLCONF=__name__)
def test_403_is_a_page_of_this_site(client):
    answer = client.get("/refused/")
    assert answer.status_code == 403
    check_frame("403", answer)


def test_404_is_a_page_of_this_site(client):
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    check_frame("404", answer)


def test_429_is_a_page_of_this_site():
    for number in range(31):
        answer = Client().post("/accounts/signup/", {"display_name": f"{number}"})
    assert answer.status_code == 429
    check_frame("429", answer)


def test_a_form_without_its_token_is_answered_in_words():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "a"})
    assert answer.status_code == 403
    page = check_frame("csrf", answer)
    assert "刷新" in page


@override_settings(ROOT_URLCONF=__name__)
def test_500_needs_nothing_that_may_be_broken():
    client = Client(raise_request_exception=False)
    answer = client.get("/broken/")
    assert answer.status_code == 500
    check_static(answer.content.decode())
    from core.views import server_error

    check_static(server_error(RequestFactory().get("/")).content.decode())


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/away/", "/full/"])
def test_what_is_away_for_a_while_is_said_to_come_back(method, path):
    answer = getattr(Client(raise_request_exception=False), method)(path)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    check_static(answer.content.decode())
    assert "保养" in answer.content.decode()


@pytest.mark.parametrize("name", ["503.html", "busy.html"])
def test_pages_of_the_proxy_are_plain_files(name):
    page = (ROOT / "templates" / name).read_text("utf-8")
    check_static(page)
    assert "{%" not in page
    assert "{{" not in page


def check_static(page: str) -> None:
    assert "社区学习网" in page
    assert "电话" in page
    assert len(page.encode()) < 20_000
    assert page.count("<h1") == 1
    assert not re.search(r"\sstyle=|<script", page)
    assert settings.STATIC_URL in page
