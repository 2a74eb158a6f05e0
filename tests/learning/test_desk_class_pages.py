"""`/desk/runs/`: the list of classes, and the page of one with its days and people."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.choices import SessionState
from core.models import AuditEntry
from courses.models import CourseRun
from learning.choices import State
from learning.services.enrolment import enrol_learner, join_queue
from learning.services.runs import session_days
from tests.courses.classes import FIRST, WEEK, make_class
from tests.learning.classes import people

pytestmark = pytest.mark.django_db


def test_the_list_says_seats_and_state_in_words(client, clerk_a, course_a):
    run = make_class(course_a, first=FIRST, capacity=2, term="2026 秋", min_seats=1)
    for one in people(4):
        join_queue(learner=one, run=run)
    client.force_login(clerk_a)
    page = client.get(reverse("desk:classes")).content.decode()
    for words in (
        "2026 秋",
        "2 个名额，2 个有人，还空 0 个，2 人候补",
        "满了",
        "共 4 次",
    ):
        assert words in page
    past = client.get(reverse("desk:classes") + "?show=past").content.decode()
    assert "甲校揉面" not in past


def test_each_sees_only_the_classes_of_their_own(
    client, clerk_a, teacher_a, other_teacher_a, course_a, course_b
):
    run, foreign = make_class(course_a), make_class(course_b)
    for person, sees in ((clerk_a, True), (teacher_a, True), (other_teacher_a, False)):
        client.force_login(person)
        page = client.get(reverse("desk:classes")).content.decode()
        assert ("甲校揉面" in page) is sees
        assert "乙校手机" not in page
        own = client.get(reverse("desk:class", args=[run.pk]))
        assert own.status_code == (200 if sees else 404)
        assert client.get(reverse("desk:class", args=[foreign.pk])).status_code == 404
    client.force_login(teacher_a)
    page = client.get(reverse("desk:class", args=[run.pk])).content.decode()
    # Who teaches it changes it and its days; seats and calling it off are the school's.
    assert reverse("desk:edit_class", args=[run.pk]) in page
    for name in ("cancel_class", "import", "add_seat"):
        assert reverse(f"desk:{name}", args=[run.pk]) not in page


def test_a_teacher_opens_a_class_of_the_own_course_and_of_no_other(
    client, teacher_a, other_teacher_a, course_a, course_b
):
    client.force_login(teacher_a)
    page = client.get(reverse("desk:new_class")).content.decode()
    assert "甲校揉面" in page
    assert "乙校手机" not in page
    url = reverse("desk:new_class")
    assert client.get(f"{url}?course={course_a.pk}").status_code == 200
    assert client.get(f"{url}?course={course_b.pk}").status_code == 404
    # A colleague who teaches nothing of the school opens nothing.
    client.force_login(other_teacher_a)
    assert client.get(url).status_code == 403


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_and_class_cost_the_same_however_long_they_are(client, clerk_a, course_a):
    run = make_class(course_a, capacity=2, sessions=2)
    for one in people(3, "a"):
        join_queue(learner=one, run=run)
    client.force_login(clerk_a)
    urls = (reverse("desk:classes"), reverse("desk:class", args=[run.pk]))
    few = [queries(client, url) for url in urls]
    for week in range(6):
        make_class(
            course_a, first=FIRST + week * WEEK, start_time=time(9), end_time=time(10)
        )
    CourseRun.objects.filter(pk=run.pk).update(capacity=6)
    for one in people(12, "b"):
        join_queue(learner=one, run=run)
    assert [queries(client, url) for url in urls] == few
    assert few[0] <= 12, few
    assert few[1] <= 18, few


def test_the_class_shows_people_with_state_source_and_number_and_the_queue_in_order(
    client, clerk_a, course_a
):
    run = make_class(course_a, capacity=1)
    first, second, third = people(3)
    seat = enrol_learner(learner=first, run=run)
    for one in (third, second):
        join_queue(learner=one, run=run)
    client.force_login(clerk_a)
    response = client.get(reverse("desk:class", args=[run.pk]))
    page = response.content.decode()
    queue = [one.learner_id for one in response.context["queue"]]
    assert queue == [third.pk, second.pk]
    for words in ("已录取", "本人", f"{seat.pk:06d}", first.masked_phone):
        assert words in page
    assert first.phone not in page
    assert first.phone[3:] not in page


def test_a_seat_is_added_once_and_goes_to_who_waits(client, clerk_a, course_a):
    run = make_class(course_a, capacity=1)
    first, second = people(2)
    enrol_learner(learner=first, run=run)
    waiting = join_queue(learner=second, run=run)
    client.force_login(clerk_a)
    url = reverse("desk:add_seat", args=[run.pk])
    for _twice in range(2):
        assert client.post(url, {"seats": "1"}).status_code == 302
    run.refresh_from_db()
    waiting.refresh_from_db()
    assert (run.capacity, waiting.state) == (2, State.OFFERED)


def test_a_day_is_cancelled_once_and_another_moved(client, clerk_a, course_a):
    run = make_class(course_a, first=FIRST, sessions=3)
    one, two, _three = run.run_sessions.order_by("session__starts_at")
    client.force_login(clerk_a)
    cancel = reverse("desk:cancel_day", args=[run.pk, one.pk])
    move = reverse("desk:move_day", args=[run.pk, two.pk])
    day = FIRST + WEEK + timedelta(days=1)
    form = {"day": str(day), "start_time": "10:00", "end_time": "11:00", "venue": ""}
    for _twice in range(2):
        assert client.post(cancel).status_code == 302
        assert client.post(move, form).status_code == 302
    one.session.refresh_from_db()
    assert one.session.state == SessionState.CANCELLED
    assert session_days(run) == [day, FIRST + 2 * WEEK]
    for action in ("session.cancelled", "session.moved"):
        assert AuditEntry.objects.filter(action=action).count() == 1
    past = client.post(move, form | {"day": "2020-01-01"})
    assert past.status_code == 422
    assert "已经开始或上过" in past.content.decode()


def test_a_day_of_another_class_is_none(client, clerk_a, course_a, course_b):
    run, foreign = make_class(course_a), make_class(course_b)
    day = foreign.run_sessions.first()
    client.force_login(clerk_a)
    url = reverse("desk:cancel_day", args=[run.pk, day.pk])
    assert client.post(url).status_code == 404
    day.session.refresh_from_db()
    assert day.session.state == SessionState.PLANNED
