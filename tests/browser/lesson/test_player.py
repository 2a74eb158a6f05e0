"""The lesson player in a real browser: media, resuming, no script; see `test_saving`."""

import gzip
from typing import Any

import pytest

from learning.models import LessonProgress, Response
from tests.browser.lesson.phone import choose, eventually, play, saved, tell
from tests.learning.lessons import (
    block_id,
    make_lesson,
    option_id,
    question_block,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


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
