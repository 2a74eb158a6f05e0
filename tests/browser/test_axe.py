"""The views in which `test_pages.py` asks axe, and whether axe would say what is wrong."""

from itertools import product
from typing import Any

import pytest

from tests.browser.axe import PLAIN, SIZES, THEMES, WIDTHS, axe_findings, views_of
from tests.browser.kinds import KINDS

pytestmark = pytest.mark.browser


def test_each_page_meets_everything_and_six_of_them_every_pair() -> None:
    neighbours = [views_of(number) for number in range(6)]
    for views in neighbours:
        themes, sizes, widths = zip(*views, strict=True)
        assert set(themes) in ({one, "dark", "contrast"} for one in PLAIN)
        assert set(sizes) == set(SIZES)
        assert set(widths) == set(WIDTHS)
    met = [view for views in neighbours for view in views]
    assert {(theme, size) for theme, size, _ in met} == set(product(THEMES, SIZES))
    assert {(theme, width) for theme, _, width in met} == set(product(THEMES, WIDTHS))
    assert {(size, width) for _, size, width in met} == set(product(SIZES, WIDTHS))


def test_three_pages_meet_every_size_in_every_colour() -> None:
    for first in (0, 3):
        met = [view for number in range(3) for view in views_of(first + number)]
        colours = {("plain" if t in PLAIN else t, size) for t, size, _ in met}
        assert colours == set(product(("plain", "dark", "contrast"), SIZES))


HALF_SEEN = "document.querySelector('.foot p').style.color"


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        # 2.8:1 and 5:1 on white: below what everybody needs, and below what we promise.
        (f"{HALF_SEEN} = '#9a9a9a'", "color-contrast-enhanced"),
        (f"{HALF_SEEN} = '#707070'", "color-contrast-enhanced"),
        ("document.querySelector('.find input').labels[0].remove()", "label"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
    ],
)
def test_axe_sees_what_is_broken(look: Any, damage: str, rule: str) -> None:
    page = look(KINDS[0], reduced_motion="reduce")
    page.evaluate(damage)
    view = ("system", "standard", 390)
    found = axe_findings(page, [view])
    assert any(line.startswith(f"{view}: {rule}") for line in found), found
