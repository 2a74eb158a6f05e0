"""Reports that only add come with two queries, and mean what they mean in the long way."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as FormerSession
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import session_lifetime
from accounts.models import WebSession
from core.kept_sql import KEPT_UPDATES, KeptUpdate
from core.models import IdempotencyKey
from courses.models import LessonPage
from learning import heartbeat
from learning.choices import State
from learning.models import Enrolment, LessonProgress
from learning.report import opened_token, read_report
from learning.services import progress as progress_service
from learning.services.enrolment import enrol_learner, leave
from learning.services.progress import record
from tests.factories import make_learner
from tests.learning.classes import make_class
from tests.learning.lessons import (
    block_id,
    make_lesson,
    make_media,
    question_block,
    text_block,
    video_block,
)

pytestmark = pytest.mark.django_db

VIDEO = {"type": "watch", "block": block_id("v")}
SEEN = (
    [{**VIDEO, "from": 0, "to": 30}],
    [{**VIDEO, "from": 20, "to": 50}, {**VIDEO, "from": 70, "to": 71.5}],
    [{"type": "position", "block": block_id("v"), "at": 44, "epoch": 1}],
    [{"type": "step", "block": block_id("t")}, {"type": "view"}],
    [{"type": "transcript", "block": block_id("v")}],
)
SAVED = ("saved_at", "saved_clock")


@pytest.fixture
def lesson(course_a):
    return make_lesson(
        course_a, video_block("v", make_media(seconds=100)), text_block("t")
    )


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def quick(monkeypatch):
    """How many reports were taken in the short way."""
    taken = []
    add = progress_service.add

    def counted(row, *rest):
        taken.append(row.pk)
        return add(row, *rest)

    monkeypatch.setattr(progress_service, "add", counted)
    return taken


@pytest.fixture
def reader(client, learner, enrolment, lesson):
    """Somebody who has opened the lesson."""
    client.force_login(learner)
    assert send(client, lesson, {"type": "view"}).status_code == 200
    return client


def send(client, lesson, *events, **body):
    return client.post(
        reverse("learning:progress", args=[lesson.pk]),
        json.dumps({"events": list(events), "key": "", "opened": "", **body}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def what_is_known():
    names = ("watched", "positions", "transcripts", "source", "done_at", "completed_at")
    return list(LessonProgress.objects.values(*names))


def told(response):
    return {key: one for key, one in response.json().items() if key not in SAVED}


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
    touch = progress_service._touch
    monkeypatch.setattr(progress_service, "_touch", broken)
    assert send(reader, lesson, *SEEN[0]).status_code == 500
    monkeypatch.setattr(progress_service, "_touch", touch)
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


def last_seen(ago):
    """Where the learner was, so long ago, as the enrolment knows it."""
    moment = timezone.now() - ago
    Enrolment.objects.update(last_seen_at=moment)
    return moment


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


def refused(client, lesson, *events, **body):
    """The status, and that nothing was written."""
    before = what_is_known(), LessonProgress.objects.get().seen_until
    status = send(client, lesson, *(events or SEEN[0]), **body).status_code
    assert (what_is_known(), LessonProgress.objects.get().seen_until) == before
    return status


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
    row = WebSession.objects.get()
    FormerSession.objects.create(
        session_key=row.session_key,
        session_data=row.session_data,
        expire_date=row.expire_date,
    )
    row.delete()
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


class Reports:
    """Devices of one learner that report at once, every other one in the long way."""

    DEVICES, TIMES = 6, 8

    def __init__(self, reader, lesson):
        self.cookies, self.lesson = reader.cookies, lesson
        self.enrolment = Enrolment.objects.get()
        self.barrier, self.failed = threading.Barrier(self.DEVICES), []

    def events(self, device):
        for turn in range(self.TIMES):
            start = device * 20 + 2 * turn
            yield {**VIDEO, "from": start, "to": start + 1}

    def short(self, event, client):
        told = send(client, self.lesson, event)
        assert told.status_code == 200, told.content

    def long(self, event, client):
        now = timezone.now()
        content = LessonPage.objects.get(pk=self.lesson.pk).content
        report = read_report([event], content=content, opened=now, at=now)
        record(enrolment=self.enrolment, lesson=self.lesson, report=report)

    def run(self, device):
        client = Client()
        client.cookies = self.cookies
        try:
            self.barrier.wait(10)
            for event in self.events(device):
                (self.long if device % 2 else self.short)(event, client)
        except Exception as error:  # noqa: BLE001 - shown by the test
            self.failed.append(error)
        finally:
            connections.close_all()

    def all_at_once(self):
        threads = [
            threading.Thread(target=self.run, args=(n,)) for n in range(self.DEVICES)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return self.failed

    @property
    def lost(self):
        """What was said and is not known now."""
        (row,) = LessonProgress.objects.all()
        known = row.watched[block_id("v")]
        return [
            event
            for device in range(self.DEVICES)
            for event in self.events(device)
            if [event["from"], event["to"]] not in known
        ]


@pytest.fixture
def reports(reader, lesson, monkeypatch):
    """Between what a device finds and what it writes lies a pause."""
    media = lesson.body[0].value.media
    media.duration = 200
    media.save()
    heartbeat.contents.forget()
    write = progress_service._write

    def late(*given):
        time.sleep(0.02)
        return write(*given)

    monkeypatch.setattr(progress_service, "_write", late)
    return Reports(reader, lesson)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_reports_at_once_in_both_ways_none_is_lost(reports):
    assert reports.all_at_once() == []
    assert reports.lost == []


def naive_change():
    """The change of the short way without a look at what it changes."""
    usual = progress_service._saw

    def naive(**given):
        _rows, columns = usual.build(**given)
        return LessonProgress.objects.filter(pk=given["pk"]).order_by(), columns

    changed = KeptUpdate(naive, usual.places)
    del KEPT_UPDATES[changed.name]
    return changed


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_a_look_at_the_row_reports_would_be_lost(reports, monkeypatch):
    """The test of the test above: it would see it (R-01b)."""
    monkeypatch.setattr(progress_service, "_saw", naive_change())
    assert reports.all_at_once() == []
    assert reports.lost


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_somebody_holds_is_left_to_the_long_way(reader, lesson, quick):
    if connection.vendor == "sqlite":
        pytest.skip("One writer at a time.")
    holds, is_told = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                progress_service.lock_learner(Enrolment.objects.get().pk)
                holds.set()
                is_told.wait(10)
        finally:
            connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    assert holds.wait(10)
    row = LessonProgress.objects.select_related("enrolment").get()
    content = LessonPage.objects.get(pk=lesson.pk).content
    now = timezone.now()
    report = read_report(SEEN[0], content=content, opened=now, at=now)
    try:
        assert progress_service.add(row, content, report, now) is None
        assert not LessonProgress.objects.get().watched
    finally:
        is_told.set()
        other.join()
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    assert LessonProgress.objects.get().watched


def test_a_row_that_has_changed_meanwhile_is_left_to_the_long_way(
    reader, lesson, monkeypatch
):
    add = progress_service.add
    other = {"type": "step", "block": block_id("t")}
    found = []

    def overtaken(row, content, *rest):
        monkeypatch.setattr(progress_service, "add", add)
        send(reader, lesson, other)
        found.append(add(row, content, *rest))
        return found[0]

    monkeypatch.setattr(progress_service, "add", overtaken)
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    assert found == [None]
    (row,) = LessonProgress.objects.all()
    assert row.watched == {block_id("v"): [[0, 30]]}
    assert block_id("t") in row.positions


def test_a_later_report_of_another_lesson_says_where_the_learner_is(
    reader, lesson, course_a, monkeypatch
):
    other = make_lesson(course_a, text_block("o"), title="另一课")
    add, later = progress_service.add, timezone.now() + timedelta(minutes=1)

    def overtaken(*given):
        Enrolment.objects.update(last_seen_at=later, last_lesson=other)
        return add(*given)

    last_seen(timedelta(minutes=6))
    monkeypatch.setattr(progress_service, "add", overtaken)
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    enrolment = Enrolment.objects.get()
    assert (enrolment.last_seen_at, enrolment.last_lesson_id) == (later, other.pk)


def test_who_leaves_meanwhile_is_told_so(reader, learner, lesson, monkeypatch):
    add = progress_service.add

    def left(*given):
        leave(enrolment=Enrolment.objects.get(), by=learner)
        return add(*given)

    monkeypatch.setattr(progress_service, "add", left)
    assert refused(reader, lesson) == 403
