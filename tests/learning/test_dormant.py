"""«好久没来的学员»: found by what is known, called, and off the list; taken back in time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import AttendanceRecord, Session
from core.civil_time import civil_date
from core.models import AuditEntry
from learning.choices import CallOutcome, State
from learning.dormant import DORMANT, age_words, dormant_enrolments
from learning.due import due_today
from learning.exceptions import TooLateToUndoCallError, UnknownOutcomeError
from learning.models import CallTask, Enrolment
from learning.services.dormant import note_dormant_call, undo_dormant_call
from learning.services.enrolment import enrol_learner
from tests.factories import make_course, make_learner

pytestmark = pytest.mark.django_db
LIST = "desk:dormant"
DAY = timedelta(days=1)


def silent(course, name, *, seen=None, enrolled=60, age=None, **facts):
    """Somebody who enrolled so many days ago and was seen last so many days ago."""
    now = timezone.now()
    year = civil_date(now).year - age if age else None
    person = make_learner(name, birth_year=year, **facts)
    row = enrol_learner(learner=person, run=course.runs.get(is_self_paced=True))
    Enrolment.objects.filter(pk=row.pk).update(
        created_at=now - enrolled * DAY,
        last_seen_at=None if seen is None else now - seen * DAY,
    )
    return Enrolment.objects.get(pk=row.pk)


def names(user):
    return [row.learner.username for row in dormant_enrolments(user)]


# --- Who is on it --------------------------------------------------------------------


def test_older_people_first_and_then_who_is_silent_for_longest(clerk_a, course_a):
    silent(course_a, "young", seen=50, age=30)
    silent(course_a, "unknown", seen=55)
    silent(course_a, "old", seen=22, age=72)
    silent(course_a, "older", seen=40, age=60)
    assert names(clerk_a) == ["older", "old", "unknown", "young"]


def test_twenty_one_days_of_silence_or_fourteen_without_a_beginning(clerk_a, course_a):
    silent(course_a, "seen", seen=20)
    silent(course_a, "gone", seen=22)
    silent(course_a, "new", enrolled=13)
    silent(course_a, "waits", enrolled=15)
    assert sorted(names(clerk_a)) == ["gone", "waits"]


def test_the_days_are_those_of_the_settings(clerk_a, course_a, settings):
    silent(course_a, "seen", seen=20)
    settings.DORMANT_AFTER_DAYS = 10
    assert names(clerk_a) == ["seen"]


def test_who_learns_elsewhere_comes_to_a_class_or_has_finished_is_not_on_it(
    clerk_a, course_a, school_a, school_b, course_b
):
    elsewhere = silent(course_a, "elsewhere", seen=40)
    enrol_learner(learner=elsewhere.learner, run=course_b.runs.get(is_self_paced=True))
    came = silent(course_a, "came", seen=40)
    start = timezone.now() - 3 * DAY
    session = Session.objects.create(
        school=school_b, starts_at=start, ends_at=start + timedelta(hours=1)
    )
    AttendanceRecord.objects.create(
        session=session, attendee=came.learner, state="present", source="teacher",
        by=clerk_a,
    )  # fmt: skip
    done = silent(course_a, "done", seen=40)
    Enrolment.objects.filter(pk=done.pk).update(
        state=State.COMPLETED, completed_at=timezone.now()
    )
    closed = silent(course_a, "closed", seen=40)
    closed.learner.is_active = False
    closed.learner.save()
    silent(course_a, "here", seen=40)
    assert names(clerk_a) == ["here"]
    AttendanceRecord.objects.update(state="absent")
    assert names(clerk_a) == ["came", "here"], "who stayed away has not been seen"


def test_two_courses_are_one_person_at_the_course_they_were_at_last(
    clerk_a, school_a, course_a
):
    first = silent(course_a, "both", seen=50)
    other = make_course(school_a, "second")
    row = enrol_learner(learner=first.learner, run=other.runs.get(is_self_paced=True))
    Enrolment.objects.filter(pk=row.pk).update(
        created_at=first.created_at, last_seen_at=timezone.now() - 30 * DAY
    )
    assert [one.pk for one in dormant_enrolments(clerk_a)] == [row.pk]


def test_each_school_has_its_own_and_a_teacher_none(
    clerk_a, clerk_b, teacher_a, director, course_a
):
    silent(course_a, "gone", seen=40)
    assert names(clerk_b) == names(teacher_a) == []
    assert names(clerk_a) == names(director) == ["gone"]


# --- Calling -------------------------------------------------------------------------


def test_one_tap_writes_the_call_down_once_and_takes_the_person_off(
    client, clerk_a, course_a
):
    row = silent(course_a, "gone", seen=40, age=71, display_name="何奶奶")
    client.force_login(clerk_a)
    page = client.get(reverse(LIST)).content.decode()
    for words in ("何奶奶", "70 多岁", "说好了接着学", "没人接"):
        assert words in page
    assert any("1 个学员好久没来了" in one.words for one in due_today(clerk_a))
    assert not CallTask.objects.exists(), "nothing is stored for looking"
    url = reverse("desk:dormant_person", args=[row.pk])
    for _twice in range(2):
        assert client.post(url, {"outcome": "back"}).status_code == 302
    call = CallTask.objects.get()
    assert (call.template, call.outcome, call.done_by) == (DORMANT, "back", clerk_a)
    assert names(clerk_a) == []
    assert not any("好久没来" in one.words for one in due_today(clerk_a))
    assert not CallTask.objects.to_make().exists()
    assert client.get(reverse("desk:call", args=[call.pk])).status_code == 200


def test_a_trouble_opens_a_note(client, clerk_a, course_a):
    row = silent(course_a, "gone", seen=40)
    client.force_login(clerk_a)
    url = reverse("desk:dormant_person", args=[row.pk])
    page = client.get(f"{url}?outcome=trouble").content.decode()
    assert "好久没见您来学《甲校揉面》了" in page
    assert "checked" in page
    client.post(url, {"outcome": "trouble", "note": "手机坏了"})
    call = CallTask.objects.get()
    assert (call.outcome, call.note) == (CallOutcome.IN_TROUBLE, "手机坏了")


@pytest.mark.parametrize(
    ("outcome", "after"), [("no_answer", True), ("no_more", False)]
)
def test_after_two_weeks_who_may_be_called_again_is_on_it_again(
    clerk_a, course_a, outcome, after
):
    row = silent(course_a, "gone", seen=40)
    note_dormant_call(enrolment=row, by=clerk_a, outcome=outcome)
    soon, later = (timezone.now() + days * DAY for days in (13, 15))
    assert not dormant_enrolments(clerk_a, soon).exists()
    assert dormant_enrolments(clerk_a, later).exists() is after


def test_two_who_called_at_once_have_called_once(clerk_a, principal_a, course_a):
    row = silent(course_a, "gone", seen=40)
    first = note_dormant_call(enrolment=row, by=clerk_a, outcome="back")
    second = note_dormant_call(enrolment=row, by=principal_a, outcome="no_answer")
    assert first == second
    assert AuditEntry.objects.filter(action="call.made").count() == 1
    with pytest.raises(UnknownOutcomeError):
        note_dormant_call(enrolment=row, by=clerk_a, outcome=CallOutcome.TOLD)


def test_it_is_taken_back_within_ten_minutes_by_who_noted_it(
    client, clerk_a, principal_a, course_a
):
    row = silent(course_a, "gone", seen=40)
    call = note_dormant_call(enrolment=row, by=clerk_a, outcome="no_more")
    url = reverse("desk:undo_dormant", args=[call.pk])
    client.force_login(principal_a)
    client.post(url)
    assert CallTask.objects.exists(), "another's note stays"
    client.force_login(clerk_a)
    assert "点错了，收回" in client.get(reverse(LIST)).content.decode()
    for _twice in range(2):
        assert client.post(url).status_code == 302
    assert names(clerk_a) == ["gone"]
    assert AuditEntry.objects.filter(action="call.undone").count() == 1
    late = note_dormant_call(enrolment=row, by=clerk_a, outcome="no_more")
    with pytest.raises(TooLateToUndoCallError):
        undo_dormant_call(
            call=late, by=clerk_a, at=timezone.now() + timedelta(minutes=11)
        )


def test_the_number_is_shown_on_request_and_the_look_is_kept(
    client, clerk_a, clerk_b, course_a
):
    row = silent(course_a, "gone", seen=40, phone="+8613800000009")
    client.force_login(clerk_a)
    page = client.get(reverse(LIST)).content.decode()
    assert "+8613800000009" not in page
    assert row.learner.masked_phone in page
    url = reverse("desk:dormant_number", args=[row.pk])
    assert "+8613800000009" in client.post(url).content.decode()
    assert AuditEntry.objects.get(action="phone.viewed").actor == clerk_a
    client.force_login(clerk_b)
    assert client.post(url).status_code == 404
    assert client.get(reverse("desk:dormant_person", args=[row.pk])).status_code == 404


def test_the_list_costs_the_same_with_one_and_with_twelve(client, clerk_a, course_a):
    silent(course_a, "one", seen=40)
    client.force_login(clerk_a)
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(LIST))
    for number in range(11):
        silent(course_a, f"more{number}", seen=40)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(LIST))
    assert len(few) == len(many) <= 12


def test_an_age_is_a_band_and_never_the_year():
    year = civil_date().year
    assert age_words(year - 79) == "70 多岁"
    assert age_words(None) == ""
