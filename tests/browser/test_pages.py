"""Type, targets, reflow, keyboard, motion, print: counted on every kind of page.

The counting is done in the page by `checks.js`, which names the requirement of each.
"""

from typing import Any

import pytest
import requests
from django.conf import settings

from tests.browser.kinds import KINDS, PUBLIC, Kind
from tests.browser.street import Street

pytestmark = pytest.mark.browser

SIZES = ("standard", "large", "xlarge")
SMALL_PHONE = {"width": 390, "height": 640}
# 320 px is also what 400 % of zoom leaves of a screen of 1280; 256 of one of 1024.
NARROW, ZOOMED = {"width": 320, "height": 640}, {"width": 320, "height": 256}
WIDE = {"width": 1280, "height": 800}
# English words are the longest where the letters are the largest.
READERS = (("", SIZES), ("en", ("xlarge",)))
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


class Findings(list[str]):
    """What was found, each line with where."""

    def add(self, where: str, lines: list[str]) -> None:
        self.extend(f"{where}: {line}" for line in lines)

    def __str__(self) -> str:
        return "\n".join(self[:30])


def set_size(page: Any, size: str) -> None:
    page.evaluate("(size) => { document.documentElement.dataset.size = size; }", size)


def open_all(page: Any) -> None:
    """What is folded away must hold too."""
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")


@every_kind
def test_it_can_be_read_tapped_and_printed(look: Any, kind: Kind) -> None:
    """UX-TYPE, UX-TAP, UX-FLOW-3, UX-FOC-1, with and without 长辈版; UX-MOT-1, UX-PRT-1,
    and focus where the system chooses the colours."""
    page = look(kind, viewport=SMALL_PHONE)
    open_all(page)
    found = Findings([] if kind.is_sheet else page.evaluate("checks.frame()"))
    found.add("ids", page.evaluate("checks.ids()"))
    for size in SIZES:
        set_size(page, size)
        page.set_viewport_size(SMALL_PHONE)
        found.add(f"{size}, bars", page.evaluate("checks.bars()"))
        found.add(f"{size}, focus", page.evaluate("checks.focus(false)"))
        for screen in (SMALL_PHONE, WIDE):
            page.set_viewport_size(screen)
            where = f"{size}, {screen['width']} px"
            for check in ("type", "taps", "gaps", "cut"):
                lines = page.evaluate(f"(size) => checks.{check}(size)", size)
                found.add(f"{where}, {check}", lines)
    page.set_viewport_size(SMALL_PHONE)
    found.add("motion", page.evaluate("checks.motion(false)"))
    page.emulate_media(reduced_motion="reduce")
    found.add("reduced motion", page.evaluate("checks.motion(true)"))
    page.emulate_media(forced_colors="active")
    found.add("forced colours", page.evaluate("checks.focus(true)"))
    page.emulate_media(forced_colors="none", media="print", color_scheme="dark")
    for size, theme in (("standard", "system"), ("xlarge", "contrast")):
        set_size(page, size)
        page.evaluate("(t) => { document.documentElement.dataset.theme = t; }", theme)
        found.add(f"print, {theme}", page.evaluate("checks.print()"))
    assert not found, str(found)


@every_kind
def test_it_fits_a_narrow_screen(look: Any, kind: Kind) -> None:
    """UX-FLOW-1: 320 px, 400 %, a reader's own spacing, old browsers, both languages."""
    found = Findings()
    for language, sizes in READERS[:1] if kind.error else READERS:
        page = look(kind, language=language, viewport=NARROW)
        open_all(page)
        name = language or "zh"
        for size in sizes:
            set_size(page, size)
            found.add(f"{name}, {size}", page.evaluate("checks.reflow()"))
            found.add(f"{name}, {size}", page.evaluate("checks.cut()"))
            page.evaluate("checks.space(true)")
            page.set_viewport_size(SMALL_PHONE)
            found.add(f"{name}, {size}, spacing", page.evaluate("checks.reflow()"))
            found.add(f"{name}, {size}, spacing", page.evaluate("checks.cut()"))
            page.evaluate("checks.space(false)")
            page.set_viewport_size(ZOOMED)
            found.add(f"{name}, {size}, 400 %", page.evaluate("checks.reflow()"))
            found.add(f"{name}, {size}, 400 %", page.evaluate("checks.bars()"))
            page.set_viewport_size(NARROW)
        page.evaluate("checks.strip()")
        for size in sizes:
            set_size(page, size)
            lines = page.evaluate("checks.reflow()")
            found.add(f"{name}, {size}, without newer rules", lines)
        page.context.close()
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
