"""«请老师帮忙»: asked on a lesson, answered at the desk, each message once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.services.erasure import erase_person
from core.models import AuditEntry, OutboxMessage
from core.privacy import PERSONAL
from learning.due import due_today
from learning.exceptions import TooManyMessagesError
from learning.inbox import find_step
from learning.models import CallTask, Conversation, Message
from learning.services import messages as service
from learning.services.enrolment import enrol_learner
from learning.services.notices import call_words
from tests.factories import make_learner
from tests.learning.lessons import block_id, make_lesson, make_media, video_block

pytestmark = pytest.mark.django_db
INBOX = "desk:inbox"


def step_block(name):
    value = {"title": name, "sentences": ["一手压住面。"], "is_decoration": False}
    return {"type": "step", "id": block_id(name), "value": value}


@pytest.fixture
def lesson(course_a):
    return make_lesson(course_a, step_block("揉面"), step_block("醒面"))


@pytest.fixture
def enrolment(course_a, lesson):
    person = make_learner("asker", display_name="李阿姨", phone="+8613800000001")
    return enrol_learner(learner=person, run=course_a.runs.get(is_self_paced=True))


def asked(enrolment, lesson, text="面粘手怎么办？", **facts):
    facts.setdefault("key", text)
    return service.ask(enrolment=enrolment, lesson=lesson, text=text, **facts)


def words_of(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


# --- Asking --------------------------------------------------------------------------


def test_a_learner_asks_about_a_step_and_finds_it_where_they_asked(
    client, enrolment, lesson
):
    client.force_login(enrolment.learner)
    url = reverse("learning:ask", args=[lesson.pk])
    page = client.get(f"{url}?block={block_id('醒面')}").content.decode()
    assert "醒面" in page
    sent = {"block": block_id("醒面"), "text": "面\u202e粘手\r\n怎么办？", "key": "k"}
    for _twice in range(2):
        response = client.post(url, sent)
        assert response.status_code == 302
        assert response["Location"] == f"{lesson.url}?step=2#ask"
    kept = Message.objects.get()
    assert kept.text == "面粘手\n怎么办？", "signs that turn text round are left out"
    found = kept.conversation
    assert (found.step_title, found.block_id) == ("醒面", block_id("醒面"))
    assert "粘手" in client.get(lesson.url).content.decode()
    assert "醒面" in words_of(client, "learning:messages")
    assert "粘手" in words_of(client, "learning:conversation", found.pk)


def test_other_words_of_the_same_page_are_another_message(enrolment, lesson):
    first = asked(enrolment, lesson, "一", key="page")
    again = asked(enrolment, lesson, "二", key="page")
    assert first == again
    assert [one.text for one in first.messages.all()] == ["一", "二"]


def test_nothing_and_too_much_are_said_and_the_words_stay(client, enrolment, lesson):
    client.force_login(enrolment.learner)
    url = reverse("learning:ask", args=[lesson.pk])
    empty = client.post(url, {"text": " \n "})
    assert empty.status_code == 422
    assert "请填写「想问什么」" in empty.content.decode()
    long = client.post(url, {"text": "面" * 301})
    assert long.status_code == 422
    assert "写得太长了" in long.content.decode()
    assert "面" * 301 in long.content.decode()
    assert client.post(url, {"text": "面" * 300}).status_code == 302


def test_ten_messages_a_day_and_the_eleventh_waits_for_tomorrow(
    client, enrolment, lesson
):
    now = timezone.now()
    for number in range(service.MOST_A_DAY):
        asked(enrolment, lesson, f"第 {number} 条", at=now)
    with pytest.raises(TooManyMessagesError):
        asked(enrolment, lesson, "又一条", at=now)
    assert asked(enrolment, lesson, "第 1 条", at=now), "what was sent stays sent"
    client.force_login(enrolment.learner)
    sent = client.post(reverse("learning:ask", args=[lesson.pk]), {"text": "又一条"})
    assert sent.status_code == 422
    assert "又一条" in sent.content.decode()
    assert asked(enrolment, lesson, "明天的", at=now + timedelta(days=1))


def test_who_does_not_learn_the_course_asks_nothing(client, learner, lesson):
    client.force_login(learner)
    url = reverse("learning:ask", args=[lesson.pk])
    assert client.post(url, {"text": "在吗"}).status_code == 403
    assert not Message.objects.exists()


def test_nobody_reads_what_another_learner_asked(client, learner, enrolment, lesson):
    found = asked(enrolment, lesson)
    client.force_login(learner)
    url = reverse("learning:conversation", args=[found.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"text": "我也问"}).status_code == 404
    assert "面粘手" not in words_of(client, "learning:messages")


# --- The desk ------------------------------------------------------------------------


def test_who_waits_longest_stands_first_and_three_days_are_late(
    client, teacher_a, enrolment, lesson
):
    now = timezone.now()
    other = enrol_learner(
        learner=make_learner("other", display_name="王叔叔"), run=enrolment.run
    )
    asked(other, lesson, "今天问的", at=now)
    old = asked(
        enrolment, lesson, at=now - timedelta(days=3, minutes=1),
        block_id=block_id("醒面"), step_title="醒面",
    )  # fmt: skip
    client.force_login(teacher_a)
    response = client.get(reverse(INBOX))
    rows = response.context["rows"]
    assert rows[0]["conversation"] == old
    assert [row["is_late"] for row in rows] == [True, False]
    page = response.content.decode()
    for words in ("等了 3 天", "甲校揉面", "醒面", "李阿姨"):
        assert words in page
    assert any("2 个学员在等您回话" in one.words for one in due_today(teacher_a))
    inside = words_of(client, "desk:conversation", old.pk)
    assert f"{lesson.url}?step=2#b-{block_id('醒面')}" in inside


def test_only_the_courses_own_people_answer(
    client, enrolment, lesson, teacher_a, other_teacher_a, clerk_a, principal_a,
    teacher_b, clerk_b, director,
):  # fmt: skip
    found = asked(enrolment, lesson)
    may = {teacher_a, clerk_a, principal_a}
    for user in (*may, other_teacher_a, teacher_b, clerk_b, director):
        rows = Conversation.objects.visible_to(user)
        assert list(rows) == ([found] if user in may else []), user
    client.force_login(clerk_b)
    for name in ("desk:conversation", "desk:close_conversation"):
        url = reverse(name, args=[found.pk])
        assert client.post(url, {"text": "看视频"}).status_code == 404
    assert "面粘手" not in words_of(client, INBOX)


def test_nobody_finds_the_own_question_at_the_desk(client, teacher_a, course_a, lesson):
    """Who teaches may learn too: somebody else answers."""
    own = enrol_learner(learner=teacher_a, run=course_a.runs.get(is_self_paced=True))
    conversation = asked(own, lesson)
    client.force_login(teacher_a)
    for show in ("", "?show=all"):
        page = client.get(reverse("desk:inbox") + show).content.decode()
        assert "面粘手怎么办？" not in page
    there = reverse("desk:conversation", args=[conversation.pk])
    assert client.get(there).status_code == 404


def test_an_answer_reaches_the_learner_once(
    client, teacher_a, enrolment, lesson, django_capture_on_commit_callbacks
):
    found = asked(enrolment, lesson)
    client.force_login(teacher_a)
    url = reverse("desk:conversation", args=[found.pk])
    assert client.post(url, {"text": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(url, {"text": "多揉一会儿", "key": "k"}).status_code == 302
    told = OutboxMessage.objects.get(template="question_answered")
    assert told.recipient == enrolment.learner
    assert "多揉" not in str(told.params), "the words do not leave the site"
    client.post(url, {"text": "再加点面粉", "key": "l"})
    assert OutboxMessage.objects.filter(template="question_answered").count() == 1
    assert not Conversation.objects.waiting().exists()
    assert AuditEntry.objects.filter(action="message.answered").count() == 2
    client.force_login(enrolment.learner)
    assert "1 条新回话" in words_of(client, "learning:home")
    assert "多揉一会儿" in client.get(lesson.url).content.decode()
    assert "多揉一会儿" in words_of(client, "learning:conversation", found.pk)
    assert "新回话" not in words_of(client, "learning:home")


def test_whom_no_message_reaches_is_called_with_the_words(teacher_a, course_a, lesson):
    person = make_learner("quiet")
    row = enrol_learner(learner=person, run=course_a.runs.get(is_self_paced=True))
    service.answer(
        conversation=asked(row, lesson), by=teacher_a, text="多揉一会儿", key="k"
    )
    assert "老师说：多揉一会儿" in call_words(CallTask.objects.get())


def test_done_leaves_the_list_and_writing_again_comes_back(
    client, clerk_a, enrolment, lesson
):
    found = asked(enrolment, lesson)
    client.force_login(clerk_a)
    url = reverse("desk:close_conversation", args=[found.pk])
    for _twice in range(2):
        assert client.post(url).status_code == 302
    assert AuditEntry.objects.filter(action="message.closed").count() == 1
    found.refresh_from_db()
    assert (found.waiting_since, found.closed_by) == (None, clerk_a)
    assert "面粘手" not in words_of(client, INBOX)
    assert "面粘手" in client.get(reverse(INBOX) + "?show=all").content.decode()
    client.force_login(enrolment.learner)
    again = reverse("learning:conversation", args=[found.pk])
    assert client.post(again, {"text": "还是粘"}).status_code == 302
    found.refresh_from_db()
    assert found.closed_at is None
    assert list(Conversation.objects.waiting()) == [found]


def test_the_database_knows_no_closed_conversation_that_waits(enrolment, lesson):
    found = asked(enrolment, lesson)
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=found.pk).update(closed_at=timezone.now())


def test_the_inbox_costs_the_same_with_one_and_with_twelve(
    client, teacher_a, enrolment, lesson
):
    asked(enrolment, lesson)
    client.force_login(teacher_a)
    client.get(reverse(INBOX))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(INBOX))
    for number in range(11):
        person = make_learner(f"more{number}")
        asked(enrol_learner(learner=person, run=enrolment.run), lesson)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(INBOX))
    assert len(one) == len(many) <= 12


def test_the_copy_of_my_data_holds_my_questions_and_an_erasure_takes_them(
    enrolment, lesson, teacher_a
):
    found = asked(enrolment, lesson)
    service.answer(conversation=found, by=teacher_a, text="多揉", key="k")
    rows = PERSONAL["learning.Message"].rows(enrolment.learner)
    assert [one.text for one in rows] == ["面粘手怎么办？", "多揉"]
    erase_person(user=enrolment.learner)
    assert not Message.objects.exists()
    assert not Conversation.objects.exists()


def test_a_question_about_a_film_names_it_and_one_about_nothing_the_lesson(course_a):
    lesson = make_lesson(course_a, video_block("v", make_media()))
    person = make_learner("filmer")
    row = enrol_learner(learner=person, run=course_a.runs.get(is_self_paced=True))
    step = find_step(lesson, block_id("v"))
    assert (step.title, step.place) == ("看一遍", f"?step=1#m-{block_id('v')}")
    assert find_step(lesson, "") is None
    assert find_step(lesson, block_id("gone")) is None
    assert asked(row, lesson).step_title == ""
