"""Type, targets, reflow, keyboard, motion, print: counted on every kind of page.

The counting is done in the page by `checks.js`, which names the requirement of each.
"""

from typing import Any

import pytest
import requests
from django.conf import settings

from tests.browser.axe import SIZES, axe_findings, views_of
from tests.browser.kinds import KINDS, PUBLIC, Kind
from tests.browser.street import Street

pytestmark = pytest.mark.browser

SMALL_PHONE = {"width": 390, "height": 640}
# 320 px is also what 400 % of zoom leaves of a screen of 1280; 256 of one of 1024.
NARROW, ZOOMED = {"width": 320, "height": 640}, {"width": 320, "height": 256}
WIDE = {"width": 1280, "height": 800}
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


class Findings(list[str]):
    """What was found, each line with where."""

    def add(self, where: str, lines: list[str]) -> None:
        self.extend(f"{where}: {line}" for line in lines)

    def __str__(self) -> str:
        return "\n".join(self[:30])


LARGEST = SIZES[-1:]
SAME = ("type", "taps", "gaps", "cut")


def in_each_size(page: Any, screen: Any, sizes: Any, *checks: str) -> list[str]:
    """What these checks find on a screen of that size, in these sizes of letters."""
    page.set_viewport_size(screen)
    lines = page.evaluate("([s, names]) => checks.each(s, names)", [sizes, checks])
    return [f"{screen['width']} × {screen['height']}, {line}" for line in lines]


def dress(page: Any, size: str, theme: str) -> None:
    page.evaluate(
        "(choice) => Object.assign(document.documentElement.dataset, choice)",
        {"size": size, "theme": theme},
    )


def open_all(page: Any) -> None:
    """What is folded away must hold too."""
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")


def what_moves(page: Any) -> Findings:
    """UX-MOT-1; afterwards the page stands still, and is measured so."""
    found = Findings()
    found.add("motion", page.evaluate("checks.motion(false)"))
    page.emulate_media(reduced_motion="reduce")
    found.add("reduced motion", page.evaluate("checks.motion(true)"))
    return found


def what_cannot_be_read_or_tapped(page: Any) -> Findings:
    """UX-TYPE, UX-TAP, UX-FLOW-3, UX-FOC-1, with and without 长辈版."""
    found = Findings()
    lines = in_each_size(page, SMALL_PHONE, SIZES, "bars", "focus", *SAME)
    found.add("to read and tap", lines)
    found.add("to read and tap", in_each_size(page, WIDE, SIZES, *SAME))
    return found


def what_does_not_fit(page: Any, sizes: tuple[str, ...]) -> Findings:
    """UX-FLOW-1: 320 px, 400 %, a reader's own spacing."""
    found = Findings()
    found.add("narrow", in_each_size(page, NARROW, sizes, "reflow", "cut"))
    found.add("400 %", in_each_size(page, ZOOMED, sizes, "reflow", "bars"))
    page.evaluate("checks.space(true)")
    found.add("spacing", in_each_size(page, SMALL_PHONE, sizes, "reflow", "cut"))
    page.evaluate("checks.space(false)")
    return found


def what_an_old_browser_does_not_fit(page: Any, sizes: tuple[str, ...]) -> Findings:
    """UX-FLOW-1 without newer rules of CSS; they do not come back."""
    found = Findings()
    page.evaluate("checks.strip()")
    lines = in_each_size(page, NARROW, sizes, "reflow")
    found.add("without newer rules", lines)
    return found


def what_the_system_and_paper_change(page: Any) -> Findings:
    """UX-PRT-1, and focus where the system chooses the colours."""
    found = Findings()
    page.set_viewport_size(SMALL_PHONE)
    page.emulate_media(forced_colors="active")
    found.add("forced colours", page.evaluate("checks.focus(true)"))
    page.emulate_media(forced_colors="none", media="print", color_scheme="dark")
    for size, theme in (("standard", "system"), ("xlarge", "contrast")):
        dress(page, size, theme)
        found.add(f"print, {theme}", page.evaluate("checks.print()"))
    dress(page, "standard", "system")
    page.emulate_media(media="screen", color_scheme="light")
    return found


@every_kind
def test_everybody_can_use_it(look: Any, kind: Kind) -> None:
    """Opened once in each language; a finding says what was asked of it, and where.

    English words are the longest where the letters are the largest. Error pages have
    one language.
    """
    page = look(kind, viewport=SMALL_PHONE, service_workers="block")
    open_all(page)
    found = Findings([] if kind.is_sheet else page.evaluate("checks.frame()"))
    found.add("ids", page.evaluate("checks.ids()"))
    found += what_moves(page)
    found += what_cannot_be_read_or_tapped(page)
    found += what_does_not_fit(page, SIZES)
    found += what_the_system_and_paper_change(page)
    found.add("axe", axe_findings(page, views_of(KINDS.index(kind))))
    found += what_an_old_browser_does_not_fit(page, SIZES)
    if not kind.error:
        look(kind, page=page, language="en")
        open_all(page)
        found.add("en", what_does_not_fit(page, LARGEST))
        found.add("en", what_an_old_browser_does_not_fit(page, LARGEST))
    assert not found, str(found)


