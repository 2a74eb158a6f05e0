"""What a phone tells the server: without the net, with a wrong clock, by another person."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from learning.models import Response
from learning.services.enrolment import enrol_learner
from tests.browser.conftest import cut_net
from tests.browser.lesson.phone import choose, eventually, saved
from tests.factories import make_learner
from tests.learning.lessons import make_lesson, question_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
