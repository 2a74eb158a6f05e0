"""A quiz in a real browser: one question a page, whatever the net does."""

from typing import Any

import pytest

from learning.models import Attempt, Response
from learning.services.enrolment import enrol_learner
from tests.browser.conftest import cut_net
from tests.browser.test_steps import bar, eventually, heading
from tests.learning.lessons import block_id, make_lesson, option_id, question_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quiz(learner, course_a):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    return make_lesson(course_a, *[question_block(one) for one in "xy"], title="小测")


def choose(page: Any, question: str, option: str) -> Any:
    form = page.locator(f"[data-question='{block_id(question)}']")
    form.locator("label", has_text=option).click()
    return form


def test_a_quiz_from_its_start_to_its_stamp(open_page, learner, quiz):
    page = open_page(quiz.url, user=learner, display="standard.light")
    bar(page, "开始做").click()
    assert heading(page) == "x?"
    choose(page, "x", "b")
    bar(page, "交答案").click()
    page.get_by_text("再想想").locator("visible=true").first.wait_for()
    page.get_by_text("选了b").wait_for()
    assert bar(page, "先跳过").count() == 1
    choose(page, "x", "a")
    bar(page, "再答一次").click()
    page.get_by_text("选了a").wait_for()
    bar(page, "下一题").click()
    choose(page, "y", "b")
    bar(page, "交答案").click()
    page.get_by_text("选了b").wait_for()
    bar(page, "先跳过").click()
    assert heading(page) == "2 题对了 1 题"
    assert page.locator("[data-review]").first.inner_text().count("对了") == 1
    bar(page, "学完了").click()
    page.wait_for_url("**/done/")
    assert Attempt.objects.get().score == 50


def test_nothing_chosen_is_asked_for_and_sends_nothing(open_page, learner, quiz):
    page = open_page(quiz.url + "?step=1", user=learner, display="large.light")
    bar(page, "交答案").click()
    page.get_by_text("请先选一个答案").wait_for()
    assert not Response.objects.exists()


def test_a_quiz_is_done_without_the_net_and_handed_in_later(open_page, learner, quiz):
    page = open_page(quiz.url, user=learner, display="large.light")
    page.locator("#saved").get_by_text("已保存").wait_for()
    cut_net(page)
    bar(page, "开始做").click()
    for name, after in (("x", "下一题"), ("y", "看结果")):
        choose(page, name, "a")
        bar(page, "交答案").click()
        page.get_by_text("连上网，就告诉您对不对").locator("visible=true").wait_for()
        bar(page, after).click()
    # The answers stand there as text, to be photographed.
    assert heading(page) == "2 题都答完了"
    page.get_by_text("答案还没交上去").wait_for()
    assert page.locator("[data-chosen-words]").all_inner_texts() == ["a", "a"]
    assert not Response.objects.exists()
    page.context.set_offline(False)
    eventually(lambda: heading(page) == "2 题对了 2 题")
    assert heading(page) == "2 题对了 2 题"
    assert not page.get_by_text("答案还没交上去").is_visible()
    assert Response.objects.filter(is_right=True).count() == 2


def test_an_answer_that_waits_stands_where_it_was_given(open_page, learner, quiz):
    page = open_page(quiz.url + "?step=1", user=learner, display="large.light")
    page.locator("#saved").get_by_text("已保存").wait_for()
    page.route("**/progress", lambda route: route.abort())
    choose(page, "x", "a")
    bar(page, "交答案").click()
    page.get_by_text("连上网，就告诉您对不对").locator("visible=true").wait_for()
    page.reload()
    assert page.locator(f"input[value='{option_id('x', 'a')}']").is_checked()
    page.unroute("**/progress")
    page.reload()
    assert eventually(Response.objects.exists)


def test_a_quiz_works_without_a_script(open_page, learner, quiz):
    page = open_page(quiz.url, user=learner, java_script_enabled=False)
    bar(page, "开始做").click()
    choose(page, "x", "a")
    bar(page, "交答案").click()
    page.get_by_text("对了！").wait_for()
    bar(page, "下一题").click()
    choose(page, "y", "b")
    bar(page, "交答案").click()
    page.get_by_text("再想想").first.wait_for()
    bar(page, "先跳过").click()
    assert heading(page) == "2 题对了 1 题"
    bar(page, "学完了").click()
    page.wait_for_url("**/done/")
