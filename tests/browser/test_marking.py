"""Marking in a real browser: twenty answers in twenty-five actions or fewer."""

import pytest

from learning.models import Response
from learning.services.enrolment import enrol_learner
from tests.factories import make_learner
from tests.learning.lessons import make_lesson
from tests.learning.written import make_written, written_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWERS, MOST_ACTIONS = 20, 25


@pytest.fixture
def twenty(course_a):
    lesson = make_lesson(course_a, written_block())
    run = course_a.runs.get(is_self_paced=True)
    for number in range(ANSWERS):
        row = enrol_learner(learner=make_learner(f"p{number}"), run=run)
        make_written(row, lesson, f"第 {number} 份")


@pytest.mark.parametrize("way", ["taps", "keys"])
def test_twenty_answers_take_twenty_five_actions_at_most(
    open_page, teacher_a, twenty, way
):
    page = open_page("/desk/marking/", user=teacher_a)
    actions = 1
    page.get_by_role("link", name="面醒好了吗？").click()
    page.wait_for_load_state()
    while page.locator("[data-marking]").count():
        place = page.url
        if way == "taps":
            page.get_by_role("button", name="对一半").click()
        else:
            page.keyboard.press("2")
        actions += 1
        page.wait_for_url(lambda url, place=place: url != place)
    assert page.get_by_text("都看完了。").is_visible()
    assert Response.objects.filter(manual_share="0.5").count() == ANSWERS
    assert actions <= MOST_ACTIONS


def test_a_key_that_is_typed_into_the_words_marks_nothing(open_page, teacher_a, twenty):
    page = open_page("/desk/marking/", user=teacher_a)
    page.get_by_role("link", name="面醒好了吗？").click()
    page.get_by_label("对学员说一句").fill("")
    page.get_by_label("对学员说一句").press("1")
    assert page.get_by_label("对学员说一句").input_value() == "1"
    assert not Response.objects.filter(marked_at__isnull=False).exists()
