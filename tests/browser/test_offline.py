"""Reading without the net, and two people with one browser."""

from typing import Any

import pytest
from django.conf import settings

from core.service_worker import reader_key
from learning.models import LessonProgress
from learning.services.enrolment import enrol_learner
from tests.browser.conftest import session_cookie
from tests.browser.test_steps import eventually
from tests.factories import make_learner
from tests.learning.lessons import block_id, make_lesson, question_block, text_block
from tests.learning.test_steps_page import step_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE_OF = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("kept-"));
    const found = {};
    for (const name of names) {
        const keys = await (await caches.open(name)).keys();
        found[name] = keys.map((one) => new URL(one.url).pathname);
    }
    return found;
}"""


@pytest.fixture
def lesson(learner, course_a):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    blocks = [text_block(), step_block("甲"), question_block("q")]
    return make_lesson(course_a, *blocks)


def kept(page: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(PAGE_OF)
    return found


def wait_until_kept(page: Any, path: str, user: Any) -> None:
    name = f"kept-{reader_key(user)}" if user else "kept-visitor"
    assert eventually(lambda: "/-/kept" in kept(page).get(name, [])), kept(page)
    assert path in kept(page)[name]
    # The page that the worker shows where nothing is kept is there too.
    assert eventually(
        lambda: page.evaluate(
            "async () => Boolean(await (await caches.open('state')).match('/offline/'))"
        )
    )


def sign_in_as(page: Any, user: Any) -> None:
    url = page.evaluate("location.origin")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    if user is not None:
        page.context.add_cookies([session_cookie(user, url)])


def test_an_opened_lesson_is_read_without_the_net(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="large.light")
    wait_until_kept(page, lesson.url, learner)
    # Once more under the worker, which keeps styles and scripts as they pass.
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.goto(f"{lesson.url}?step=2")
    assert page.locator("h1").inner_text() == "甲步"
    page.get_by_text("网断了。您接着学，不要紧。").wait_for(timeout=3000)
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.lz__nav')).position")
        == "fixed"
    )
    page.locator("#check-2").get_by_text("做到了", exact=True).click()
    page.locator("#saved").get_by_text("已记在这台手机上").wait_for()
    page.context.set_offline(False)
    page.locator("#saved").get_by_text("已替您存好").wait_for()
    assert eventually(
        lambda: LessonProgress.objects.get().positions.get(block_id("甲")) == [1, 1]
    )


def test_what_is_not_kept_leads_to_the_lessons_that_are(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="large.dark")
    wait_until_kept(page, lesson.url, learner)
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.goto("/courses/")
    assert page.locator("h1").inner_text() == "现在没有网"
    assert page.locator("html").get_attribute("data-size") == "large"
    assert page.locator("header.top .brand").is_visible()
    page.locator("#kept a", has_text=lesson.title).click()
    page.locator("#lesson").wait_for()
    assert page.url.endswith(lesson.url)


def test_another_person_never_gets_the_first_ones_page(
    open_page, learner, lesson, course_a
):
    second = make_learner("second")
    page = open_page(lesson.url, user=learner, display="large.light")
    wait_until_kept(page, lesson.url, learner)
    sign_in_as(page, second)
    page.goto("/learn/")
    assert eventually(lambda: kept(page) == {}), kept(page)
    page.context.set_offline(True)
    page.goto(lesson.url)
    assert page.locator("h1").inner_text() == "现在没有网"
    assert page.locator("#kept li").count() == 0
    assert page.locator("#lesson").count() == 0


def test_both_keep_their_own_lesson_at_one_address(
    open_page, learner, lesson, course_a
):
    second = make_learner("second")
    enrol_learner(learner=second, run=course_a.runs.get(is_self_paced=True))
    page = open_page(lesson.url, user=learner, display="large.light")
    wait_until_kept(page, lesson.url, learner)
    sign_in_as(page, second)
    page.goto(lesson.url)
    wait_until_kept(page, lesson.url, second)
    assert list(kept(page)) == [f"kept-{reader_key(second)}"]
    page.context.set_offline(True)
    page.goto(lesson.url)
    shown = page.locator("#lesson").get_attribute("data-reader")
    assert shown == reader_key(second)


def test_a_page_that_the_first_left_open_keeps_nothing_for_the_second(
    open_page, learner, lesson
):
    second = make_learner("second")
    page = open_page(lesson.url, user=learner, display="large.light")
    wait_until_kept(page, lesson.url, learner)
    other = page.context.new_page()
    sign_in_as(page, second)
    other.goto("/learn/")
    assert eventually(lambda: kept(page) == {})
    answer = page.evaluate(
        """async () => {
            const module = await import("/static/js/offline/keep.js");
            await module.keepLesson(document.getElementById("lesson"));
        }"""
    )
    assert answer is None
    assert kept(page) == {}


def test_signing_out_leaves_nothing_on_the_phone(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="large.light")
    wait_until_kept(page, lesson.url, learner)
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="退出").click()
    page.wait_for_load_state("networkidle")
    assert eventually(lambda: kept(page) == {}), kept(page)
    page.context.set_offline(True)
    page.goto(lesson.url)
    assert page.locator("h1").inner_text() == "现在没有网"


def test_what_could_not_be_sent_is_asked_about_before_signing_out(
    open_page, learner, lesson
):
    page = open_page(lesson.url, user=learner, display="large.light")
    page.locator("#saved").get_by_text("已保存").wait_for()
    page.route("**/progress", lambda route: route.abort())
    page.goto(f"{lesson.url}?step=2")
    page.locator("#check-2").get_by_text("做到了", exact=True).click()
    page.locator("#saved.saved--waiting").wait_for()
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="退出", exact=True).click()
    page.get_by_text("条记录没存上").wait_for()
    assert page.evaluate(
        "Object.keys(localStorage).some((key) => key.startsWith('learn:'))"
    )
    page.get_by_role("button", name="不要这几条了").click()
    page.wait_for_url("**/")
    assert not page.evaluate(
        "Object.keys(localStorage).some((key) => key.startsWith('learn:'))"
    )


def test_what_waited_is_sent_before_signing_out(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, display="large.light")
    page.locator("#saved").get_by_text("已保存").wait_for()
    page.route("**/progress", lambda route: route.abort())
    page.goto(f"{lesson.url}?step=2")
    page.locator("#check-2").get_by_text("做到了", exact=True).click()
    page.locator("#saved.saved--waiting").wait_for()
    page.unroute("**/progress")
    page.goto("/accounts/logout/")
    assert eventually(
        lambda: LessonProgress.objects.get().positions.get(block_id("甲")) == [1, 1]
    )
    assert not page.locator("#unsent").is_visible()


def test_a_server_that_is_down_does_not_close_an_opened_lesson(
    open_page, learner, lesson
):
    page = open_page(lesson.url, user=learner, display="large.light")
    wait_until_kept(page, lesson.url, learner)
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.route(
        f"**{lesson.url}", lambda route: route.fulfill(status=503, body="closed")
    )
    page.goto(lesson.url)
    assert page.locator("#lesson").count() == 1
