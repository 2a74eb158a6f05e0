"""Reports that only add come with two queries, and mean what they mean in the long way."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import session_lifetime
from accounts.models import WebSession
from core.models import IdempotencyKey
from courses.models import LessonPage
from learning import heartbeat
from learning.choices import State
from learning.models import Enrolment, LessonProgress
from learning.report import opened_token
from learning.services import lesson_row
from learning.services.enrolment import enrol_learner, leave
from tests.factories import make_former_session, make_learner
from tests.learning.classes import make_class
from tests.learning.heartbeat.reports import (
    SEEN,
    VIDEO,
    last_seen,
    refused,
    send,
    told,
    what_is_known,
)
from tests.learning.lessons import (
    block_id,
    make_lesson,
    question_block,
    text_block,
)

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
@pytest.mark.parametrize("events", SEEN)
def test_what_was_seen_is_the_same_in_both_ways(reader, lesson, events, quick):
    with transaction.atomic():
        short = told(send(reader, lesson, *events)), what_is_known()
        transaction.set_rollback(True)
    assert len(quick) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heartbeat, "_read", lambda request: (0, {}))
        long = told(send(reader, lesson, *events)), what_is_known()
    assert len(quick) == 1
    assert short == long
    assert short[1] != []
    assert short[0]["missing"]


@pytest.mark.postgres
def test_a_report_that_comes_twice_adds_once_and_needs_no_key(reader, lesson, quick):
    keys = IdempotencyKey.objects.count()
    first = told(send(reader, lesson, *SEEN[1], key="one"))
    known = what_is_known()
    assert told(send(reader, lesson, *SEEN[1], key="one")) == first
    assert what_is_known() == known
    assert len(quick) == 2
    assert IdempotencyKey.objects.count() == keys


def test_an_old_report_takes_nothing_back(reader, lesson, quick):
    send(reader, lesson, *SEEN[1])
    send(reader, lesson, *SEEN[0])
    (row,) = LessonProgress.objects.all()
    assert row.watched[block_id("v")] == [[0, 50], [70, 71.5]]
    assert len(quick) == 2


def test_a_report_that_failed_in_its_midst_may_be_told_again(
    reader, lesson, monkeypatch
):
    def broken(*given):
        raise ValueError("in the midst")

    reader.raise_request_exception = False
    touch = lesson_row.touch
    monkeypatch.setattr(lesson_row, "touch", broken)
    assert send(reader, lesson, *SEEN[0]).status_code == 500
    monkeypatch.setattr(lesson_row, "touch", touch)
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    assert LessonProgress.objects.get().watched == {block_id("v"): [[0, 30]]}


def test_its_address_is_that_of_reports(lesson):
    path = reverse("learning:progress", args=[lesson.pk])
    assert heartbeat.PATH.fullmatch(path)[1] == str(lesson.pk)


def test_where_the_learner_was_is_remembered(reader, lesson, course_a, quick):
    other = make_lesson(course_a, text_block("o"), title="另一课")
    send(reader, other, {"type": "view"})
    send(reader, lesson, {"type": "view"})
    enrolment = Enrolment.objects.get()
    assert (enrolment.last_lesson_id, len(quick)) == (lesson.pk, 1)
    assert (
        enrolment.last_seen_at == LessonProgress.objects.get(lesson=lesson).seen_until
    )


def test_while_a_page_stays_open_the_enrolment_is_seldom_told(reader, lesson, quick):
    before = last_seen(timedelta(minutes=4))
    send(reader, lesson, *SEEN[0])
    assert Enrolment.objects.get().last_seen_at == before
    # The learner is shown the moment all the same.
    shown = reader.get(reverse("learning:home")).context["going_on"].enrolment
    assert shown.seen_at == LessonProgress.objects.get().seen_until > before
    before = last_seen(timedelta(minutes=6))
    send(reader, lesson, *SEEN[0])
    assert Enrolment.objects.get().last_seen_at > before
    # Opened again, it is told again.
    before = last_seen(timedelta(minutes=1))
    send(reader, lesson, {"type": "view"})
    assert Enrolment.objects.get().last_seen_at > before
    assert len(quick) == 3


def test_a_lesson_that_is_complete_is_looked_at_again(reader, lesson, quick):
    send(reader, lesson, *SEEN[4], {"type": "done"})
    assert quick == []
    answer = send(reader, lesson, *SEEN[0]).json()
    assert (answer["complete"], len(quick)) == (True, 1)


def test_what_may_complete_a_lesson_goes_the_long_way(reader, lesson, quick):
    assert not send(reader, lesson, {"type": "done"}).json()["complete"]
    assert send(reader, lesson, *SEEN[4]).json()["complete"]
    assert quick == []


def test_the_first_report_of_a_lesson_goes_the_long_way(client, learner, lesson, quick):
    client.force_login(learner)
    enrol_learner(learner=learner, run=lesson.course.runs.get(is_self_paced=True))
    assert send(client, lesson, {"type": "view"}).status_code == 200
    assert Enrolment.objects.get().state == State.ATTENDING
    assert quick == []


def test_a_lesson_with_questions_goes_the_long_way(
    client, learner, enrolment, course_a, quick
):
    lesson = make_lesson(course_a, text_block("t"), question_block("q"))
    client.force_login(learner)
    for _time in range(3):
        assert send(client, lesson, {"type": "view"}).json()["missing"]
    assert quick == []


def test_who_is_on_two_classes_of_the_course_goes_the_long_way(
    reader, learner, lesson, quick
):
    enrol_learner(learner=learner, run=make_class(lesson.course))
    send(reader, lesson, {"type": "view"})
    assert quick == []


def test_a_lesson_that_was_changed_is_read_anew(reader, lesson, quick):
    send(reader, lesson, {"type": "view"})
    step = {"type": "step", "block": block_id("new")}
    assert send(reader, lesson, step).status_code == 422
    lesson.body = [*lesson.body.raw_data, text_block("new")]
    lesson.save()
    assert send(reader, lesson, step).status_code == 200
    assert len(quick) == 2


def test_a_file_that_became_longer_is_believed(reader, lesson, quick):
    send(reader, lesson, *SEEN[0])
    media = lesson.body[0].value.media
    media.duration = 500
    media.save()
    assert send(reader, lesson, {**VIDEO, "from": 300, "to": 400}).status_code == 200
    assert len(quick) == 1
    (row,) = LessonProgress.objects.all()
    assert row.watched[block_id("v")] == [[0, 30], [300, 400]]


def unpublish(lesson, learner):
    lesson.unpublish()


def leave_the_course(lesson, learner):
    leave(enrolment=Enrolment.objects.get(), by=learner)


def move_the_lesson(lesson, learner):
    from tests.factories import make_course

    course = make_course(lesson.course.school, "elsewhere")
    LessonPage.objects.get(pk=lesson.pk).move(course, pos="last-child")


def lock_the_person_out(lesson, learner):
    learner.is_active = False
    learner.save()


def change_the_password(lesson, learner):
    learner.set_password("another one of hers")
    learner.save()


def end_the_session(lesson, learner):
    WebSession.objects.all().delete()


def let_the_session_pass(lesson, learner):
    WebSession.objects.update(expire_date=timezone.now())


ENDS = (
    (unpublish, 404),
    (leave_the_course, 403),
    (move_the_lesson, 403),
    (lock_the_person_out, 302),
    (change_the_password, 302),
    (end_the_session, 302),
    (let_the_session_pass, 302),
)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("end", "status"), ENDS, ids=[one.__name__ for one, _status in ENDS]
)
def test_who_may_not_write_writes_nothing(
    reader, learner, lesson, end, status, monkeypatch
):
    end(lesson, learner)
    found = refused(reader, lesson)
    assert found == status
    monkeypatch.setattr(heartbeat, "_read", lambda request: (0, {}))
    assert refused(reader, lesson) == found


def test_a_session_that_is_too_old_ends_here_too(reader, lesson, monkeypatch):
    later = session_lifetime.time.time() + session_lifetime.RESIDENT.idle_s + 5
    monkeypatch.setattr(session_lifetime.time, "time", lambda: later)
    assert refused(reader, lesson) == 302
    assert not WebSession.objects.exclude(user=None).exists()


def test_a_session_of_before_the_release_goes_the_long_way(reader, lesson, quick):
    make_former_session(WebSession.objects.get())
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    assert quick == []
    assert send(reader, lesson, *SEEN[1]).status_code == 200
    assert len(quick) == 1


def test_a_form_of_another_site_writes_nothing(reader, learner, lesson):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = reader.cookies
    assert refused(strict, lesson) == 403


def test_somebody_elses_page_writes_nothing(reader, lesson):
    token = opened_token(lesson.pk, make_learner("other").pk, timezone.now())
    assert refused(reader, lesson, opened=token) == 403


@pytest.mark.parametrize(
    "event",
    [
        {**VIDEO, "from": -1, "to": 3},
        {**VIDEO, "from": 0, "to": 400},
        {"type": "step", "block": "no such"},
        {"type": "view", "block": None} | {"type": "position"},
    ],
)
def test_a_forged_report_is_refused_with_the_sentence_of_the_long_way(
    reader, lesson, event, quick
):
    assert refused(reader, lesson, event) == 422
    assert quick == []


@pytest.mark.parametrize(
    "body",
    ["[]", "{", '{"events": 7}', '{"events": [[]]}', '{"events": [{"type": []}]}'],
)
def test_what_is_no_report_is_refused_as_ever(reader, lesson, body):
    answer = reader.post(
        reverse("learning:progress", args=[lesson.pk]),
        body,
        content_type="application/json",
    )
    assert answer.status_code == 422
