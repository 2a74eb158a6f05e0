"""The pictures of the teachers' guide, and the film of a minute on the help page.

    python -m bench.guide --site http://127.0.0.1:8000

Goes through the demo street as a principal who writes a course, an editor who reads it and a
teacher who marks, and takes a picture at each station: `docs/pictures/guide/*.webp`.
The film is made of some of them: each stands for six seconds, and what to do stands in
its captions (`static/help/write.mp4`, `.vtt`, `.jpg`). It needs ffmpeg, a demo site that
was freshly loaded, and the browser that `CHROMIUM_PATH` names. The site itself needs none
of this.
"""

import argparse
import io
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from bench.pictures import sign_in

WRITER, READER = "clerk_guihuayuan", "editor"
PHONE = {"width": 390, "height": 844}
COMPUTER = {"width": 1280, "height": 900}
QUALITY = 60
# What the film says while a picture stands, in the order of the film.
FILM = [
    ("desk", "打开工作台，点「写一课」。"),
    ("title", "先写课名，像跟邻居说话。"),
    ("audience", "再选分类、教谁。"),
    ("lessons", "说一共几课。"),
    ("cover", "挑一种封面花纹。"),
    ("course", "课建好了，点「接着写第 1 课」。"),
    ("editor", "里面有三步示例，把字换成您的。"),
    ("checks", "点「检查一下」，看看还缺什么。"),
    ("phone", "扫一下码，在手机上看样子。"),
    ("waiting", "交给编辑看看，两天之内有回音。"),
]
SECONDS = 6


