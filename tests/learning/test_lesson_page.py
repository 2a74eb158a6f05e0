"""What the lesson page shows to whom, without a browser."""

import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from core.models import SiteDocument
from learning.lesson_view import read_lesson
from learning.models import LessonProgress
from learning.report import read_report
from learning.services.enrolment import enrol_learner
from learning.services.progress import record
from tests.learning.lessons import (
    block_id,
    make_lesson,
    make_media,
    option_id,
    question_block,
    text_block,
    video_block,
)

pytestmark = pytest.mark.django_db

RESUME = {"type": "position", "block": block_id("v"), "epoch": 0}


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def lesson(course_a):
    video = video_block("v", make_media(seconds=300))
    return make_lesson(course_a, text_block(), video, question_block("q"))


def tell(enrolment, lesson, *events):
    at = timezone.now()
    report = read_report(list(events), content=lesson.content, opened=at, at=at)
    return record(enrolment=enrolment, lesson=lesson, report=report, at=at)


def answer(option: str, seq: int = 1) -> dict[str, Any]:
    choice = [option_id("q", option)]
    return {"type": "answer", "block": block_id("q"), "choice": choice, "seq": seq}


def shown(client, lesson, user=None) -> str:
    if user is not None:
        client.force_login(user)
    response = client.get(lesson.url)
    assert response.status_code == 200
    text = response.content.decode()
    assert text.count("<h1") == 1
    return text


def form_of(text: str, event: str) -> str:
    """The first form of the page that sends this event; empty if there is none."""
    forms = re.findall(r"<form.*?</form>", text, re.DOTALL)
    return next((one for one in forms if f'value="{event}"' in one), "")


def test_each_block_can_be_linked_to(client, learner, enrolment, lesson):
    text = shown(client, lesson, learner)
    for anchor in (f"m-{block_id('v')}", f"q-{block_id('q')}", "questions", "left"):
        assert text.count(f'id="{anchor}"') == 1


def test_a_video_says_its_length_and_loads_nothing_by_itself(
    client, learner, enrolment, lesson
):
    text = shown(client, lesson, learner)
    assert 'preload="none"' in text
    assert "playsinline" in text
    assert "autoplay" not in text
    assert "5 分钟，约 1 兆" in text
    assert "一手压住面。" in text


def test_the_rule_and_what_is_left_stand_in_words(client, learner, enrolment, lesson):
    text = shown(client, lesson, learner)
    assert "这样就算学完" in text
    assert "还有 1 道题没答" in text
    assert "最后点一下「学完了」" in text


@pytest.mark.parametrize("event", ["answer", "transcript", "done"])
def test_every_form_works_by_itself(client, learner, enrolment, lesson, event):
    form = form_of(shown(client, lesson, learner), event)
    assert 'method="post"' in form
    assert reverse("learning:progress", args=[lesson.pk]) in form
    assert "csrfmiddlewaretoken" in form
    assert re.search(r'name="opened" value="[^"]+"', form)


def test_the_page_never_says_which_option_is_right(client, learner, enrolment, lesson):
    text = shown(client, lesson, learner)
    assert "选了a" not in text
    assert "is_right" not in text


def test_an_answer_is_shown_with_its_remark(client, learner, enrolment, lesson):
    tell(enrolment, lesson, answer("b"))
    text = shown(client, lesson, learner)
    assert "再想想" in text
    assert "选了b" in text
    assert "选了a" not in text
    assert "您选的" in text
    assert "选好了" in text


def test_the_answer_to_a_report_says_what_the_answers_were_worth(enrolment, lesson):
    told = tell(enrolment, lesson, answer("b")).as_json()["answers"]
    assert told == {block_id("q"): {"is_right": False, "remarks": ["选了b"], "seq": 1}}
    assert tell(enrolment, lesson, RESUME | {"at": 9}).as_json()["answers"] == {}


