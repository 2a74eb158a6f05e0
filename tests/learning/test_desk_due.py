"""What is due stands on top of the desk: a count in words and the list behind it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.choices import SessionState
from attendance.models import AttendanceRecord, Session
from core.civil_time import civil_date, midnight
from courses.choices import Allocation
from learning.choices import State
from learning.due import drafts_of, due_today, rolls_not_taken
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner, join_queue
from learning.services.runs import set_capacity
from tests.courses.classes import make_class
from tests.factories import make_course
from tests.learning.calls import make_call
from tests.learning.classes import people

pytestmark = pytest.mark.django_db
HOME = "desk:home"


def make_due(course, count, prefix):
    """So many offers that end today, calls to make and draws that are due."""
    run = make_class(course, capacity=1)
    first, *others = people(count + 1, prefix)
    seated = enrol_learner(learner=first, run=run)
    for one in others:
        join_queue(learner=one, run=run)
    set_capacity(run=run, capacity=count + 1, by=None)
    tonight = midnight(civil_date() + timedelta(days=1)) - timedelta(seconds=1)
    Enrolment.objects.filter(run=run, state=State.OFFERED).update(offered_until=tonight)
    now = timezone.now()
    for number in range(count):
        make_call(seated, key=f"{prefix}:{number}")
        make_class(
            course, sessions=0, allocation=Allocation.DRAW,
            enrol_until=now - timedelta(hours=1), term=f"抽签{number}",
        )  # fmt: skip
    return run


def test_what_is_due_is_said_with_the_list_behind_it(client, clerk_a, course_a):
    make_due(course_a, 2, "a")
    client.force_login(clerk_a)
    response = client.get(reverse(HOME))
    page = response.content.decode()
    for words in ("2 个留给候补的名额，今天到期", "2 个电话要打", "2 个班该抽签了"):
        assert words in page
    lists = [client.get(one.href) for one in response.context["due"]]
    assert [one.status_code for one in lists] == [200, 200, 200]
    assert len(lists[0].context["rows"]) == 1
    assert len(lists[1].context["rows"]) == 2
    assert len(lists[2].context["rows"]) == 2


def test_an_offer_that_ends_tomorrow_is_not_due(clerk_a, course_a):
    run = make_due(course_a, 1, "a")
    tomorrow = midnight(civil_date() + timedelta(days=1))
    Enrolment.objects.filter(run=run, state=State.OFFERED).update(
        offered_until=tomorrow
    )
    assert not any("今天到期" in one.words for one in due_today(clerk_a))


def test_nothing_of_another_school_is_due(client, clerk_b, course_a, course_b):
    make_due(course_a, 2, "a")
    client.force_login(clerk_b)
    response = client.get(reverse(HOME))
    assert response.context["due"] == []
    assert "今天没有急事" in response.content.decode()
    for show in ("offers", "draws"):
        rows = client.get(reverse("desk:classes") + f"?show={show}").context["rows"]
        assert rows == []


def test_a_teacher_is_told_of_their_classes_and_of_no_calls(
    teacher_a, other_teacher_a, course_a
):
    make_due(course_a, 1, "a")
    assert len(due_today(teacher_a)) == 2
    assert due_today(other_teacher_a) == []


def test_the_desk_costs_the_same_however_much_is_due(
    client, clerk_a, school_a, course_a
):
    client.force_login(clerk_a)
    make_due(course_a, 1, "a")
    client.get(reverse(HOME))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(HOME))
    make_due(make_course(school_a, "second"), 6, "b")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(HOME))
    assert len(few) == len(many) <= 28


def test_a_lesson_that_is_over_is_due_until_somebody_says_who_came(
    client, clerk_a, clerk_b, course_a
):
    run = make_class(course_a, first=civil_date() - timedelta(days=8), sessions=2)
    one, other = [row.session for row in run.run_sessions.order_by("pk")]
    assert list(rolls_not_taken(clerk_a)) == [one, other]
    assert list(rolls_not_taken(clerk_b)) == []
    client.force_login(clerk_a)
    home = client.get(reverse(HOME)).content.decode()
    assert "2 次课上完了还没点名" in home
    page = client.get(reverse("desk:rolls")).content.decode()
    assert reverse("desk:roll", args=[one.pk]) in page
    Session.objects.filter(pk=one.pk).update(headcount=0)
    AttendanceRecord.objects.create(
        session=other, attendee=people(1)[0], state="present", source="teacher",
        by=clerk_a,
    )  # fmt: skip
    assert list(rolls_not_taken(clerk_a)) == []
    assert "没点名的课" in client.get(reverse("desk:rolls")).content.decode()


def test_a_lesson_of_long_ago_or_of_a_cancelled_day_is_not_due(clerk_a, course_a):
    make_class(course_a, first=civil_date() - timedelta(days=90), sessions=1)
    off = make_class(course_a, first=civil_date() - timedelta(days=2), sessions=1)
    Session.objects.filter(run_session__run=off).update(state=SessionState.CANCELLED)
    assert list(rolls_not_taken(clerk_a)) == []


def test_drafts_are_due_and_what_was_taken_down_is_not(
    client, clerk_a, clerk_b, teacher_a, course_a
):
    before = set(drafts_of(clerk_a).values_list("pk", flat=True))
    course_a.title = "揉面（新）"
    course_a.save_revision(user=clerk_a)
    found = list(drafts_of(clerk_a).exclude(pk__in=before))
    assert [one.pk for one in found] == [course_a.pk]
    assert course_a.pk not in drafts_of(clerk_b).values_list("pk", flat=True)
    client.force_login(clerk_a)
    page = client.get(reverse("desk:drafts")).content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[course_a.pk]) in page
    course_a.unpublish()
    assert course_a.pk not in drafts_of(clerk_a).values_list("pk", flat=True)
