"""The certificate from a browser: one sheet of paper, a picture to keep, without script."""

import re
from base64 import b64decode
from typing import Any

import pytest

from tests.browser.kinds import LEARNER, STAFF

pytestmark = pytest.mark.browser
CERTIFICATE = next(kind for kind in LEARNER if kind.name == "certificate")
SHEETS = next(kind for kind in STAFF if kind.name == "sheet-certificates")


def pages_of(page: Any) -> int:
    """How many sheets of paper the printer gets."""
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_it_prints_on_one_sheet(look: Any) -> None:
    assert pages_of(look(CERTIFICATE)) == 1


def test_those_of_a_class_print_on_a_sheet_each(look: Any) -> None:
    page = look(SHEETS)
    drawn = page.locator("svg.cert").count()
    assert drawn > 1
    assert pages_of(page) == drawn


def test_it_becomes_a_picture_that_can_be_kept(look: Any) -> None:
    page = look(CERTIFICATE)
    page.get_by_role("button", name="存成图片").click()
    shown = page.locator("[data-picture-shown]")
    shown.wait_for()
    head, data = shown.get_attribute("src").split(",", 1)
    assert head == "data:image/png;base64"
    raw = b64decode(data)
    assert raw.startswith(b"\x89PNG")
    # Drawn, and not an empty canvas: that is a few kilobytes.
    assert len(raw) > 100_000
    assert (
        page.locator("[data-picture-file]").get_attribute("download").endswith(".png")
    )


def test_without_script_the_sheet_and_the_file_are_there(look: Any) -> None:
    page = look(CERTIFICATE, java_script_enabled=False)
    assert page.locator("svg.cert").is_visible()
    assert page.get_by_role("link", name="存成 PDF").is_visible()
    assert not page.get_by_role("button", name="存成图片").is_visible()
