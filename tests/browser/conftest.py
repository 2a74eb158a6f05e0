"""A real browser against the live site: Chromium or Chrome, named by CHROMIUM_PATH."""

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from tests.browser.kinds import Kind, look_at
from tests.browser.street import Street, filled, served
from tests.shared import run_folder

CHECKS = Path(__file__).with_name("checks.js")
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`open_page(user=…, path=…, display="large.light", …)`: a page of a new person.

    `clock`: what the clock of the phone shows meanwhile. Further names go to Playwright's
    `new_context`. An error in the page's console or a
    script that fails makes the test fail at its end.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def open_one(
        path: str = "/",
        *,
        user: Any = None,
        display: str = "",
        clock: datetime | None = None,
        **options: Any,
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
        if clock is not None:
            page.clock.install(time=clock)
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


def cut_net(page: Any) -> None:
    """Take the net away from a lesson once it has fetched all that it begins with.

    A worker whose script is cut off on its way is an error in the console.
    """
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)


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


# --- Pages that are looked at and not changed: see `street.py`, `kinds.py`, `checks.js` --


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Looking comes last: meanwhile the other worker may load the street."""
    items.sort(key=lambda item: "look" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """The demo street behind a server of this worker's own."""
    own = tmp_path_factory.getbasetemp()
    with served(filled(run_folder(own)), own / "served") as street:
        yield street


@pytest.fixture
def look(browser: Any, street: Street) -> Iterator[Callable[..., Any]]:
    """`look(kind, language="en", …)`: a page of that kind, with `checks` in it.

    `before` is called with the page before it goes anywhere; `page` is one of an earlier
    look at the same kind, whose files need not be fetched again.
    Whatever it asks of another host, and every error in its console, fails the test.
    """
    contexts: list[Any] = []
    found: list[str] = []

    def new_page(**options: Any) -> Any:
        options.setdefault("viewport", PHONE)
        context = browser.new_context(**options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda message: _note(message, found))
        page.on("request", lambda request: _note_request(request, street, found))
        return page

    def look_one(
        kind: Kind,
        *,
        language: str = "",
        page: Any = None,
        before: Callable[[Any], None] = lambda page: None,
        **options: Any,
    ) -> Any:
        page = page or new_page(**options)
        page.context.clear_cookies()
        cookies = {
            settings.SESSION_COOKIE_NAME: street.sessions.get(kind.who, ""),
            "display": kind.display,
            "language": language,
        }
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": street.url}
                for name, value in cookies.items()
                if value
            ]
        )
        before(page)
        look_at(page, kind, street)
        if options.get("java_script_enabled", True):
            page.evaluate(CHECKS.read_text(encoding="utf-8"))
        return page

    yield look_one
    for context in contexts:
        context.close()
    assert not found


def _note_request(request: Any, street: Street, found: list[str]) -> None:
    if not request.url.startswith((f"{street.url}/", "data:", "blob:", "about:")):
        found.append(f"asks another host: {request.url}")
