"""A lesson step by step in a real browser: turning over, the bar, the cut net."""

import time
from typing import Any

import pytest

from learning.models import LessonProgress
from learning.services.enrolment import enrol_learner
from tests.browser.conftest import cut_net
from tests.learning.lessons import block_id, make_lesson, question_block, text_block
from tests.learning.test_steps_page import step_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lesson(learner, course_a):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    blocks = [text_block(), step_block("甲"), step_block("乙"), question_block("q")]
    return make_lesson(course_a, *blocks)


def eventually(check: Any, seconds: float = 15) -> Any:
    end = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def bar(page: Any, name: str) -> Any:
    return (
        page.locator("#step-nav").get_by_text(name, exact=True).locator("visible=true")
    )


def heading(page: Any) -> str:
    return page.locator("h1").inner_text()


def test_steps_are_turned_over_without_asking_the_server(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="large.light")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on(
        "request", lambda one: one.is_navigation_request() and asked.append(one.url)
    )
    bar(page, "下一步").click()
    assert heading(page) == "甲步"
    assert page.url.endswith("?step=2")
    assert page.evaluate("document.activeElement.id") == "step-title"
    assert page.evaluate("document.title").startswith("第 2 步")
    assert page.locator("[data-step-bar] .on").count() == 2
    page.go_back()
    assert heading(page) == "第一课"
    assert asked == []


def test_what_is_said_of_a_step_arrives_and_stands_there_next_time(
    open_page, learner, lesson
):
    page = open_page(lesson.url + "?step=2", user=learner, display="large.light")
    page.locator("#check-2").get_by_text("想请老师帮忙").click()
    assert page.locator("#check-2 [data-help]").is_visible()
    page.locator("#check-2").get_by_text("做到了", exact=True).click()
    assert not page.locator("#check-2 [data-help]").is_visible()
    assert eventually(
        lambda: (
            (row := LessonProgress.objects.first())
            and row.positions.get(block_id("甲")) == [2, 1]
        )
    )
    page.reload()
    assert page.locator("#check-2 input[value=did]").is_checked()


def test_a_step_that_was_passed_over_is_not_seen(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="large.light")
    bar(page, "下一步").click()
    page.wait_for_timeout(3200)
    bar(page, "下一步").click()
    assert eventually(lambda: LessonProgress.objects.get().positions)
    assert list(LessonProgress.objects.get().positions) == [block_id("甲")]


def test_all_steps_are_there_when_the_net_is_cut(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="xlarge.dark")
    page.locator("#saved").get_by_text("已保存").wait_for()
    cut_net(page)
    page.get_by_text("网断了。您接着学，不要紧。").wait_for(timeout=3000)
    bar(page, "下一步").click()
    page.locator("#check-2").get_by_text("做到了", exact=True).click()
    page.locator("#saved").get_by_text("已记在这台手机上").wait_for()
    bar(page, "下一步").click()
    assert heading(page) == "乙步"
    page.context.set_offline(False)
    page.locator("#saved").get_by_text("已替您存好").wait_for()
    assert eventually(
        lambda: LessonProgress.objects.get().positions.get(block_id("甲")) == [1, 1]
    )


def test_the_last_step_finishes_the_lesson(open_page, learner, course_a, lesson):
    short = make_lesson(course_a, step_block("丙"), step_block("丁"), title="短课")
    page = open_page(short.url, user=learner, display="large.light")
    bar(page, "下一步").click()
    bar(page, "学完了").click()
    page.wait_for_url("**/done/")
    assert LessonProgress.objects.get(lesson=short).completed_at is not None


@pytest.mark.parametrize("display", ["large.light", "xlarge.contrast", "standard.dark"])
def test_every_step_fits_and_is_accessible(open_page, learner, lesson, display):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(lesson.url, user=learner, display=display)
    page.locator("#saved").get_by_text("已保存").wait_for()
    rules = {"rules": {"target-size": {"enabled": True}}}
    tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
    numbers = [1, 2, 4, 5] if "standard" not in display else [1]
    for number in numbers:
        if "standard" not in display:
            page.goto(f"{lesson.url}?step={number}")
        found = Axe().run(page, options={"runOnly": tags, **rules}).response
        assert [
            (number, one["id"], [node["html"][:200] for node in one["nodes"]])
            for one in found["violations"]
        ] == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        bar_height = page.evaluate(
            "document.querySelector('.lz__nav').getBoundingClientRect().height"
        )
        assert bar_height <= 128
        page.set_viewport_size({"width": 390, "height": 844})


def test_a_step_can_be_done_with_the_keyboard_alone(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="large.light")
    bar(page, "下一步").focus()
    page.keyboard.press("Enter")
    # From the heading on, Tab goes through the step in its order.
    for _time in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'check'"):
            break
    page.keyboard.press("Space")
    assert page.locator("#check-2 input:checked").count() == 1
    bar(page, "下一步").focus()
    page.keyboard.press("Enter")
    assert heading(page) == "乙步"