def written(kind: Kind, street: Street) -> str:
    """The page as the server sends it to the person who looks."""
    if kind.error:
        return street.errors[kind.error]
    session = street.sessions.get(kind.who, "")
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; display={kind.display}"
    answer = requests.get(
        street.url + kind.address(street), headers={"Cookie": cookie}, timeout=20
    )
    assert answer.status_code == kind.status
    return answer.text


@every_kind
def test_it_works_without_scripts(look: Any, street: Street, kind: Kind) -> None:
    """Looked at where the page brings a script; another is the same without."""
    html = "" if kind.fill else written(kind, street)
    if html and "<script" not in html:
        assert html.count("<h1") == 1
        assert "<main" in html
        return
    page = look(kind, java_script_enabled=False)
    assert page.locator("main").is_visible()
    assert page.locator("h1").count() == 1
    assert page.locator("h1").is_visible()


WALKED = (
    "home",
    "catalogue",
    "course",
    "sign-up-wrong",
    "display",
    "quiz",
    "desk",
    "desk-new-form",
    "desk-roll",
    "desk-counter-person",
    "desk-counter-more",
    "desk-finish",
    "certificate",
    "family",
    "school-code",
    "desk-import",
    "place",
)


@pytest.mark.parametrize(
    "kind", [one for one in KINDS if one.name in WALKED], ids=lambda kind: kind.name
)
def test_the_keyboard_reaches_everything_in_order(look: Any, kind: Kind) -> None:
    """UX-FOC-2: the skip link first, every stop once, and out again at the end."""
    page = look(kind, viewport=WIDE)
    page.evaluate("document.activeElement.blur()")
    total = page.evaluate(
        """() => { const reached = []; window.reached = reached;
        document.addEventListener("focusin", (e) => reached.push(e.target));
        // A field for a day or an hour has a stop for each part, and one for its picker.
        const parts = document.querySelectorAll("[type=date],[type=time],[type^=datetime]");
        return document.querySelectorAll("a[href],button,input,summary,select,textarea")
            .length + 6 * parts.length; }"""
    )
    page.keyboard.press("Tab")
    if kind.name != "sign-up-wrong":  # there the summary of errors has the focus
        assert page.evaluate("document.activeElement.matches('.skip')")
        assert page.evaluate(
            "document.activeElement.getBoundingClientRect().top >= 0"
        ), "the skip link shows when it has the focus"
    for _ in range(total + 2):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    else:
        pytest.fail("the keyboard never comes out of the page")
    missed = page.evaluate(
        """() => [...document.querySelectorAll("a[href],button,summary,textarea,select")]
        .filter((el) => el.checkVisibility({visibilityProperty: true}))
        .filter((el) => !reached.includes(el) && !el.closest("video,audio"))
        .map((el) => el.outerHTML.slice(0, 90))"""
    )
    assert len(missed) <= (1 if kind.name != "sign-up-wrong" else total), missed
    backwards = page.evaluate(
        """() => reached.filter((el, i) => i && !el.matches("input[type=radio]") &&
        reached[i - 1].compareDocumentPosition(el) & Node.DOCUMENT_POSITION_PRECEDING)
        .map((el) => el.outerHTML.slice(0, 90))"""
    )
    assert not backwards


def test_the_skip_link_leads_into_the_page(look: Any) -> None:
    page = look(PUBLIC[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", ["course-learner", "lesson", "news", "school"])
def test_a_printed_page_fills_a4_without_bars(look: Any, name: str, tmp_path) -> None:
    """Chromium's own PDF: pages of A4, not one of them empty."""
    kind = next(one for one in KINDS if one.name == name)
    page = look(kind)
    pdf = page.pdf(format="A4", print_background=False, path=tmp_path / "page.pdf")
    assert pdf.startswith(b"%PDF")
    sheets = pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ")
    assert 1 <= sheets <= 6


DAMAGES = [
    ("type", "document.querySelector('main p').style.fontSize = '13px'"),
    ("type", "document.querySelector('main p').style.textAlign = 'justify'"),
    ("type", "document.body.style.lineHeight = '1.2'"),
    ("taps", "document.querySelector('.find .btn').style.cssText = SMALL"),
    ("gaps", "document.querySelector('.doors').style.gap = '2px'"),
    ("reflow", "document.querySelector('.doors').style.minWidth = '500px'"),
    ("bars", "document.querySelector('.tabs').style.height = '140px'"),
    ("focus", "document.querySelector('.find .btn').style.outline = 'none'"),
    ("motion", "document.querySelector('.find .btn').style.transition = 'all 1s'"),
    ("frame", "document.querySelector('.skip').remove()"),
]


@pytest.mark.parametrize(("check", "damage"), DAMAGES)
def test_the_checks_see_what_is_broken(look: Any, check: str, damage: str) -> None:
    page = look(PUBLIC[0], viewport=SMALL_PHONE)
    assert page.evaluate(f"checks.{check}('standard')") == []
    page.evaluate(
        damage.replace("SMALL", "'min-height:0;height:40px;align-self:start'")
    )
    assert page.evaluate(f"checks.{check}('standard')")
