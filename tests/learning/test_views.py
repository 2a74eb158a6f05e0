"""What a browser may send, and what it must not: nothing changes, nothing leaks."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import CoursePage
from learning.models import Attempt, Enrolment, LessonProgress
from learning.report import opened_token
from learning.services.enrolment import enrol_learner
from tests.factories import make_learner, make_text_lesson
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


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def lesson(course_a):
    return make_lesson(
        course_a, video_block("v", make_media(seconds=100)), question_block("q")
    )


def send(client, lesson, *events, key="", **body):
    return client.post(
        reverse("learning:progress", args=[lesson.pk]),
        json.dumps({"events": list(events), "key": key, **body}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def test_enrolling_from_a_course_leads_to_its_first_lesson(client, learner, course_a):
    lesson = make_text_lesson(course_a, "第一课")
    client.force_login(learner)
    response = client.post(reverse("learning:enrol", args=[course_a.pk]))
    assert response.url == lesson.url
    client.post(reverse("learning:enrol", args=[course_a.pk]))
    assert Enrolment.objects.filter(learner=learner).count() == 1


def test_enrolling_by_following_a_link_does_nothing(client, learner, course_a):
    client.force_login(learner)
    response = client.get(reverse("learning:enrol", args=[course_a.pk]))
    assert response.status_code == 405
    assert not Enrolment.objects.exists()


def test_a_draft_course_takes_nobody(client, learner, course_a):
    course_a.unpublish()
    client.force_login(learner)
    response = client.post(reverse("learning:enrol", args=[course_a.pk]))
    assert response.status_code == 404
    assert not Enrolment.objects.exists()


def test_a_draft_lesson_is_not_there_even_for_who_is_enrolled(
    client, learner, enrolment, lesson
):
    lesson.unpublish()
    client.force_login(learner)
    assert client.get(lesson.url).status_code == 404
    assert send(client, lesson, {"type": "done"}).status_code == 404
    assert not LessonProgress.objects.exists()


def test_the_same_report_twice_is_one_effect_and_one_answer(
    client, learner, enrolment, lesson
):
    client.force_login(learner)
    event = {
        "type": "answer",
        "block": block_id("q"),
        "choice": [option_id("q", "a")],
        "seq": 1,
    }
    first = send(client, lesson, event, key="k1")
    second = send(client, lesson, event, key="k1")
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert Attempt.objects.get().responses.count() == 1


def test_a_key_with_another_body_is_refused(client, learner, enrolment, lesson):
    client.force_login(learner)
    send(client, lesson, {"type": "view"}, key="k1")
    response = send(client, lesson, {"type": "done"}, key="k1")
    assert response.status_code == 422
    assert LessonProgress.objects.get().done_at is None


@pytest.mark.parametrize(
    "event",
    [
        {"type": "watch", "block": block_id("v"), "from": 0, "to": 150},
        {"type": "watch", "block": block_id("v"), "from": -5, "to": 10},
        {"type": "position", "block": block_id("v"), "epoch": 0, "at": 9999},
        {"type": "transcript", "block": "elsewhere"},
        {"type": "percent", "value": 150},
    ],
)
def test_a_forged_report_gets_a_sentence_and_changes_nothing(
    client, learner, enrolment, lesson, event
):
    client.force_login(learner)
    response = send(client, lesson, event)
    assert response.status_code == 422
    assert "没有存" in response.json()["error"]
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize(
    "raw", ["", "[]", "null", "{", '{"events": 5}', "[" * 5000, '"x"', "\xff"]
)
def test_what_is_no_report_is_refused_without_a_trace(
    client, learner, enrolment, lesson, raw
):
    client.force_login(learner)
    response = client.post(
        reverse("learning:progress", args=[lesson.pk]),
        raw,
        content_type="application/json",
    )
    assert response.status_code == 422
    assert not LessonProgress.objects.exists()


def test_another_persons_progress_is_out_of_reach(client, enrolment, lesson):
    client.force_login(make_learner("stranger"))
    response = send(client, lesson, {"type": "done"})
    assert response.status_code == 403
    assert not LessonProgress.objects.exists()


def test_a_page_left_open_by_another_person_writes_into_nobodys_record(
    client, learner, enrolment, lesson
):
    client.force_login(learner)
    other = opened_token(lesson.pk, learner.pk + 1, timezone.now())
    response = send(client, lesson, {"type": "done"}, opened=other)
    assert response.status_code == 403
    assert not response["Content-Type"].startswith("application/json")
    assert not LessonProgress.objects.exists()


def test_a_forged_note_of_opening_is_worth_nothing(client, learner, enrolment, lesson):
    client.force_login(learner)
    send(client, lesson, {"type": "view"}, opened="1:forged:note")
    row = LessonProgress.objects.get()
    assert row.viewed_at == row.seen_until


def test_a_medium_of_another_lesson_is_no_way_round_the_gate(
    client, learner, enrolment, course_b, lesson
):
    other = make_lesson(course_b, video_block("w", make_media()))
    client.force_login(learner)
    for lesson_id, block in ((lesson.pk, block_id("w")), (other.pk, block_id("w"))):
        url = reverse("learning:media", args=[lesson_id, block, "video"])
        assert client.get(url).status_code == 404


def test_opening_a_lesson_writes_nothing(client, learner, enrolment, lesson):
    client.force_login(learner)
    assert client.get(lesson.url).status_code == 200
    assert not LessonProgress.objects.exists()


def test_without_a_script_the_transcript_completes_a_video(
    client, learner, enrolment, lesson
):
    client.force_login(learner)
    url = reverse("learning:progress", args=[lesson.pk])
    client.post(url, {"event": "transcript", "block": block_id("v")})
    answer = {"event": "answer", "block": block_id("q")}
    client.post(url, {**answer, "choice": option_id("q", "b")})
    client.post(url, {**answer, "choice": option_id("q", "a")})
    response = client.post(url, {"event": "done"})
    assert response.url == reverse("learning:done", args=[lesson.pk])
    assert LessonProgress.objects.get().completed_at is not None
    assert Attempt.objects.get().score == 100
    assert client.get(response.url).status_code == 200


def test_choosing_nothing_is_asked_again_in_words(client, learner, enrolment, lesson):
    client.force_login(learner)
    response = client.post(
        reverse("learning:progress", args=[lesson.pk]),
        {"event": "answer", "block": block_id("q")},
        follow=True,
    )
    assert response.status_code == 200
    assert "请先选一个答案" in response.content.decode()
    assert not Attempt.objects.exists()


def test_done_too_early_says_what_is_left(client, learner, enrolment, lesson):
    client.force_login(learner)
    response = client.post(
        reverse("learning:progress", args=[lesson.pk]), {"event": "done"}, follow=True
    )
    text = response.content.decode()
    assert "没看完" in text
    assert "还有 1 道题没答" in text


def test_leaving_asks_once_and_keeps_what_was_learnt(client, learner, enrolment):
    client.force_login(learner)
    url = reverse("learning:leave", args=[enrolment.pk])
    assert client.get(url).status_code == 200
    enrolment.refresh_from_db()
    assert enrolment.can_study
    assert client.post(url).status_code == 302
    enrolment.refresh_from_db()
    assert not enrolment.can_study


def test_a_gated_lesson_is_found_by_its_title_and_never_by_its_text(
    client, course_a, lesson
):
    make_lesson(course_a, text_block("secret"), title="揉面的讲究")
    found = client.get("/search/", {"q": "揉面的讲究"}).content.decode()
    assert "揉面的讲究" in found.replace("<mark>", "").replace("</mark>", "")
    assert not client.get("/search/", {"q": "三光"}).context["total"]
    sitemap = client.get("/sitemap.xml").content.decode()
    assert lesson.url not in sitemap
    assert CoursePage.objects.get(pk=course_a.pk).url in sitemap
