"""Records the demo site being used on a phone's screen, in time with the narration.

A headless browser does what each sentence says, and every picture of the film is a
picture of its screen; drawn on top are only the place where a finger touches and, for
the sentence about it, the text message with the code. The resident signs up with a
number beside that of an operator's own hotline (no person has it), on a demo site that
prints the code.
"""

# A tool that is run by hand: it starts ffmpeg, and trusts what it made itself.
# ruff: noqa: S101
# mypy: ignore-errors

import re
import time
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page, sync_playwright

from demo.media.making.narration import Narration

RATE = 12
WIDTH, HEIGHT = 480, 854
VIEW_WIDTH, VIEW_HEIGHT = 390, 694
SCALE = WIDTH / VIEW_WIDTH
QUESTION = "form:has(input[name=choice])"
COURSE = "祖辈带娃不累人"
NAME = "李阿姨"
AMBER, PINE, CREAM = (255, 210, 74), (14, 74, 65), (255, 248, 231)
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
BROWSERS = ("/usr/bin/chromium", None)


class Recorder:
    """The browser, and the pictures taken of it since the sentence began."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.shots: list[Image.Image] = []
        self.message = ""
        self.code = ""

    def take(self, times: int = 1) -> None:
        shot = Image.open(BytesIO(self.page.screenshot(animations="disabled")))
        picture = shot.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        if self.message:
            _draw_message(picture, self.message)
        self.shots += [picture] * times

    def scroll_to(self, target: Locator | int, seconds: float = 1.0) -> None:
        """Slide until the target stands in the upper part of the screen."""
        start = self.page.evaluate("scrollY")
        if isinstance(target, int):
            end = target
        else:
            box = target.first.evaluate("one => one.getBoundingClientRect().top")
            end = max(0, start + box - VIEW_HEIGHT * 0.4)
        steps = max(1, int(seconds * RATE))
        for step in range(1, steps + 1):
            part = step / steps
            part = part * part * (3 - 2 * part)
            self.page.evaluate(
                "y => scrollTo({top: y, behavior: 'instant'})",
                start + (end - start) * part,
            )
            self.take()

    def tap(self, target: Locator, *, waits: bool = True) -> None:
        """Show where the finger touches, then touch."""
        target = target.first
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.take()
        plain = self.shots[-1]
        for radius in (34, 30, 26, 22, 20, 20, 24, 28):
            self.shots.append(_with_finger(plain, middle, radius))
        target.click()
        if waits:
            self.page.wait_for_load_state("networkidle")
        self.take()

    def type(self, target: Locator, words: str) -> None:
        target.focus()
        for sign in words:
            target.press_sequentially(sign)
            self.take()


def frames(spoken: Narration, site: str) -> Iterator[Image.Image]:
    """RGB pictures of the whole film, `RATE` a second."""
    scenes = [
        _home, _home_top, _find, _catalogue, _choose, _course, _enrol, _sign_up,
        _message, _code, _keep_secret, _lesson, _finish, _my_learning,
    ]  # fmt: skip
    assert len(scenes) == len(spoken.lines)
    starts = [0.0] + [line.start_s for line in spoken.lines[1:]] + [spoken.length_s]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSERS[0])
        page = browser.new_page(
            viewport={"width": VIEW_WIDTH, "height": VIEW_HEIGHT},
            device_scale_factor=2,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        recorder = Recorder(page, site)
        page.goto(site)
        page.wait_for_load_state("networkidle")
        given = 0
        for number, scene in enumerate(scenes):
            recorder.shots = []
            scene(recorder)
            recorder.take()
            wanted = round(starts[number + 1] * RATE) - given
            yield from _fitted(recorder.shots, wanted)
            given += wanted
        browser.close()


def _fitted(shots: list[Image.Image], wanted: int) -> list[Image.Image]:
    """As many as the sentence lasts: evenly fewer, or the last one held."""
    if len(shots) > wanted:
        return [shots[number * len(shots) // wanted] for number in range(wanted)]
    return shots + [shots[-1]] * (wanted - len(shots))


def _home(recorder: Recorder) -> None:
    recorder.take()


def _home_top(recorder: Recorder) -> None:
    recorder.take(RATE)
    recorder.scroll_to(260, 1.4)


def _find(recorder: Recorder) -> None:
    # The tab bar leads to the catalogue from everywhere; the card says 找课程.
    card = recorder.page.locator("main a", has_text="找课程")
    recorder.scroll_to(card, 1.0)
    recorder.tap(card)


def _catalogue(recorder: Recorder) -> None:
    recorder.take(4)
    recorder.scroll_to(900, 1.6)
    recorder.take(3)
    recorder.scroll_to(_course_link(recorder), 1.2)


def _course_link(recorder: Recorder) -> Locator:
    return recorder.page.locator("main a", has_text=COURSE)


def _choose(recorder: Recorder) -> None:
    recorder.take(6)
    recorder.tap(_course_link(recorder))


def _course(recorder: Recorder) -> None:
    recorder.take(6)
    recorder.scroll_to(recorder.page.locator("h2", has_text="课程安排"), 1.2)
    recorder.take(6)
    recorder.scroll_to(recorder.page.locator("h2", has_text="谁来教"), 1.0)


def _enrol(recorder: Recorder) -> None:
    recorder.take(4)
    buttons = recorder.page.get_by_text("免费开始学").locator("visible=true")
    recorder.tap(buttons)


def _sign_up(recorder: Recorder) -> None:
    page = recorder.page
    recorder.type(page.locator("input[name=display_name]"), NAME)
    number = f"1380013{8001 + int(time.time()) % 999}"
    recorder.type(page.locator("input[name=phone]"), number)
    page.locator("input[name=consent_account]").check()
    recorder.scroll_to(page.locator("input[name=consent_account]"), 0.4)


def _message(recorder: Recorder) -> None:
    page = recorder.page
    recorder.tap(page.locator("main form button[type=submit]"))
    found = re.search(r"验证码是 (\d{6})", page.locator("main").inner_text())
    assert found is not None, "the site must print the code (demo settings)"
    recorder.code = found[1]
    recorder.take(4)
    recorder.message = f"验证码 {recorder.code}，十分钟内有效。"
    recorder.take(8)


def _code(recorder: Recorder) -> None:
    recorder.type(recorder.page.locator("input[name=code]"), recorder.code)


def _keep_secret(recorder: Recorder) -> None:
    recorder.take(8)
    recorder.message = ""
    recorder.tap(recorder.page.locator("main form:has(input[name=code]) button"))


def _lesson(recorder: Recorder) -> None:
    recorder.take(8)
    recorder.scroll_to(recorder.page.locator("main h2"), 1.2)
    recorder.take(6)
    recorder.scroll_to(recorder.page.locator(QUESTION), 1.2)


def _finish(recorder: Recorder) -> None:
    page = recorder.page
    for quiz, right in ((0, "吃多少"), (1, "对")):
        form = page.locator(QUESTION).nth(quiz)
        recorder.scroll_to(form, 0.5)
        recorder.tap(form.get_by_text(right, exact=True), waits=False)
        form.locator("button[type=submit]").click()
        page.wait_for_load_state("networkidle")
        recorder.take(3)
    done = page.get_by_role("button", name="学完了")
    recorder.scroll_to(done, 0.6)
    recorder.tap(done)
    onward = page.get_by_role("link", name="看下一步").locator("visible=true")
    if onward.count():
        recorder.take(3)
        recorder.tap(onward)


def _my_learning(recorder: Recorder) -> None:
    recorder.take(4)
    link = recorder.page.locator("a[href='/learn/']").locator("visible=true")
    if link.count():
        recorder.tap(link)
    else:
        recorder.page.goto(f"{recorder.site}/learn/")
    recorder.take(6)
    recorder.scroll_to(160, 1.0)


def _with_finger(picture: Image.Image, middle: tuple[float, float], radius: float):
    layer = Image.new("RGBA", picture.size)
    x, y = middle[0] * SCALE, middle[1] * SCALE
    box = (x - radius, y - radius, x + radius, y + radius)
    ImageDraw.Draw(layer).ellipse(box, (*AMBER, 130), (*PINE, 255), 4)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _draw_message(picture: Image.Image, words: str) -> None:
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((14, 14, WIDTH - 14, 104), 20, PINE)
    small = ImageFont.truetype(FONT, 19, index=2)
    large = ImageFont.truetype(FONT, 25, index=2)
    draw.text((36, 26), "短信 · 刚刚", (207, 227, 218), small)
    draw.text((36, 54), words, CREAM, large)
