"""Reports that only add, while somebody else reports of the same lesson."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from core.kept_changes import KEPT_UPDATES, KeptUpdate
from courses.models import LessonPage
from learning import heartbeat
from learning.models import Enrolment, LessonProgress
from learning.report import read_report
from learning.services import lesson_row, seen
from learning.services import progress as progress_service
from learning.services.enrolment import leave
from learning.services.progress import record
from tests.learning.heartbeat.reports import (
    SEEN,
    VIDEO,
    last_seen,
    refused,
    send,
)
from tests.learning.lessons import block_id, make_lesson, text_block

pytestmark = pytest.mark.django_db


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
    write = lesson_row.write

    def late(*given):
        time.sleep(0.02)
        return write(*given)

    monkeypatch.setattr(lesson_row, "write", late)
    return Reports(reader, lesson)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_reports_at_once_in_both_ways_none_is_lost(reports):
    assert reports.all_at_once() == []
    assert reports.lost == []


def naive_change():
    """The change of the short way without a look at what it changes."""
    usual = seen._saw

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
    monkeypatch.setattr(seen, "_saw", naive_change())
    assert reports.all_at_once() == []
    assert reports.lost


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_somebody_holds_is_neither_overtaken_nor_lost(reader, lesson, monkeypatch):
    """The long way has read the row and not yet saved it when a report comes."""
    holds, is_free, found = threading.Event(), threading.Event(), []
    add = seen.add

    def noted(*given):
        found.append(add(*given))
        return found[-1]

    def hold():
        try:
            with transaction.atomic():
                enrolment = progress_service.lock_learner(Enrolment.objects.get().pk)
                content = LessonPage.objects.get(pk=lesson.pk).content
                now = timezone.now()
                report = read_report(SEEN[1], content=content, opened=now, at=now)
                record(enrolment=enrolment, lesson=lesson, report=report)
                holds.set()
                is_free.wait(10)
        finally:
            connections.close_all()

    monkeypatch.setattr(seen, "add", noted)
    other = threading.Thread(target=hold)
    other.start()
    assert holds.wait(10)
    timer = threading.Timer(0.3, is_free.set)
    timer.start()
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    other.join()
    (row,) = LessonProgress.objects.all()
    assert row.watched[block_id("v")] == [[0, 50], [70, 71.5]]
    # It did not wait, or came too late: on SQLite, where there is one writer, the latter.
    assert found == [None]


def test_a_row_that_has_changed_meanwhile_is_left_to_the_long_way(
    reader, lesson, monkeypatch
):
    add = seen.add
    other = {"type": "step", "block": block_id("t")}
    found = []

    def overtaken(row, content, *rest):
        monkeypatch.setattr(seen, "add", add)
        send(reader, lesson, other)
        found.append(add(row, content, *rest))
        return found[0]

    monkeypatch.setattr(seen, "add", overtaken)
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    assert found == [None]
    (row,) = LessonProgress.objects.all()
    assert row.watched == {block_id("v"): [[0, 30]]}
    assert block_id("t") in row.positions


def test_a_later_report_of_another_lesson_says_where_the_learner_is(
    reader, lesson, course_a, monkeypatch
):
    other = make_lesson(course_a, text_block("o"), title="另一课")
    add, later = seen.add, timezone.now() + timedelta(minutes=1)

    def overtaken(*given):
        Enrolment.objects.update(last_seen_at=later, last_lesson=other)
        return add(*given)

    last_seen(timedelta(minutes=6))
    monkeypatch.setattr(seen, "add", overtaken)
    assert send(reader, lesson, *SEEN[0]).status_code == 200
    enrolment = Enrolment.objects.get()
    assert (enrolment.last_seen_at, enrolment.last_lesson_id) == (later, other.pk)


def test_who_leaves_meanwhile_is_told_so(reader, learner, lesson, monkeypatch):
    add = seen.add

    def left(*given):
        leave(enrolment=Enrolment.objects.get(), by=learner)
        return add(*given)

    monkeypatch.setattr(seen, "add", left)
    assert refused(reader, lesson) == 403
