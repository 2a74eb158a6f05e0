"""The design's tokens: contrast in every theme, the ladder of type sizes.

Ratios by WCAG's formula, computed from `base.css` itself (UX-COL-1, UX-TYPE-1, 2).
"""

import re
from functools import cache
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
Theme = dict[str, str]
BROWSER_PX = 16
BLOCKS = {
    "light": r":root,\.sheet-page\{",
    "dark": r"html\[data-theme=dark\]\{",
    "system": r"html:not\(\[data-theme=light\]\):not\(\[data-theme=dark\]\)"
    r":not\(\[data-theme=contrast\]\)\{",
    "contrast": r"html\[data-theme=contrast\]\{",
}
CATEGORIES = ("pine", "indigo", "cinnabar", "ochre", "rosewood", "slate", "bamboo")
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2") for ground in
      ("paper", "surface", "sunken")],
    *[("ink", f"{tint}-tint") for tint in
      ("pine", "amber", "ok", "err", "cinnabar")],
    *[(word, ground) for word in ("link", "visited", "pine") for ground in
      ("paper", "surface")],
    ("pine", "pine-tint"), ("on-pine", "pine"), ("on-pine", "pine-press"),
    ("cinnabar", "paper"), ("cinnabar", "surface"), ("cinnabar", "cinnabar-tint"),
    ("on-cinnabar", "cinnabar"), ("on-amber", "amber"),
    ("amber-ink", "amber-tint"), ("amber-ink", "surface"),
    ("ok", "surface"), ("ok", "ok-tint"), ("err", "surface"), ("err", "err-tint"),
    ("err", "paper"), ("focus-ink", "focus-bg"),
    *[("cat-cream", f"cat-{name}") for name in CATEGORIES],
]  # fmt: skip
LINES = [
    ("line", "paper"), ("line", "surface"), ("line", "sunken"), ("pine", "sunken"),
    ("cinnabar", "surface"), ("ok", "ok-tint"), ("err", "err-tint"),
]  # fmt: skip


def tokens(block: str) -> Theme:
    """The colours that one block of `base.css` sets."""
    css = (CSS / "base.css").read_text(encoding="utf-8")
    found = re.search(BLOCKS[block] + r"(.*?)\}", css, re.S)
    assert found, f"base.css has no block {block}"
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{3,6})\b", found[1]))


@cache
def theme(name: str) -> Theme:
    """Every colour of a theme: what it sets itself over what the light one sets."""
    return {**tokens("light"), **tokens(name)}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * one for one in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    """WCAG's contrast ratio, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(name: str, pairs: list[tuple[str, str]], least: float) -> list[str]:
    colours = theme(name)
    return [
        f"{name}: {ink} on {ground} {ratio(colours[ink], colours[ground]):.2f}"
        for ink, ground in pairs
        if ratio(colours[ink], colours[ground]) < least
    ]


def test_the_ratio_is_that_of_wcag() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", BLOCKS)
def test_words_are_seven_to_one(name: str) -> None:
    assert not too_faint(name, TEXT, 7.0)


@pytest.mark.parametrize("name", BLOCKS)
def test_lines_and_signs_are_three_to_one(name: str) -> None:
    assert not too_faint(name, LINES, 3.0)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_focus_shows_on_every_ground(name: str) -> None:
    """An ink line and an amber ring: one of the two stands out on any ground."""
    colours = theme(name)
    for ground in ("paper", "surface", "sunken", "pine", "cat-pine", "cat-ochre"):
        ring = [
            ratio(colours[part], colours[ground]) for part in ("focus-ink", "focus-bg")
        ]
        assert max(ring) >= 3, (name, ground, ring)


def test_the_system_s_dark_is_the_dark_one_chooses() -> None:
    assert tokens("system") == tokens("dark")


# Small, body, lead and buttons, h3, h2, h1, h1 of wide screens; in CSS px.
LADDER = {
    "standard": (16, 18, 21, 25, 30, 36, 48),
    "large": (20, 22, 24, 28, 32, 35, 42),
    "xlarge": (24, 30, 30, 32, 35, 36, 39),
}


@pytest.mark.parametrize("size", LADDER)
def test_the_ladder_of_sizes(size: str) -> None:
    css = (CSS / "base.css").read_text(encoding="utf-8")
    start = re.search(r"^html\{([^}]*)\}", css, re.M)
    root = re.search(r":root\{(.*?)\n\}", css, re.S)
    assert start
    assert root
    rules = root[1] + start[1]
    if size != "standard":
        own = re.search(rf"html\[data-size={size}\]\{{([^}}]*)\}}", css)
        assert own
        rules += ";" + own[1]
    percent = float(re.findall(r"font-size:([\d.]+)%", rules)[-1])
    steps = dict(re.findall(r"--fs-(\d):([\d.]+)rem", rules))
    sizes = [float(steps[str(step)]) * percent / 100 * BROWSER_PX for step in range(7)]
    assert sizes == pytest.approx(LADDER[size], abs=0.6)
    assert sizes[0] >= LADDER[size][0] - 0.01
    assert sizes[1] >= LADDER[size][1] - 0.01


def test_every_token_that_is_used_is_set() -> None:
    sheets = {path: path.read_text(encoding="utf-8") for path in CSS.glob("*.css")}
    known = {
        name for css in sheets.values() for name in re.findall(r"(--[\w-]+)\s*:", css)
    }
    for path, css in sheets.items():
        used = set(re.findall(r"var\((--[\w-]+)\)", css))
        assert used <= known, (path.name, used - known)
