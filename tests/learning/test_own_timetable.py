"""What a learner takes along: timetable, calendar file, slip and handout."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from core.civil_time import civil_date
from courses.services.timetable import cancel_session
from learning.services.enrolment import enrol_learner, leave
from tests.courses.classes import make_class
from tests.factories import make_learner
from tests.learning.classes import place_url

pytestmark = pytest.mark.django_db


def test_another_persons_classes_are_in_none_of_ones_own_timetables(
    client, learner, dated, course_b
):
    theirs = make_class(course_b)
    enrol_learner(learner=make_learner("other"), run=theirs)
    gone = enrol_learner(learner=learner, run=theirs)
    leave(enrolment=gone, by=learner)
    enrol_learner(learner=learner, run=dated)
    client.force_login(learner)
    week = (civil_date() + timedelta(days=7)).isoformat()
    for name in ("timetable", "print_timetable", "calendar"):
        url = reverse(f"learning:{name}")
        # Whoever an address names: the person is the one who signed in.
        asked = {"week": week, "learner": "1", "user": "other", "run": theirs.pk}
        text = client.get(url, asked).content.decode()
        assert "甲校揉面" in text, name
        assert "乙校手机" not in text, name
    assert client.get(place_url(gone, "place_calendar")).status_code == 404


def test_the_calendar_file_names_time_place_and_what_was_cancelled(
    client, learner, dated
):
    row = enrol_learner(learner=learner, run=dated)
    cancel_session(run_session=dated.run_sessions.get(number=2))
    client.force_login(learner)
    response = client.get(place_url(row, "place_calendar"))
    assert response["Content-Type"].startswith("text/calendar")
    events = list(Calendar.from_ical(response.content).walk("VEVENT"))
    assert len(events) == 4
    assert len({str(one["uid"]) for one in events}) == 4
    states = [str(one["status"]) for one in events]
    assert states.count("CANCELLED") == 1
    first = dated.run_sessions.get(number=1).session
    assert events[0]["dtstart"].dt == first.starts_at
    assert "第 1 教室" in events[0]["location"]
    own = client.get(reverse("learning:calendar"))
    assert len(list(Calendar.from_ical(own.content).walk("VEVENT"))) == 4


def test_an_event_is_the_same_by_whatever_address_the_site_was_reached(
    client, learner, dated, settings
):
    settings.WAGTAILADMIN_BASE_URL = "https://xuexi.example.org:8443"
    settings.ALLOWED_HOSTS = ["xuexi.example.org", "www.xuexi.example.org", "10.0.0.7"]
    row = enrol_learner(learner=learner, run=dated)
    client.force_login(learner)
    seen = set()
    for host in settings.ALLOWED_HOSTS:
        for url in (place_url(row, "place_calendar"), reverse("learning:calendar")):
            answer = client.get(url, headers={"host": host})
            events = Calendar.from_ical(answer.content).walk("VEVENT")
            seen.add(tuple(str(one["uid"]) for one in events))
    (uids,) = seen
    session = dated.run_sessions.get(number=1).session
    assert uids[0] == f"session-{session.pk}@xuexi.example.org"
    assert len(set(uids)) == 4


def test_the_own_timetable_holds_ones_own_lessons_alone(
    client, learner, dated, course_b
):
    make_class(course_b)
    enrol_learner(learner=learner, run=dated)
    client.force_login(learner)
    week = (civil_date() + timedelta(days=7)).isoformat()
    text = client.get(reverse("learning:timetable"), {"week": week}).content.decode()
    assert "甲校揉面" in text
    assert "乙校手机" not in text
    paper = client.get(reverse("learning:print_timetable")).content.decode()
    assert paper.count("甲校揉面") == 4
    assert "乙校手机" not in paper


def test_the_slip_says_when_and_where(client, learner, dated):
    row = enrol_learner(learner=learner, run=dated)
    client.force_login(learner)
    text = client.get(place_url(row, "slip")).content.decode()
    assert text.count("第 1 教室") >= 4
    assert f"{row.pk:06d}" in text


def test_a_handout_holds_the_lesson_for_whom_the_gate_lets_in(
    client, learner, course_a, lesson_a, lesson_b
):
    url = reverse("learning:handout", args=[lesson_a.pk])
    client.force_login(learner)
    refused = client.get(url)
    assert refused.status_code == 403
    assert "一手压住面" not in refused.content.decode()
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    text = client.get(url).content.decode()
    assert "一手压住面" in text
    assert "css/print" in text
    # A place on one course opens no lesson of another, and no draft.
    other = client.get(reverse("learning:handout", args=[lesson_b.pk]))
    assert other.status_code == 403
    assert "乙校第一课" not in other.content.decode()
    lesson_a.unpublish()
    assert client.get(url).status_code == 404
