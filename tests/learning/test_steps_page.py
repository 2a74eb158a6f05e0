"""A lesson one step at a time, from the server: no browser, no script."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from learning.models import LessonProgress, Response
from learning.report import BadReportError, read_report
from learning.services.enrolment import enrol_learner
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


def step_block(name: str) -> dict[str, Any]:
    value = {"title": f"{name}步", "sentences": ["做一下。"], "image": None}
    value |= {"alt": "", "is_decoration": False}
    return {"type": "step", "id": block_id(name), "value": value}


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def lesson(course_a):
    blocks = [text_block(), step_block("甲"), step_block("乙"), question_block("q")]
    return make_lesson(course_a, *blocks)


@pytest.fixture
def quiz(course_a):
    return make_lesson(course_a, *[question_block(one) for one in "xyz"], title="小测")


@pytest.fixture
def page(client, learner, enrolment):
    """`page(lesson, "?step=2")`: the text of the page for the learner, 大字."""
    client.force_login(learner)
    client.cookies["display"] = "large.light"

    def get(lesson: Any, query: str = "") -> str:
        response = client.get(lesson.url + query)
        assert response.status_code == 200
        return response.content.decode()

    return get


def heading(text: str) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert len(found) == 1
    return found[0].strip()


def shown(text: str) -> str:
    """The number of the one step that is not hidden."""
    numbers = re.findall(
        r'<section class="st [^>]*data-step="(\d+)"[^>]*?( hidden)?>', text
    )
    visible = [number for number, hidden in numbers if not hidden]
    assert len(visible) == 1, numbers
    return visible[0]


def post(client: Any, lesson: Any, **data: Any) -> str:
    url = reverse("learning:progress", args=[lesson.pk])
    response = client.post(url, data)
    assert response.status_code == 302
    return response["Location"]


def test_the_elder_view_goes_step_by_step_and_standard_shows_the_whole(
    client, page, lesson
):
    assert "，共 4 步" in page(lesson)
    client.cookies["display"] = "standard.light"
    assert "，共 4 步" not in page(lesson)


def test_the_choice_of_the_reader_counts_more_than_the_size(client, page, lesson):
    url = reverse("learning:layout", args=[lesson.pk])
    assert client.post(url, {"layout": "whole"})["Location"] == lesson.url
    assert "，共 4 步" not in page(lesson)
    assert "一步一步看" in page(lesson)
    client.post(url, {"layout": "steps"})
    assert "整页看" in page(lesson)
    client.post(url, {"layout": "sideways"})
    assert "，共 4 步" in page(lesson)


def test_who_may_not_open_the_lesson_learns_nothing_by_the_switch(client, lesson):
    url = reverse("learning:layout", args=[lesson.pk])
    assert client.post(url, {"layout": "steps"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "number", "title"),
    [
        ("", "1", "第一课"),
        ("?step=2", "2", "甲步"),
        ("?step=4", "4", "q?"),
        ("?step=5", "5", "还有 1 题没答"),
        ("?step=99", "1", "第一课"),
        ("?step=-1", "1", "第一课"),
        ("?step=乙", "1", "第一课"),
    ],
)
def test_each_step_has_an_address_and_its_own_heading(
    page, lesson, query, number, title
):
    text = page(lesson, query)
    assert shown(text) == number
    assert heading(text) == title


def test_next_is_kept_and_leads_on_without_a_script(client, page, lesson):
    page(lesson)
    place = post(client, lesson, event="step", block=block_id("text"), step="2")
    assert place == f"{lesson.url}?step=2"
    assert list(LessonProgress.objects.get().positions) == [block_id("text")]
    # What was seen is not shown again: the next visit goes on behind it.
    assert shown(page(lesson)) == "2"


def test_what_was_said_of_a_step_is_kept_and_can_be_changed(client, page, lesson):
    def say(check: str) -> Any:
        post(client, lesson, event="step", block=block_id("甲"), check=check, step="3")
        return LessonProgress.objects.get().positions[block_id("甲")]

    assert say("again") == [1, 2]
    assert say("again") == [1, 2]
    assert say("did") == [2, 1]
    chosen = re.search(r'value="did" checked', page(lesson, "?step=2"))
    assert chosen


def test_who_asks_for_help_is_shown_whom_to_call_and_can_go_on(client, page, lesson):
    said = {"event": "step", "block": block_id("甲"), "check": "help"}
    said |= {"here": "2", "step": "3"}
    assert post(client, lesson, **said).endswith("?step=2")
    help_box = re.search(
        r"<div class=\"notice\" data-help( hidden)?>", page(lesson, "?step=2")
    )
    assert help_box
    assert not help_box[1]
    assert post(client, lesson, **said).endswith("?step=3")


@pytest.mark.parametrize(
    "event",
    [
        {"block": "unknown"},
        {"block": block_id("甲"), "check": "perfect", "seq": 1},
        {"block": block_id("甲"), "check": "did"},
        {"block": block_id("甲"), "seq": 1},
        {"block": block_id("甲"), "check": "did", "seq": -1},
        {"block": block_id("text"), "check": "did", "seq": 1},
    ],
)
def test_a_forged_step_is_refused(lesson, event):
    now = timezone.now()
    with pytest.raises(BadReportError):
        read_report(
            [{"type": "step", **event}], content=lesson.content, opened=now, at=now
        )


def test_a_quiz_begins_with_what_it_is_like_in_every_size(client, page, quiz):
    client.cookies["display"] = "standard.light"
    text = page(quiz)
    assert shown(text) == "0"
    assert "一共 3 道题" in text
    assert "答错也没关系" in text
    assert "不限时间" in text
    assert "整页看" not in text


def test_a_quiz_is_done_by_forms_alone(client, page, quiz):
    """Every question is in the first page; each answer stays, then the result."""
    text = page(quiz)
    for name in "xyz":
        assert text.count(f'id="f-{block_id(name)}"') == 1
    options = {"x": "a", "y": "b", "z": "a"}
    for number, (name, option) in enumerate(options.items(), start=1):
        chosen = option_id(name, option)
        place = post(
            client,
            quiz,
            event="answer",
            block=block_id(name),
            choice=chosen,
            step=number,
        )
        assert place == f"{quiz.url}?step={number}"
        text = page(quiz, f"?step={number}")
        assert ("再想想" if name == "y" else "对了！") in text
    assert Response.objects.count() == 3
    # All answered: the next visit opens the result.
    text = page(quiz)
    assert heading(text) == "3 题对了 2 题"
    assert "再答一次" in text
    done = post(client, quiz, event="done", step="4")
    assert done == reverse("learning:done", args=[quiz.pk])
    assert "再做一遍" in page(quiz)
    assert post(client, quiz, event="again", step="1") == f"{quiz.url}?step=1"
    assert heading(page(quiz)) == "小测"


def test_an_answer_that_was_forgotten_is_asked_for_on_the_same_page(client, page, quiz):
    page(quiz)
    place = post(client, quiz, event="answer", block=block_id("x"), step="1")
    assert place.endswith("?step=1")
    assert "请先选一个答案" in page(quiz, "?step=1")


def test_what_is_left_stands_on_the_last_step(client, page, lesson):
    page(lesson)
    assert post(client, lesson, event="done", step="5") == f"{lesson.url}?step=5"
    text = page(lesson, "?step=5")
    assert "还有 1 道题没答" in text
    assert text.count('form="finish"') == 1


def test_a_video_step_holds_its_player_once(client, page, course_a):
    blocks = [video_block("v", make_media(seconds=60)), text_block(), step_block("甲")]
    text = page(make_lesson(course_a, *blocks, title="看一看"))
    assert heading(text) == "看一遍"
    assert text.count("<video") == 1
    assert text.index('data-rate="0.75"') < text.index('data-rate="1"')


def test_steps_cost_no_further_query(client, learner, enrolment, lesson):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(learner)
    counts = []
    for size in ("standard", "large"):
        client.cookies["display"] = f"{size}.light"
        client.get(lesson.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(lesson.url)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 10
