"""A teacher's first course, from the sign-in page to the editor's desk, tap by tap."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from accounts.sms import MemoryBackend
from courses.models import Audience, CoursePage, LessonPage
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.test_journeys import last_code, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TAPS = 15
COMPUTER = {"width": 1280, "height": 900}
COUNT = "addEventListener('pointerdown', () => window.countTap(), true)"
STEPS = (
    ("点绿色的键", "找到绿色的键，点一下。"),
    ("等一等", "听到嘟嘟声，就是在叫对方。"),
    ("看见人了", "屏幕上有人，就可以说话。"),
)


@pytest.fixture
def count_taps() -> Callable[[Any], list[int]]:
    """Each touch of the screen from now on is one more in the list; typing is none."""

    def begin(page: Any) -> list[int]:
        taps: list[int] = []
        page.context.expose_function("countTap", lambda: taps.append(1))
        page.context.add_init_script(COUNT)
        page.reload()
        return taps

    return begin


@pytest.mark.parametrize("viewport", [PHONE, COMPUTER], ids=["phone", "computer"])
def test_a_teacher_writes_a_first_lesson_and_hands_it_in(
    open_page: Any, count_taps: Any, teacher_a: Any, viewport: Any
) -> None:
    User.objects.filter(pk=teacher_a.pk).update(phone="+8613800138000")
    factories.make_category("digital", "数字生活")
    Audience.objects.create(slug="new", name="零基础")
    MemoryBackend.outbox.clear()
    cache.clear()  # the limit of one message a minute
    page = open_page("/accounts/login/code/?next=/desk/", viewport=viewport)
    taps = count_taps(page)

    page.get_by_label("手机号").fill("13800138000")
    page.locator("main form button.btn--go").first.click()
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").fill(last_code())
    page.locator("main form button.btn--go").first.click()

    page.get_by_role("link", name="写一课", exact=True).click()
    page.get_by_label("课名").fill("和家人视频通话")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("数字生活").click()
    page.get_by_text("零基础").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("一共几课").fill("3")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("水波").click()
    page.get_by_role("button", name="建好这门课").click()

    page.get_by_role("link", name="接着写第 1 课").click()
    page.locator("#id_title").fill("打开视频")
    for place, (title, sentence) in enumerate(STEPS):
        step = f"body-{place}-value"
        page.locator(f"[name='{step}-title']").fill(title)
        page.locator(f"[name='{step}-sentences-0-value']").fill(sentence)
    hand_in(page)

    course = CoursePage.objects.get(title="和家人视频通话")
    assert course.cover_pattern == "wave"
    lessons = LessonPage.objects.child_of(course).order_by("path")
    assert lessons.count() == 3
    first = lessons.first()
    assert first.workflow_in_progress
    written = first.get_latest_revision_as_object()
    assert [child.value["title"] for child in written.body] == [one for one, _ in STEPS]
    assert 0 < len(taps) <= MOST_TAPS


def hand_in(page: Any) -> None:
    """«Submit» as the editor's bar has it; the one place that knows which button it is."""
    submit(page)
    page.wait_for_url(re.compile(r"/desk/reviews/pages/\d+/"))
