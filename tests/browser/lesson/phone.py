"""What a learner does on the phone, and what the server is told by others."""

import time
from typing import Any

from learning.report import read_report
from learning.services.progress import record
from tests.learning.lessons import block_id

SHORT_S = 8.0


def tell(enrolment, lesson, *events):
    """What the server knows already from an earlier visit."""
    from django.utils import timezone

    at = timezone.now()
    report = read_report(list(events), content=lesson.content, opened=at, at=at)
    record(enrolment=enrolment, lesson=lesson, report=report, at=at)


def play(page: Any, *, to: float = SHORT_S, rate: float = 4) -> None:
    """Plays the video without sound, faster, until that second."""
    page.evaluate(
        """async ([to, rate]) => {
            const video = document.querySelector("video");
            video.muted = true;
            video.playbackRate = rate;
            await video.play();
            await new Promise((done) => video.addEventListener("timeupdate", () => {
                if (video.currentTime >= to) done();
            }));
            video.pause();
        }""",
        [to, rate],
    )


def choose(page: Any, option: str, question: str = "q") -> Any:
    form = page.locator(f"[data-question='{block_id(question)}']")
    form.locator("label", has_text=option).click()
    form.get_by_role("button", name="选好了").click()
    return form


def saved(page: Any) -> Any:
    return page.locator("#saved")


def eventually(check: Any, seconds: float = 10) -> Any:
    """Waits until the database says so too."""
    end = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < end:
        time.sleep(0.1)
    return found
