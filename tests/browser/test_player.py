"""The lesson player in a real browser: saving, the cut net, resuming, no script."""

import gzip
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.files import File

from core.models import MediaFile
from learning.models import LessonProgress, Response
from learning.report import read_report
from learning.services.enrolment import enrol_learner
from learning.services.progress import record
from tests.browser.conftest import cut_net
from tests.factories import make_learner
from tests.learning.lessons import (
    block_id,
    make_lesson,
    option_id,
    question_block,
    video_block,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHORT_S = 8.0
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def video(db):
    """A real video of the demo; only its first seconds count as its length."""
    path = settings.BASE_DIR / "demo" / "media" / "baduanjin.mp4"
    with path.open("rb") as opened:
        media = MediaFile(title="双手托天", file=File(opened, "baduanjin.mp4"))
        media.save()
    MediaFile.objects.filter(pk=media.pk).update(duration=SHORT_S)
    return MediaFile.objects.get(pk=media.pk)


@pytest.fixture
def lesson(course_a, video):
    return make_lesson(course_a, video_block("v", video), question_block("q"))


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


def test_a_video_that_was_watched_and_a_right_answer_complete_the_lesson(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner)
    play(page)
    form = choose(page, "a")
    form.get_by_text("对了！").wait_for()
    form.get_by_text("选了a").wait_for()
    page.get_by_text("已保存 · ").wait_for()
    page.get_by_role("button", name="学完了").click()
    page.wait_for_url("**/done/")
    assert page.locator("h1").count() == 1
    row = LessonProgress.objects.get()
    assert row.completed_at is not None
    assert row.transcripts == []


def test_a_wrong_answer_can_be_changed_without_leaving_the_page(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner)
    form = choose(page, "b")
    form.get_by_text("再想想").wait_for()
    assert form.locator(".opt--no").count() == 1
    choose(page, "a")
    form.get_by_text("对了！").wait_for()
    assert form.locator(".opt--no").count() == 0
    assert Response.objects.get().answer == [option_id("q", "a")]


def test_jumping_to_the_end_is_not_watching(open_page, learner, enrolment, lesson):
    page = open_page(lesson.url, user=learner)
    play(page, to=1.5, rate=1)
    page.evaluate("document.querySelector('video').currentTime = 7")
    play(page, to=7.5, rate=1)
    choose(page, "a").get_by_text("对了！").wait_for()
    page.get_by_role("button", name="学完了").click()
    # What is left is read aloud from its heading on.
    page.wait_for_function("() => document.activeElement.id === 'left-title'")
    page.get_by_text("没看完").wait_for()
    parts = LessonProgress.objects.get().watched[block_id("v")]
    assert sum(end - start for start, end in parts) < 4
    assert LessonProgress.objects.get().completed_at is None


def test_without_the_net_answers_wait_on_the_phone_and_arrive_later(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner)
    saved(page).get_by_text("已保存").wait_for()
    cut_net(page)
    page.get_by_text("网断了。您接着学，不要紧。").wait_for(timeout=3000)
    form = choose(page, "a")
    form.get_by_text("连上网，就告诉您对不对").wait_for()
    saved(page).get_by_text("已记在这台手机上").wait_for()
    assert "已保存" not in saved(page).inner_text()
    assert not Response.objects.exists()
    page.context.set_offline(False)
    saved(page).get_by_text("已替您存好 1 条").wait_for()
    form.get_by_text("对了！").wait_for()
    assert not page.get_by_text("网断了。您接着学").is_visible()
    assert Response.objects.get().is_right


def test_a_server_that_does_not_answer_is_never_called_saved(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner)
    saved(page).get_by_text("已保存").wait_for()
    page.route("**/progress", lambda route: route.fulfill(status=503))
    choose(page, "a")
    saved(page).get_by_text("还没存上，正在重试").wait_for()
    # A net that asks for a password first answers 200 with a page of its own.
    page.route(
        "**/progress",
        lambda route: route.fulfill(status=200, content_type="text/html", body="<p>"),
    )
    page.wait_for_timeout(2500)
    assert "已保存" not in saved(page).inner_text()
    page.unroute("**/progress")
    saved(page).get_by_text("已保存").or_(
        saved(page).get_by_text("已替您存好")
    ).wait_for()
    assert Response.objects.count() == 1


# What a phone may show whose battery was empty, or whose owner set the year (R-02c).
WRONG = [datetime(1970, 1, 2, tzinfo=UTC), datetime(2040, 1, 2, tzinfo=UTC)]


def kept_without_the_net(open_page, learner, lesson, clock=None) -> Any:
    """An answer that a phone has and the server has not: the phone's storage."""
    page = open_page(lesson.url, user=learner, clock=clock)
    saved(page).get_by_text("已保存").wait_for()
    cut_net(page)
    choose(page, "a")
    saved(page).get_by_text("已记在这台手机上").wait_for()
    return page.context.storage_state()


@pytest.mark.parametrize("clock", [None, *WRONG])
def test_what_one_page_could_not_send_the_next_page_sends(
    open_page, learner, enrolment, lesson, course_a, clock
):
    """Whatever the clock showed meanwhile: with the net it was set."""
    other = make_lesson(course_a, question_block("p"), title="第二课")
    storage = kept_without_the_net(open_page, learner, lesson, clock)
    page = open_page(other.url, user=learner, storage_state=storage)
    assert eventually(Response.objects.filter(attempt__lesson=lesson).exists)
    page.wait_for_function("() => Object.keys(localStorage).length === 0")
    assert Response.objects.get().attempt.enrolment == enrolment


def test_the_place_is_found_again_and_the_beginning_does_not_overwrite_it(
    open_page, learner, enrolment, lesson
):
    place = {"type": "position", "block": block_id("v"), "epoch": 0, "at": 5}
    tell(enrolment, lesson, place)
    page = open_page(lesson.url, user=learner)
    page.get_by_role("button", name="接着上次的 5 秒看").click()
    page.wait_for_function("() => document.querySelector('video').currentTime >= 5")
    page.evaluate("document.querySelector('video').currentTime = 0")
    page.evaluate("document.querySelector('video').pause()")
    page.goto("/learn/")
    assert LessonProgress.objects.get().positions[block_id("v")] >= [0, 5]


def test_beginning_again_opens_a_new_viewing(open_page, learner, enrolment, lesson):
    place = {"type": "position", "block": block_id("v"), "epoch": 0, "at": 5}
    tell(enrolment, lesson, place)
    page = open_page(lesson.url, user=learner)
    page.get_by_role("button", name="从头看").click()
    page.evaluate("document.querySelector('video').pause()")
    assert eventually(
        lambda: LessonProgress.objects.get().positions[block_id("v")] == [1, 0]
    )


def test_an_expired_session_keeps_the_answer_and_shows_the_way_in(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner)
    saved(page).get_by_text("已保存").wait_for()
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    choose(page, "a")
    link = saved(page).get_by_role("link", name="去登录")
    link.wait_for()
    assert link.get_attribute("href").endswith(f"next={lesson.url}")
    assert not Response.objects.exists()
    page.context.add_cookies(cookies)
    page.reload()
    assert eventually(Response.objects.exists)


def test_another_person_on_the_same_phone_sends_nothing_of_the_first(
    open_page, learner, enrolment, lesson, course_a
):
    storage = kept_without_the_net(open_page, learner, lesson)
    second = make_learner("second")
    enrol_learner(learner=second, run=course_a.runs.get(is_self_paced=True))
    page = open_page(lesson.url, user=second, storage_state=storage)
    saved(page).get_by_text("已保存").wait_for()
    assert not Response.objects.exists()
    assert page.evaluate("Object.keys(localStorage).length") == 1


def test_a_report_that_the_server_refuses_is_dropped_and_said(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner)
    saved(page).get_by_text("已保存").wait_for()
    page.locator("[data-question] [name=choice]").first.evaluate(
        "one => one.value = 'forged'"
    )
    choose(page, "a")
    saved(page).get_by_text("没有存").wait_for()
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert not Response.objects.exists()


def test_without_a_script_the_transcript_completes_the_video(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner, java_script_enabled=False)
    page.get_by_text("看文字稿").click()
    page.get_by_role("button", name="我读完了").click()
    choose(page, "b").get_by_text("再想想").wait_for()
    choose(page, "a").get_by_text("对了！").wait_for()
    page.get_by_role("button", name="学完了").click()
    page.wait_for_url("**/done/")
    assert LessonProgress.objects.get().completed_at is not None


def test_a_lesson_can_be_done_with_the_keyboard_alone(
    open_page, learner, enrolment, lesson
):
    page = open_page(lesson.url, user=learner, display="standard.light")
    tab_to(page, "e => e.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")
    tab_to(page, "e => e.textContent.includes('我读完了')")
    page.keyboard.press("Enter")
    page.get_by_text("文字稿读完了").wait_for()
    tab_to(page, "e => e.type === 'radio'")
    page.keyboard.press("Space")
    tab_to(page, "e => e.textContent.includes('选好了')")
    page.keyboard.press("Enter")
    page.get_by_text("对了！").wait_for()
    tab_to(page, "e => e.closest('#finish')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    assert LessonProgress.objects.get().completed_at is not None


def tab_to(page: Any, test: str, most: int = 40) -> None:
    """Presses Tab until the focused element is the one, never hidden by the bar."""
    for _time in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"({test})(document.activeElement)"):
            break
    else:
        pytest.fail(f"the keyboard does not reach {test}")
    is_seen = page.evaluate(
        """() => {
            const box = document.activeElement.getBoundingClientRect();
            const bar = document.querySelector(".lz__nav").getBoundingClientRect();
            return box.top >= 0 && box.top + Math.min(box.height, 24) <= bar.top;
        }"""
    )
    assert is_seen


@pytest.mark.parametrize("display", ["standard.light", "xlarge.contrast"])
def test_pages_of_learning_and_of_the_desk_are_accessible(
    open_page, learner, teacher_a, enrolment, lesson, course_a, display
):
    from axe_playwright_python.sync_playwright import Axe

    tell(
        enrolment,
        lesson,
        {"type": "position", "block": block_id("v"), "epoch": 0, "at": 5},
        {
            "type": "answer",
            "block": block_id("q"),
            "choice": [option_id("q", "b")],
            "seq": 1,
        },
    )
    run = course_a.runs.get(is_self_paced=True)
    pages = [
        (learner, lesson.url),
        (learner, "/learn/"),
        (learner, f"/learn/enrolments/{enrolment.pk}/leave/"),
        (None, lesson.url),
        (teacher_a, "/desk/"),
        (teacher_a, f"/desk/courses/{run.pk}/"),
        (teacher_a, f"/desk/courses/{run.pk}/export/"),
    ]
    for user, path in pages:
        page = open_page(path, user=user, display=display)
        found = Axe().run(
            page,
            options={"runOnly": AXE_TAGS, "rules": {"target-size": {"enabled": True}}},
        )
        violations = [
            (path, one["id"], [node["html"][:160] for node in one["nodes"]])
            for one in found.response["violations"]
        ]
        assert violations == []
        assert page.evaluate(
            "document.documentElement.scrollWidth <= window.innerWidth"
        ), path


def test_a_lesson_page_is_light(open_page, learner, enrolment, course_a):
    """At most 8 requests and 120 KB at first, 25 KB of scripts in all (ux-spec 2.8)."""
    lesson = make_lesson(course_a, question_block("p"), title="轻课")
    page = open_page("about:blank", user=learner, service_workers="block")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(lesson.url)
    saved(page).get_by_text("已保存").wait_for()
    page.wait_for_load_state("networkidle")
    # What comes after the page stands is no part of its first view.
    first = page.evaluate(
        """() => {
            const end = performance.getEntriesByType("navigation")[0].loadEventStart;
            return performance.getEntriesByType("resource")
                .filter((one) => one.startTime < end).map((one) => one.name);
        }"""
    )
    # The sprite is asked for once, whatever icons of it the page shows.
    first = {url.partition("#")[0] for url in first if not url.endswith("/progress")}
    assert len(first) + 1 <= 8, sorted(first)
    fetch = page.context.request.get
    sizes = {
        url: len(gzip.compress(fetch(url).body()))
        for url in asked
        if "/learn/media/" not in url and not url.endswith("/progress")
    }
    assert sum(sizes.values()) <= 120_000, sizes
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))
    assert 0 < scripts <= 25_000, sizes
