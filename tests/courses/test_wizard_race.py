"""The last page of «写一课», sent twice at the same second: with real threads."""

import threading
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import reverse

from courses import writing_views
from courses.models import CoursePage
from tests.courses.test_wizard import answer, step
from tests.learning.test_race import at_once, errors_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def send_at_once(client, teacher_a):
    """Two tabs of one browser with the same last page."""
    client.force_login(teacher_a)
    sent = {"cover": "wave", "key": answer(client)}
    tabs = [Client(), Client()]
    for tab in tabs:
        tab.cookies = client.cookies.copy()

    def run():
        return at_once(lambda n: tabs[n].post(step("cover"), sent), 2)

    return run


def made():
    return CoursePage.objects.filter(title="和家人视频通话")


def test_the_last_page_sent_twice_at_once_makes_one_course(send_at_once):
    outcomes = send_at_once()
    assert not errors_of(outcomes), outcomes
    course = made().get()
    place = reverse("desk:my_course", args=[course.pk])
    assert [one.url for one in outcomes] == [place, place]


def test_without_the_key_it_makes_two(send_at_once, monkeypatch):
    both = threading.Barrier(2)

    def run_each_time(*, effect, **_facts):
        with suppress(threading.BrokenBarrierError):
            both.wait(5)
        return effect()

    monkeypatch.setattr(writing_views, "run_once", run_each_time)
    outcomes = send_at_once()
    assert errors_of(outcomes) or made().count() == 2, outcomes
