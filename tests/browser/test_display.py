"""长辈版: found at the first visit, two taps away, remembered, with a larger pointer."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import KINDS, PUBLIC, Kind
from tests.browser.street import Street

pytestmark = pytest.mark.browser
HOME = PUBLIC[0]
NEWS = next(kind for kind in KINDS if kind.name == "news")


def size_of(page: Any) -> str:
    size: str = page.evaluate("document.documentElement.dataset.size")
    return size


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_two_taps_lead_to_it_and_back_to_the_same_page(
    look: Any, street: Street, script: bool
) -> None:
    page = look(NEWS, java_script_enabled=script)
    page.get_by_role("link", name="长辈版").first.click()
    page.get_by_role("button", name="长辈版 · 特大").click()
    assert page.url == street.url + NEWS.address(street)
    assert page.locator("html").get_attribute("data-size") == "xlarge"
    page.goto(street.url + "/")
    assert page.locator("html").get_attribute("data-size") == "xlarge"


def test_colours_keep_the_size_that_was_chosen(look: Any, street: Street) -> None:
    page = look(Kind("display", "/display/", display="large.light"))
    page.get_by_role("button", name="高对比度").click()
    shown = page.locator("html")
    # Waits: a page that has only begun to arrive has no root element yet.
    expect(shown).to_have_attribute("data-theme", "contrast")
    expect(shown).to_have_attribute("data-size", "large")
    page.goto(f"{street.url}/display/")
    chosen = page.locator(".opt", has=page.locator(".opt__now"))
    assert chosen.count() == 2
    assert "大字" in chosen.first.inner_text()
    assert "高对比度" in chosen.last.inner_text()


def test_the_first_visit_offers_it_in_a_line_and_later_ones_do_not(
    look: Any, street: Street
) -> None:
    page = look(HOME)
    page.get_by_role("link", name="换成长辈版").click()
    page.get_by_role("button", name="标准").click()
    assert page.url == f"{street.url}/"
    assert page.get_by_role("link", name="换成长辈版").count() == 0


@pytest.mark.parametrize(("size", "is_large"), [("standard", False), ("large", True)])
def test_the_pointer_is_larger_where_there_is_a_mouse(
    look: Any, size: str, is_large: bool
) -> None:
    page = look(Kind("home", "/", display=f"{size}.light"))
    for selector, picture in (("main p", "pointer.svg"), (".btn", "pointer-link.svg")):
        cursor = page.locator(selector).first.evaluate(
            "(el) => getComputedStyle(el).cursor"
        )
        assert (picture in cursor) is is_large
    address = page.evaluate("new URL('/static/icons/pointer.svg', location).href")
    assert page.request.get(address).ok


def test_a_home_screen_gets_the_seal(look: Any, street: Street) -> None:
    page = look(HOME)
    manifest = page.locator("link[rel=manifest]").get_attribute("href")
    answer = page.request.get(street.url + manifest)
    assert answer.headers["content-type"] == "application/manifest+json"
    facts = answer.json()
    assert facts["name"].startswith("澄湖")
    assert facts["start_url"] == "/"
    touch = page.locator("link[rel='apple-touch-icon']").get_attribute("href")
    for address in [touch, *(icon["src"] for icon in facts["icons"])]:
        icon = page.request.get(street.url + address)
        assert icon.ok
        assert icon.body().startswith(b"\x89PNG")
