"""Asking the teacher from within a lesson, and what becomes of the words without a net."""

import pytest

from learning.models import Message
from learning.services.enrolment import enrol_learner
from tests.browser.conftest import cut_net
from tests.browser.test_steps import eventually
from tests.learning.lessons import block_id, make_lesson
from tests.learning.test_steps_page import step_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lesson(learner, course_a):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    return make_lesson(course_a, step_block("甲"), step_block("乙"))


def test_the_form_asks_about_the_step_that_is_shown_and_keeps_words_without_a_net(
    open_page, learner, lesson
):
    page = open_page(lesson.url, user=learner, display="large.light")
    page.wait_for_load_state("networkidle")
    page.locator("[data-nav]:visible .btn--go").click()
    page.locator("#check-2").get_by_text("想请老师帮忙").click()
    page.get_by_role("link", name="把问题写给老师").click()
    form = page.locator("[data-ask-form]")
    form.get_by_label("想问什么").fill("按钮在哪儿")
    assert "乙" in form.locator("[data-ask-about]").inner_text()
    cut_net(page)
    form.get_by_role("button", name="交给老师").click()
    form.get_by_text("网断了，还没有交给老师").wait_for()
    assert form.get_by_label("想问什么").input_value() == "按钮在哪儿"
    page.context.set_offline(False)
    form.get_by_role("button", name="交给老师").click()
    page.get_by_text("老师还没回话").wait_for()
    assert "step=2" in page.url
    assert eventually(lambda: Message.objects.count() == 1)
    assert Message.objects.get().conversation.block_id == block_id("乙")


def test_it_is_asked_and_read_without_a_script(open_page, learner, lesson):
    page = open_page(lesson.url, user=learner, java_script_enabled=False)
    page.get_by_text("哪里不会？写给老师").click()
    page.get_by_label("想问什么").fill("按钮在哪儿")
    page.get_by_role("button", name="交给老师").click()
    page.get_by_text("老师还没回话").wait_for()
    assert page.locator("#ask").get_by_text("按钮在哪儿").is_visible()
    message = Message.objects.get()
    assert (message.text, message.by) == ("按钮在哪儿", learner)
    assert message.conversation.lesson_id == lesson.pk