def test_what_was_handed_in_is_shown_and_can_be_done_again(
    client, learner, enrolment, lesson
):
    confirmed = {"type": "transcript", "block": block_id("v")}
    tell(enrolment, lesson, confirmed, answer("a"), {"type": "done"})
    text = shown(client, lesson, learner)
    assert "1 道题，答对了 1 道" in text
    assert "<fieldset" in text
    assert re.search(r"<fieldset[^>]* disabled", text)
    assert not form_of(text, "answer").count("<button")
    assert form_of(text, "again")
    client.post(reverse("learning:progress", args=[lesson.pk]), {"event": "again"})
    text = shown(client, lesson)
    assert not re.search(r"<fieldset[^>]* disabled", text)
    assert LessonProgress.objects.get().completed_at is not None


@pytest.mark.parametrize(
    ("at", "words", "fragment"),
    [(200, "3 分 20 秒", "#t=200"), (45, "45 秒", "#t=45"), (2, "", ""), (299, "", "")],
)
def test_a_medium_goes_on_where_it_was(
    client, learner, enrolment, lesson, at, words, fragment
):
    tell(enrolment, lesson, RESUME | {"at": at})
    text = shown(client, lesson, learner)
    assert ("上次到" in text) is bool(words)
    assert ("#t=" in text) is bool(fragment)
    assert f"上次到 {words}" in text or not words
    assert fragment in text


def test_after_its_end_a_medium_begins_a_new_viewing(rf, learner, enrolment, lesson):
    tell(enrolment, lesson, RESUME | {"at": 300})
    request = rf.get("/")
    request.user = learner
    media = next(one.media for one in read_lesson(request, lesson).blocks if one.media)
    assert (media.epoch, media.resume_s) == (1, 0)


def test_captions_show_by_themselves_in_the_elder_view(
    client, learner, enrolment, course_a
):
    words = b"WEBVTT\n\n00:00.000 --> 00:02.000\n\xe5\xa5\xbd\n"
    captions = SiteDocument.objects.create(
        title="字幕", file=ContentFile(words, "captions.vtt")
    )
    block = video_block("w", make_media())
    block["value"]["captions"] = captions.pk
    lesson = make_lesson(course_a, block, title="有字幕")
    assert not re.search(r"<track[^>]* default", shown(client, lesson, learner))
    client.cookies["display"] = "large.light"
    assert re.search(r"<track[^>]* default", shown(client, lesson))


def test_a_visitor_may_try_a_preview_lesson_and_is_asked_to_enrol(client, course_a):
    lesson = make_lesson(course_a, question_block("q"), title="试看", is_preview=True)
    text = shown(client, lesson)
    assert "报名后能答题" in text
    assert re.search(r"<fieldset[^>]* disabled", text)
    assert reverse("learning:enrol", args=[course_a.pk]) in text
    # There is nothing to save and nothing to save it with.
    assert "data-queue" not in text
    assert "data-progress-url" not in text
    assert not form_of(text, "done")


def test_the_gate_names_the_lesson_and_the_course_and_nothing_else(client, course_a):
    lesson = make_lesson(course_a, text_block(), title="揉面的讲究")
    response = client.get(lesson.url)
    assert response.status_code == 403
    text = response.content.decode()
    assert "揉面的讲究" in text
    assert course_a.title in text
    assert "三光" not in text
    assert reverse("learning:enrol", args=[course_a.pk]) in text


def test_the_queue_of_a_phone_is_named_for_one_person_only(
    client, learner, enrolment, lesson, course_a
):
    from tests.factories import make_learner

    first = re.search(r'data-queue="(\w{16})"', shown(client, lesson, learner))
    other = make_learner("other")
    enrol_learner(learner=other, run=course_a.runs.get(is_self_paced=True))
    second = re.search(r'data-queue="(\w{16})"', shown(client, lesson, other))
    assert first
    assert second
    assert first[1] != second[1]


def test_my_learning_says_progress_in_words(client, learner, enrolment, lesson):
    client.force_login(learner)
    text = client.get("/learn/").content.decode()
    assert "共 1 课，刚开始学" in text
    confirmed = {"type": "transcript", "block": block_id("v")}
    tell(enrolment, lesson, confirmed, answer("a"), {"type": "done"})
    text = client.get("/learn/").content.decode()
    assert "学完了" in text
    assert "再挑一门课" in text


def test_who_has_no_course_is_led_to_the_first(client, learner):
    client.force_login(learner)
    text = client.get("/learn/").content.decode()
    assert "挑第一门课" in text
