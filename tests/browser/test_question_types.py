"""Typing, putting in order and matching in a real browser, with and without a script."""

from typing import Any

import pytest

from learning.models import Response
from learning.services.enrolment import enrol_learner
from tests.browser.conftest import cut_net
from tests.browser.test_steps import bar, eventually, heading
from tests.learning.lessons import (
    block_id,
    fill_in_block,
    make_lesson,
    matching_block,
    numeric_block,
    option_id,
    ordering_block,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ORDER = ["和面", "醒面", "上锅蒸"]
PAIRS = {"发面": "馒头", "烫面": "蒸饺", "死面": "面条"}


@pytest.fixture
def quiz(learner, course_a):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    return make_lesson(
        course_a,
        fill_in_block("f"),
        numeric_block("n"),
        ordering_block("o"),
        matching_block("m"),
        title="小测",
    )


def form_of(page: Any, question: str) -> Any:
    return page.locator(f"[data-question='{block_id(question)}']")


def order_of(page: Any) -> list[str]:
    found: list[str] = form_of(page, "o").locator("[data-text]").all_inner_texts()
    return found


def put_in_order(page: Any) -> None:
    """Move each thing up until all stand as they should."""
    for place, name in enumerate(ORDER):
        while order_of(page).index(name) > place:
            row = form_of(page, "o").locator("[data-item]", has_text=name)
            row.get_by_role("button", name="往上").click()


def match(page: Any) -> None:
    for left, right in PAIRS.items():
        form_of(page, "m").get_by_label(left).select_option(label=right)


def test_all_types_by_the_script(open_page, learner, quiz):
    page = open_page(quiz.url, user=learner, display="standard.light")
    bar(page, "开始做").click()
    form_of(page, "f").get_by_label("您的答案").fill("溫 水")
    bar(page, "交答案").click()
    bar(page, "下一题").click()
    form_of(page, "n").get_by_label("您的答案").fill("２０分钟")
    page.keyboard.press("Enter")
    bar(page, "下一题").click()
    assert order_of(page) != ORDER
    assert form_of(page, "o").locator("select:visible").count() == 0
    put_in_order(page)
    assert order_of(page) == ORDER
    bar(page, "交答案").click()
    bar(page, "下一题").click()
    match(page)
    bar(page, "交答案").click()
    bar(page, "看结果").click()
    assert heading(page) == "4 题对了 4 题"
    said = page.locator("[data-chosen-words]").all_inner_texts()
    assert said[2] == "和面、醒面、上锅蒸"
    assert said[3] == "发面 — 馒头、烫面 — 蒸饺、死面 — 面条"
    assert Response.objects.filter(is_right=True).count() == 4


def test_moving_keeps_the_focus_and_is_said(open_page, learner, quiz):
    page = open_page(quiz.url + "?step=3", user=learner, display="large.light")
    second = order_of(page)[1]
    row = form_of(page, "o").locator("[data-item]", has_text=second)
    up = row.get_by_role("button", name="往上")
    up.click()
    assert order_of(page)[0] == second
    assert up.evaluate("(one) => one === document.activeElement")
    said = form_of(page, "o").locator("[data-moved]").inner_text()
    assert said == f"{second}，现在是第 1 个"
    # At the top it stays where it is.
    assert up.get_attribute("aria-disabled") == "true"
    page.keyboard.press("Enter")
    assert order_of(page)[0] == second


def test_something_left_out_is_asked_for_in_the_questions_own_words(
    open_page, learner, quiz
):
    page = open_page(quiz.url + "?step=1", user=learner, display="large.light")
    bar(page, "交答案").click()
    page.get_by_text("请先把答案写上").wait_for()
    page.goto(page.url.split("?")[0] + "?step=4")
    bar(page, "交答案").click()
    page.get_by_text("请给每一样都选好一个").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    assert not Response.objects.exists()


def test_answers_that_wait_for_the_net_stand_where_they_were_given(
    open_page, learner, quiz
):
    page = open_page(quiz.url + "?step=3", user=learner, display="large.light")
    page.locator("#saved").get_by_text("已保存").wait_for()
    page.route("**/progress", lambda route: route.abort())
    put_in_order(page)
    bar(page, "交答案").click()
    page.get_by_text("连上网，就告诉您对不对").locator("visible=true").wait_for()
    page.reload()
    assert order_of(page) == ORDER
    page.unroute("**/progress")
    page.reload()
    assert eventually(Response.objects.exists)
    assert Response.objects.get().answer == [option_id("o", one) for one in "123"]


def test_a_typed_answer_goes_out_when_the_net_is_back(open_page, learner, quiz):
    page = open_page(quiz.url + "?step=1", user=learner, display="large.light")
    page.locator("#saved").get_by_text("已保存").wait_for()
    cut_net(page)
    form_of(page, "f").get_by_label("您的答案").fill("冷水")
    bar(page, "交答案").click()
    page.get_by_text("连上网，就告诉您对不对").locator("visible=true").wait_for()
    page.context.set_offline(False)
    page.get_by_text("不是它").locator("visible=true").wait_for()
    assert Response.objects.get().answer == "冷水"


def test_all_types_work_without_a_script(open_page, learner, quiz):
    page = open_page(quiz.url + "?step=1", user=learner, java_script_enabled=False)
    form_of(page, "f").get_by_label("您的答案").fill("温水")
    bar(page, "交答案").click()
    bar(page, "下一题").click()
    form_of(page, "n").get_by_label("您的答案").fill("20")
    bar(page, "交答案").click()
    bar(page, "下一题").click()
    form = form_of(page, "o")
    for place, name in enumerate(ORDER[:2], start=1):
        form.get_by_label(name).select_option(str(place))
    bar(page, "交答案").click()
    page.get_by_text("两样不能选同一个").wait_for()
    # What was chosen is still there.
    assert form_of(page, "o").get_by_label(ORDER[1]).input_value() == "2"
    form_of(page, "o").get_by_label(ORDER[2]).select_option("3")
    bar(page, "交答案").click()
    bar(page, "下一题").click()
    match(page)
    bar(page, "交答案").click()
    bar(page, "看结果").click()
    assert heading(page) == "4 题对了 4 题"


@pytest.mark.parametrize("display", ["standard.light", "xlarge.light"])
def test_everything_fits_a_small_phone_and_a_thumb(open_page, learner, quiz, display):
    page = open_page(quiz.url, user=learner, display=display)
    page.set_viewport_size({"width": 390, "height": 844})
    for step in range(1, 5):
        page.goto(page.url.split("?")[0] + f"?step={step}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        pressed = page.locator(
            "fieldset button:visible, fieldset select:visible, fieldset input:visible"
        )
        assert pressed.count()
        for one in pressed.all():
            assert one.bounding_box()["height"] >= 48
