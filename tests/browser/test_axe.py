"""axe-core in Chromium, on every kind of page, in the reader's choices of it.

Four views of each page: the default, and three in which it meets every theme, every size
and both widths. Which theme meets which size changes from page to page, so that three
neighbours have met all nine pairs. What stands on a page and in which order depends on
the width alone, so every rule is asked once a width, and those of colour, size and place
in every view. AXE_FULL=1 (`make axe-full`) asks everything in all eighteen.
"""

import os
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import pytest

from tests.browser.kinds import KINDS, Kind

pytestmark = pytest.mark.browser

THEMES = ("light", "dark", "contrast")
SIZES = ("standard", "large", "xlarge")
WIDTHS = (390, 1280)
DEFAULT = ("system", "standard", 390)
FULL = list(product(THEMES, SIZES, WIDTHS))
EVERY_RULE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa",
                   "best-practice"],
    },
    "rules": {
        "target-size": {"enabled": True},
        "color-contrast-enhanced": {"enabled": True},
    },
}  # fmt: skip
LOOKS = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "color-contrast-enhanced", "link-in-text-block",
                   "scrollable-region-focusable", "target-size"],
    }
}  # fmt: skip
RUN = """(rules) => axe.run(document, {
    ...rules, resultTypes: ["violations"], preload: false, elementRef: false,
}).then((result) => result.violations.flatMap((one) => one.nodes.map(
    (node) => `${one.id}: ${node.target.join(" ")} ${node.failureSummary}`)))"""


@cache
def axe_source() -> str:
    """axe-core as the package brings it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def wear(page: Any, theme: str, size: str, width: int) -> None:
    """Show the page as the server writes it for that choice."""
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate(
        "([theme, size]) => Object.assign(document.documentElement.dataset,"
        " {theme, size})",
        [theme, size],
    )


def views_of(number: int) -> list[tuple[str, str, int]]:
    """The views of the page with that number in the list of kinds."""
    turned = number % len(SIZES)
    return [
        (theme, SIZES[(i + turned) % len(SIZES)], WIDTHS[(i + turned + 1) % 2])
        for i, theme in enumerate(THEMES)
    ]


def axe_findings(page: Any, views: list[tuple[str, str, int]]) -> list[str]:
    """What axe finds in these views, each with the view in which it was found."""
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    page.evaluate(axe_source())
    found = []
    widths = set()
    for view in views:
        wear(page, *view)
        is_new = view[2] not in widths or os.environ.get("AXE_FULL")
        lines = page.evaluate(RUN, EVERY_RULE if is_new else LOOKS)
        found += [f"{view}: {line}" for line in lines]
        widths.add(view[2])
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_axe_finds_nothing(look: Any, kind: Kind) -> None:
    views = FULL if os.environ.get("AXE_FULL") else views_of(KINDS.index(kind))
    page = look(kind, reduced_motion="reduce")
    found = axe_findings(page, [DEFAULT, *views])
    assert not found, "\n".join(found[:20])


def test_each_page_meets_everything_and_three_of_them_every_pair() -> None:
    neighbours = [views_of(number) for number in range(3)]
    for views in neighbours:
        themes, sizes, widths = zip(DEFAULT, *views, strict=True)
        assert set(themes) >= set(THEMES)
        assert set(sizes) == set(SIZES)
        assert set(widths) == set(WIDTHS)
    met = {(theme, size) for views in neighbours for theme, size, _width in views}
    assert met == set(product(THEMES, SIZES))


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("document.querySelector('.foot p').style.color = '#9a9a9a'", "color-contrast"),
        ("document.querySelector('.find input').labels[0].remove()", "label"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
    ],
)
def test_axe_sees_what_is_broken(look: Any, damage: str, rule: str) -> None:
    page = look(KINDS[0])
    page.evaluate(damage)
    found = axe_findings(page, [DEFAULT])
    assert any(line.startswith(f"{DEFAULT}: {rule}") for line in found), found