@dataclass
class Album:
    """Where pictures go, and those that were taken."""

    folder: Path
    taken: dict[str, Image.Image] = field(default_factory=dict)

    def take(self, page: Any, name: str, *, whole: bool = False) -> None:
        """What the page shows now; the screen alone unless the whole is asked for."""
        page.wait_for_load_state("networkidle")
        page.evaluate("document.activeElement && document.activeElement.blur()")
        shot = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
        if whole:
            shot = shot.crop((0, 0, shot.width, min(shot.height, 1700)))
        self.taken[name] = shot
        small = shot
        if shot.width > 800:
            small = shot.resize((800, shot.height * 800 // shot.width))
        small.save(self.folder / f"{name}.webp", quality=QUALITY, method=6)
        print(name)


def write(page: Any, album: Album) -> tuple[str, str]:
    """A course from the first question to the hands of the editor; two addresses."""
    page.goto("/desk/")
    album.take(page, "desk")
    page.get_by_role("link", name="写一课", exact=True).click()
    page.get_by_label("课名").fill("包好一个青团")
    album.take(page, "title")
    page.get_by_role("button", name="下一步").click()
    page.locator(".opt").nth(0).click()
    page.locator("fieldset").nth(1).locator(".opt").nth(0).click()
    album.take(page, "audience")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("一共几课").fill("3")
    album.take(page, "lessons")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("水波").click()
    album.take(page, "cover")
    page.get_by_role("button", name="建好这门课").click()
    album.take(page, "course", whole=True)
    course = page.url
    page.get_by_role("link", name="接着写第 1 课").click()
    page.set_viewport_size(COMPUTER)
    # Wagtail does not look at the form for its first two seconds.
    page.wait_for_timeout(3000)
    page.locator("#id_title").fill("和好青团面")
    steps = (
        ("艾草焯水", "水里加一点点盐。"),
        ("和成面团", "糯米粉分三次加，揉到不粘手。"),
        ("醒一刻钟", "盖上湿布，面就不会干。"),
    )
    for place, (title, sentence) in enumerate(steps):
        step = f"body-{place}-value"
        page.locator(f"[name='{step}-title']").fill(title)
        page.locator(f"[name='{step}-sentences-0-value']").fill(sentence)
    page.wait_for_function(
        "() => /\\d\\d:\\d\\d/.test(document.querySelector('[data-saved-at]').textContent)"
    )
    album.take(page, "editor")
    lesson = page.url
    number = lesson.rstrip("/").split("/")[-2]
    for name, path in (("checks", "checks"), ("phone", "phone")):
        page.set_viewport_size(PHONE)
        page.goto(f"/desk/drafts/{number}/{path}/")
        if name == "phone":
            page.locator("main form button").first.click()
        album.take(page, name)
    return course, number


def hand_in(page: Any, album: Album, number: str) -> None:
    """«交给编辑看看», and the page that says who reads it."""
    page.set_viewport_size(COMPUTER)
    page.goto(f"/admin/pages/{number}/edit/")
    button = page.locator("button[name=action-submit]").first
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    button.click()
    page.wait_for_url("**/desk/reviews/pages/**")
    page.set_viewport_size(PHONE)
    page.goto(f"/desk/reviews/pages/{number}/")
    album.take(page, "waiting")


def read(page: Any, album: Album) -> None:
    """What the editor sees, and how it goes back."""
    page.set_viewport_size(PHONE)
    page.goto("/desk/reviews/")
    album.take(page, "reviews")
    page.get_by_role("link", name="和好青团面").first.click()
    album.take(page, "review", whole=True)
    page.locator("[name=reason]").fill("第一步请配一张图。")
    page.get_by_role("button", name="退回修改").click()


def stations(page: Any, album: Album, paths: dict[str, str]) -> None:
    """Pages that are looked at as they are."""
    page.set_viewport_size(PHONE)
    for name, path in paths.items():
        page.goto(path)
        album.take(page, name, whole=True)


def film(album: Album, folder: Path) -> None:
    """The pictures of FILM one after the other, at half the size of a computer's screen."""
    size = (720, 960)
    with tempfile.TemporaryDirectory() as made:
        for place, (name, _words) in enumerate(FILM):
            shot = album.taken[name]
            ratio = min(size[0] / shot.width, size[1] / shot.height)
            fit = shot.resize((int(shot.width * ratio), int(shot.height * ratio)))
            frame = Image.new("RGB", size, "#FBF7EE")
            frame.paste(fit, ((size[0] - fit.width) // 2, 0))
            frame.save(Path(made) / f"{place:02d}.png")
            if place == 0:
                frame.save(folder / "write.jpg", quality=70)
        command = [
            "ffmpeg", "-v", "error", "-y", "-framerate", f"1/{SECONDS}",
            "-i", f"{made}/%02d.png", "-c:v", "libx264", "-profile:v", "main",
            "-pix_fmt", "yuv420p", "-r", "5", "-crf", "30", "-movflags", "+faststart",
            str(folder / "write.mp4"),
        ]  # fmt: skip
        subprocess.run(command, check=True)
    cues = ["WEBVTT", ""]
    for place, (_name, words) in enumerate(FILM):
        start, end = place * SECONDS, (place + 1) * SECONDS
        cues += [f"{_clock(start)} --> {_clock(end)}", words, ""]
    (folder / "write.vtt").write_text("\n".join(cues), "utf-8")


def _clock(seconds: int) -> str:
    return f"00:{seconds // 60:02d}:{seconds % 60:02d}.000"


def as_user(browser: Any, site: str, user: str, act: Callable[[Any], Any]) -> Any:
    """Do something signed in as that person of the demo street."""
    context = browser.new_context(
        viewport=PHONE, base_url=site, device_scale_factor=1, locale="zh-CN"
    )
    sign_in(context, user)
    done = act(context.new_page())
    context.close()
    return done


def main() -> None:
    """All stations, then the film."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--into", type=Path, default=Path("docs/pictures/guide"))
    parser.add_argument("--film", type=Path, default=Path("static/help"))
    options = parser.parse_args()
    for folder in (options.into, options.film):
        folder.mkdir(parents=True, exist_ok=True)
    album = Album(options.into)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        site = options.site
        _course, number = as_user(
            browser, site, WRITER, lambda page: write(page, album)
        )
        as_user(browser, site, WRITER, lambda page: hand_in(page, album, number))
        as_user(browser, site, READER, lambda page: read(page, album))
        returned = {"returned": f"/desk/reviews/pages/{number}/"}
        others = {
            "questions": "/desk/questions/",
            "uploads": "/desk/uploads/",
            "inbox": "/desk/inbox/",
            "dormant": "/desk/dormant/",
            "marking": "/desk/marking/",
        }
        as_user(
            browser, site, WRITER, lambda page: stations(page, album, returned | others)
        )
        browser.close()
    film(album, options.film)


if __name__ == "__main__":
    main()
