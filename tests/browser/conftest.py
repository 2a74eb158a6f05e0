"""A real browser against the live site: Chromium or Chrome, named by CHROMIUM_PATH."""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The browser; tests that ask for it are skipped where there is none."""
    path = os.environ.get("CHROMIUM_PATH")
    if not path:
        pytest.skip("CHROMIUM_PATH names no browser; see «make test»")
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop in this thread, and Django would refuse its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`open_page(user=…, path=…, display="large.light", …)`: a page of a new person.

    Further names go to Playwright's `new_context`. An error in the page's console or a
    script that fails makes the test fail at its end.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def open_one(
        path: str = "/", *, user: Any = None, display: str = "", **options: Any
    ) -> Any:
        options.setdefault("viewport", PHONE)
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        if display:
            cookie = {"name": "display", "value": display, "url": live_server.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _note(message, errors))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        # What a page sends when it is left must arrive before the tables are emptied.
        for page in context.pages:
            page.goto("about:blank")
            page.wait_for_timeout(200)
        context.close()
    assert not errors


def _note(message: Any, errors: list[str]) -> None:
    # What tests do on purpose, 403 and a cut net, is also said there.
    if message.type == "error" and "Failed to load resource" not in message.text:
        errors.append(message.text)


def session_cookie(user: Any, url: str) -> dict[str, str]:
    """The cookie of a signed-in session of that person."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": store.session_key,
        "url": url,
    }
