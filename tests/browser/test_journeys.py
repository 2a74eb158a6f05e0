"""The main job from end to end, on a phone's screen, as people do it."""

import re
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from accounts.sms import MemoryBackend
from courses.models import CourseIndexPage, CoursePage, LessonPage
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner
from tests import factories
from tests.learning.lessons import make_lesson, option_id, question_block, text_block

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two_lessons(course_a: CoursePage) -> CoursePage:
    """A course with a lesson of text and a lesson with a question."""
    course_a.get_children().delete()
    course_a.refresh_from_db()
    make_lesson(course_a, text_block("t"), title="先认一认")
    make_lesson(course_a, text_block("u"), question_block("q"), title="再问一问")
    MemoryBackend.outbox.clear()
    cache.clear()  # the limit of one message a minute
    return course_a


def last_code() -> str:
    """The code that the last message took to the phone."""
    code: str = MemoryBackend.outbox[-1].params["code"]
    return code


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_resident_finds_a_course_signs_up_and_learns_it_to_the_end(
    open_page: Any, two_lessons: CoursePage, script: bool
) -> None:
    page = open_page("/", java_script_enabled=script)
    page.get_by_role("link", name="找课程").first.click()
    page.get_by_role("link", name=two_lessons.title).first.click()
    page.get_by_role("button", name="免费开始学").first.click()

    page.get_by_label("怎么称呼您").fill("李阿姨")
    page.get_by_label("您的手机号").fill("１３８ 0013-8000")
    page.get_by_label("我同意网站保存").check()
    page.get_by_role("button", name="继续").click()
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").fill(last_code())
    page.locator("main form button.btn--go").first.click()

    page.get_by_role("heading", level=1, name="先认一认").wait_for()
    learner = User.objects.get(phone="+8613800138000")
    assert learner.consents.filter(kind="account").exists()
    enrolment = Enrolment.objects.get(learner=learner)

    page.get_by_role("button", name="学完了").click()
    page.get_by_role("link", name=re.compile("学第 2 课")).click()
    page.get_by_role("heading", level=1, name="再问一问").wait_for()
    page.locator(f"input[value='{option_id('q', 'a')}']").check()
    page.get_by_role("button", name="选好了").click()
    page.get_by_text("对了").wait_for()
    page.get_by_role("button", name="学完了").click()
    page.get_by_role("heading", level=1, name="都学完了").wait_for()

    enrolment.refresh_from_db()
    assert enrolment.is_complete
    page.goto("/learn/")
    page.get_by_role("heading", name="学完了").wait_for()
    assert page.get_by_text(two_lessons.title).first.is_visible()


def test_a_teacher_writes_a_course_and_sees_who_has_finished_it(
    open_page: Any, school_a: Any, teacher_a: Any, editor: Any
) -> None:
    section = CourseIndexPage.objects.child_of(school_a).get()
    factories.make_category()
    page = open_page(
        f"/admin/pages/add/courses/coursepage/{section.pk}/", user=teacher_a
    )
    page.locator("#id_title").fill("和家人视频通话")
    page.locator("#id_summary").fill("学会打开视频，看见家里人。")
    page.locator("#id_category").select_option(index=1)
    press(page, "保存草稿")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    course = CoursePage.objects.get(title="和家人视频通话")
    assert course.is_taught_by(teacher_a)
    assert not course.live

    page.goto(f"/admin/pages/add/courses/lessonpage/{course.pk}/")
    page.locator("#id_title").fill("打开视频")
    page.locator(
        "[data-streamfield-stream-container] + * , .c-sf-add-button"
    ).first.click()
    page.get_by_role("option", name=re.compile("^一步")).first.click()
    page.locator("[name='body-0-value-title']").fill("点绿色的键")
    page.locator("[name='body-0-value-sentences-0-value']").fill(
        "找到绿色的键，点一下。"
    )
    submit(page)
    page.wait_for_url(re.compile(r"/desk/reviews/pages/\d+/"))
    lesson = LessonPage.objects.get(title="打开视频")
    assert not lesson.live, "nobody publishes alone"

    for one in (course, lesson):
        approve(one, editor)
    course.refresh_from_db()
    assert course.live

    learner = factories.make_learner("wang", display_name="王大爷")
    enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
    phone = open_page(LessonPage.objects.get(pk=lesson.pk).url, user=learner)
    phone.get_by_text("找到绿色的键").wait_for()
    phone.get_by_role("button", name="学完了").click()
    phone.get_by_role("heading", level=1, name="都学完了").wait_for()

    page.goto("/desk/")
    page.get_by_role("link", name="和家人视频通话").click()
    row = page.get_by_role("row", name=re.compile("王大爷"))
    assert "学完了" in row.inner_text()


def press(page: Any, name: str) -> None:
    """A button of the editor's bar, wherever the phone's screen has put it."""
    button = page.get_by_role("button", name=name)
    if not button.first.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    button.first.click()


def submit(page: Any) -> None:
    button = page.locator("button[name=action-submit]")
    if not button.first.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    button.first.click()


def approve(page: Any, editor: Any) -> None:
    """The centre's editor lets it pass; a draft is handed in first."""
    page.refresh_from_db()
    if not page.workflow_in_progress:
        page.get_workflow().start(page, page.owner)
    page.refresh_from_db()
    page.current_workflow_task_state.approve(user=editor)
