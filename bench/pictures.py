"""Pictures of the product for `docs/`: the demo street in a real browser.

    python bench/pictures.py --site http://127.0.0.1:8000 --into docs/pictures

Needs a running demo site and the browser that `CHROMIUM_PATH` names. Each picture is
one page at one width, in one size and theme, signed in or not, as WebP. `docs/design.md`
sets the drafts beside them. Nothing here runs on the site itself.
"""

import argparse
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

PASSWORD = "chenghu-2026"
QUALITY = 62
# A long page is cut: what stands below repeats what stands above.
MAX_SCREENS = 3


@dataclass(frozen=True)
class Picture:
    """One page as a picture: where, how wide, in which size and theme, as whom."""

    name: str
    path: str
    width: int = 390
    display: str = "standard.light"
    user: str = ""


COURSE = "/schools/guihuayuan/courses/c01/"
PICTURES = [
    Picture("home-390", "/", user="resident_demo"),
    Picture("home-1280", "/", 1280, user="resident_demo"),
    Picture("home-dark-1280", "/", 1280, "standard.dark", "resident_demo"),
    Picture("catalogue-390", "/courses/"),
    Picture("catalogue-1280", "/courses/", 1280),
    Picture("course-390", COURSE, user="resident_demo"),
    Picture("course-1280", COURSE, 1280, user="resident_demo"),
    Picture("school-390", "/schools/guihuayuan/"),
    Picture("school-1280", "/schools/guihuayuan/", 1280),
    Picture("lesson-elder-390", COURSE + "lesson-1/", 390, "large.light"),
    Picture("lesson-elder-1280", COURSE + "lesson-1/", 1280, "large.light"),
    Picture("lesson-elder-xlarge-390", COURSE + "lesson-1/", 390, "xlarge.light"),
    Picture("my-learning-390", "/learn/", user="resident_demo"),
    Picture("my-learning-1280", "/learn/", 1280, user="resident_demo"),
]


def sign_in(context: Any, user: str) -> None:
    """Sign one person of the demo street in, by the page everybody uses."""
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(user)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state()
    page.close()


def take(browser: Any, picture: Picture, site: str, folder: Path) -> None:
    """Take one picture and write it as WebP, at most three screens high."""
    height = 844 if picture.width < 800 else 900
    context = browser.new_context(
        viewport={"width": picture.width, "height": height}, base_url=site
    )
    context.add_cookies([{"name": "display", "value": picture.display, "url": site}])
    if picture.user:
        sign_in(context, picture.user)
    page = context.new_page()
    page.goto(picture.path)
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    shot = shot.crop((0, 0, shot.width, min(shot.height, height * MAX_SCREENS)))
    if shot.width > 800:
        shot = shot.resize((800, shot.height * 800 // shot.width))
    shot.save(folder / f"{picture.name}.webp", quality=QUALITY, method=6)
    context.close()


def main() -> None:
    """Take every picture, or those whose names begin as asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--into", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for picture in PICTURES:
            if picture.name.startswith(options.only):
                take(browser, picture, options.site, options.into)
                print(picture.name)
        browser.close()


if __name__ == "__main__":
    main()
