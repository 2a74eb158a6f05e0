"""A quiz with a limit in a real browser: begun, answered without the net, handed in."""

from datetime import UTC, datetime

import pytest

from courses.choices import AnswersShown
from learning.models import Attempt, Response
from learning.services.enrolment import enrol_learner
from tests.browser.conftest import cut_net
from tests.browser.lesson.test_saving import WRONG
from tests.browser.test_steps import bar, eventually, heading
from tests.learning.lessons import make_lesson, question_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quiz(learner, course_a):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    return make_lesson(
        course_a,
        question_block("q1"),
        question_block("q2"),
        time_limit_minutes=10,
        answers_shown=AnswersShown.HANDED_IN,
    )


def choose(page, option):
    page.locator("[data-step]:visible").get_by_text(option, exact=True).click()
    bar(page, "交答案").click()


def test_a_timed_quiz_is_answered_without_the_net_and_handed_in(
    open_page, learner, quiz
):
    page = open_page(quiz.url, user=learner)
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("要在 10 分钟里答完").is_visible()
    bar(page, "开始答题").click()
    page.get_by_text("q1?").first.wait_for()
    page.locator("#quiz-time").get_by_text("还有 9 分钟").first.wait_for()
    choose(page, "a")
    page.locator("[data-step]:visible").get_by_text("已记下").wait_for()
    assert not page.get_by_text("选了a").count()
    page.wait_for_load_state("networkidle")
    cut_net(page)
    bar(page, "下一题").click()
    choose(page, "b")
    page.locator("#saved").get_by_text("已记在这台手机上").wait_for()
    bar(page, "看结果").click()
    assert heading(page) == "2 题都答完了"
    bar(page, "交卷").click()
    page.get_by_text("连上网，就替您交上去").first.wait_for()
    assert Attempt.objects.get().is_open
    page.context.set_offline(False)
    assert eventually(lambda: not Attempt.objects.get().is_open)
    assert Response.objects.count() == 2
    page.get_by_text("2 题对了 1 题").first.wait_for()
    assert page.get_by_text("对的是：").count()


def test_who_has_left_something_out_is_asked_once(open_page, learner, quiz):
    page = open_page(quiz.url, user=learner)
    page.wait_for_load_state("networkidle")
    bar(page, "开始答题").click()
    page.get_by_text("q1?").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.goto(f"{quiz.url}?step=3")
    page.wait_for_load_state("networkidle")
    bar(page, "交卷").click()
    page.get_by_text("真要交，请再点一下").wait_for()
    assert Attempt.objects.get().is_open
    bar(page, "交卷").click()
    page.get_by_text("2 题对了 0 题").first.wait_for()
    assert not Attempt.objects.get().is_open


@pytest.mark.parametrize("clock", WRONG)
def test_the_minutes_that_are_left_are_those_of_the_server(
    open_page, learner, quiz, clock
):
    """R-02c: the phone shows another year, and is set while the quiz is open."""
    page = open_page(quiz.url, user=learner, clock=clock)
    page.wait_for_load_state("networkidle")
    bar(page, "开始答题").click()
    left = page.locator("#quiz-time [data-time-left]")
    left.get_by_text("还有 9 分钟").wait_for()
    page.clock.set_system_time(datetime.now(UTC))
    page.clock.run_for(2 * 60 * 1000)
    assert left.inner_text() == "还有 7 分钟"
