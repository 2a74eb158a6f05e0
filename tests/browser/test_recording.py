"""A teacher records a voice in the browser, hears it, and it is in the draft."""

import os
from typing import Any

import pytest

from courses.models import LessonPage
from courses.question_desk import newest
from tests.browser.conftest import PHONE, session_cookie
from tests.browser.test_steps import eventually
from tests.learning.lessons import make_lesson

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(browser: Any, live_server: Any, teacher_a: Any) -> Any:
    """A browser with a microphone that hears a tone, and nobody who has to allow it."""
    hearing = browser.browser_type.launch(
        executable_path=os.environ["CHROMIUM_PATH"],
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",
        ],
    )
    context = hearing.new_context(
        base_url=live_server.url, viewport=PHONE, permissions=["microphone"]
    )
    context.set_default_timeout(10_000)
    context.add_cookies([session_cookie(teacher_a, live_server.url)])
    yield context.new_page()
    hearing.close()


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "public"


def test_a_voice_is_recorded_heard_and_kept_though_the_net_was_gone(
    phone: Any, course_a: Any
) -> None:
    lesson = make_lesson(course_a, title="和面")
    phone.goto(f"/desk/lessons/{lesson.pk}/record/")
    phone.get_by_role("button", name="开始录").click()
    phone.get_by_text("正在录，1 秒了").wait_for()
    phone.get_by_role("button", name="停").click()
    phone.get_by_text("录好了，").wait_for()
    assert phone.locator("audio").is_visible()
    heard = phone.locator("audio")
    assert eventually(lambda: heard.evaluate("(one) => one.duration >= 1"))
    assert not phone.get_by_label("录音", exact=True).is_visible()

    keep = phone.get_by_role("button", name="放进这一课")
    phone.route("**/record/", lambda route: route.abort())
    keep.click()
    phone.get_by_text("没有传上去，录音还在这一页上").wait_for()
    phone.unroute("**/record/")
    keep.click()
    phone.get_by_text("录音放进草稿了").wait_for()
    audio = newest(LessonPage.objects.get(pk=lesson.pk)).body[1].value["audio"]
    assert audio.content_type == "audio/mpeg"
    assert audio.duration >= 1


def test_without_a_microphone_a_file_is_chosen(
    open_page: Any, teacher_a: Any, course_a: Any, settings: Any
) -> None:
    lesson = make_lesson(course_a, title="和面")
    page = open_page(
        f"/desk/lessons/{lesson.pk}/record/", user=teacher_a, java_script_enabled=False
    )
    assert not page.get_by_role("button", name="开始录").is_visible()
    (spoken,) = (settings.BASE_DIR / "demo" / "media").glob("*.m4a")
    page.get_by_label("录音", exact=True).set_input_files(spoken)
    page.get_by_role("button", name="放进这一课").click()
    page.get_by_text("录音放进草稿了").wait_for()
    assert (
        newest(LessonPage.objects.get(pk=lesson.pk)).body[1].value["audio"].content_type
        == "audio/mp4"
    )
