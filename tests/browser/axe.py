"""What axe is asked, in which views of a page, and with which rules.

Each page is met in three views, which between them have every theme, every size of
letters and both widths; pages that follow one another have other pairs of these, so that
six of them have met every pair (`test_axe.py` counts). `make axe-full` takes all views.
"""

import os
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

SIZES = ("standard", "large", "xlarge")
WIDTHS = (390, 1280)
PLAIN = ("system", "light")  # one look, reached by two ways
THEMES = (*PLAIN, "dark", "contrast")
FULL = list(product(THEMES[1:], SIZES, WIDTHS))
View = tuple[str, str, int]

# What stands on a page depends on its width alone; how it looks, on the view.
EVERY_RULE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa",
                   "best-practice"],
    },
    "rules": {
        "target-size": {"enabled": True},
        "color-contrast": {"enabled": False},
        "color-contrast-enhanced": {"enabled": True},
    },
}  # fmt: skip
LOOKS = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast-enhanced", "link-in-text-block",
                   "scrollable-region-focusable", "target-size"],
    }
}  # fmt: skip
# The rule for 7:1 leaves what is below 4.5:1 to another rule, which would measure every
# word a second time; without that floor it finds both.
ONE_CONTRAST = """() => {
    const { contrastRatio } = axe._audit.checks["color-contrast-enhanced"].options;
    delete contrastRatio.normal.minThreshold;
    delete contrastRatio.large.minThreshold; }"""
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


def views_of(number: int) -> list[View]:
    """The views of the page with that number in the list of kinds."""
    if os.environ.get("AXE_FULL"):
        return FULL
    themes = (PLAIN[number // 3 % 2], "dark", "contrast")
    return [
        (theme, SIZES[(i + number) % 3], WIDTHS[(i + number) % 2])
        for i, theme in enumerate(themes)
    ]


def axe_findings(page: Any, views: list[View]) -> list[str]:
    """What axe finds in these views, each with the view in which it was found.

    The page stands still (`reduced_motion`) and all that it folds away is open.
    """
    page.evaluate(axe_source())
    page.evaluate(ONE_CONTRAST)
    found = []
    widths = set()
    for view in views:
        wear(page, *view)
        is_new = view[2] not in widths or os.environ.get("AXE_FULL")
        lines = page.evaluate(RUN, EVERY_RULE if is_new else LOOKS)
        found += [f"{view}: {line}" for line in lines]
        widths.add(view[2])
    return found
