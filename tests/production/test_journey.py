"""A resident's way through the real nginx, PostgreSQL and Redis, in a real browser."""

import os
import re

import pytest
from playwright.sync_api import sync_playwright

from tests.production.estate import ADMIN, FILES, SITE


@pytest.fixture(scope="module")
def chromium():
    path = os.environ.get("CHROMIUM_PATH")
    assert path, "make production-test names the browser"
    to_here = ", ".join(f"MAP {name} 127.0.0.1" for name in (SITE, ADMIN, FILES))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[f"--host-resolver-rules={to_here}"]
        )
        yield browser
        browser.close()


def test_a_resident_signs_in_joins_learns_and_sees_it_kept(street, chromium):
    context = chromium.new_context(
        base_url=street.url,
        ignore_https_errors=True,
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.goto("/")
    page.get_by_role("link", name="找课程").first.click()
    page.wait_for_url("**/courses/**")
    page.goto(street.facts["paths"]["course"][3])
    title = page.locator("h1").inner_text()
    page.get_by_role("button", name="免费开始学").first.click()
    page.goto("/accounts/login/?next=" + street.facts["paths"]["course"][3])
    form = page.locator("section[aria-labelledby=by-password]")
    form.locator("input[name=login]").fill(street.facts["names"][5])
    form.locator("input[name=password]").fill(street.facts["password"])
    form.locator("button[type=submit]").click()
    page.wait_for_url("**" + street.facts["paths"]["course"][3])
    # Who pressed before signing in is enrolled now.
    page.get_by_role("link", name=re.compile("接着学|开始学")).first.click()
    page.get_by_role("button", name="学完了").click()
    page.get_by_role("link", name=re.compile("学第 2 课")).first.wait_for()
    page.goto("/learn/")
    assert page.get_by_text(title).first.is_visible()
    cookies = {one["name"]: one for one in context.cookies()}
    session = cookies["__Host-session"]
    assert session["secure"]
    assert session["httpOnly"]
    assert re.fullmatch(r"[a-z0-9.]+", session["domain"])
    assert errors == []
    context.close()


def test_pictures_come_from_the_name_without_sessions(street, chromium):
    """The policy lets them in, and nothing else from there."""
    policy = street.ask("/").headers["Content-Security-Policy"]
    sources = dict(
        part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip()
    )
    origin = f"https://{FILES}:{street.nginx.https}"
    assert origin in sources["img-src"]
    assert origin not in sources["script-src"]
    public = street.folder / "media" / "public"
    public.mkdir(parents=True, exist_ok=True)
    (public / "a.svg").write_text("<svg onload='alert(1)'></svg>")
    answer = street.ask("/media/a.svg", host=FILES)
    assert answer.status == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers
