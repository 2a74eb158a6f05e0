"""`/desk/runs/`: opening, changing and cancelling classes."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.models import Holiday
from core.civil_time import SHANGHAI, civil_date
from core.display import LANGUAGE_COOKIE
from core.models import AuditEntry
from courses.choices import Allocation, RunState
from courses.models import CourseRun
from learning.choices import State
from learning.run_desk_forms import ClassForm
from learning.services.enrolment import enrol_learner
from learning.services.runs import session_days
from schools.choices import Role
from schools.models import Membership, StaffProfile
from tests.courses.classes import FIRST, WEEK, make_class, make_room
from tests.factories import make_course
from tests.learning.classes import people

pytestmark = pytest.mark.django_db


def filled(**facts):
    """The form of a weekly class that a clerk would send."""
    opens = datetime.combine(civil_date() + timedelta(days=2), time(9))
    form = {
        "key": "one", "term": "2026 秋", "weekday": "3", "starts_on": str(FIRST),
        "count": "4", "days": "", "start_time": "14:00", "end_time": "15:20",
        "venue": "", "teacher": "", "capacity": "20", "min_seats": "8",
        "allocation": "first_come", "enrol_from": opens.strftime("%Y-%m-%dT%H:%M"),
        "enrol_until": "", "returning_from": "", "residents_from": "", "age_min": "",
        "age_max": "", "offer_hours": "48", "note": "请自带围裙",
    }  # fmt: skip
    return form | facts


def new_url(course):
    return f"{reverse('desk:new_class')}?course={course.pk}"


def classes_of(course):
    return CourseRun.objects.dated().filter(course=course)


def test_a_class_is_made_once_with_its_sessions_and_without_holidays(
    client, clerk_a, course_a
):
    Holiday.objects.create(date=FIRST + WEEK, name="放假")
    client.force_login(clerk_a)
    for _twice in range(2):
        assert client.post(new_url(course_a), filled()).status_code == 302
    run = classes_of(course_a).get()
    assert session_days(run) == [FIRST, *(FIRST + n * WEEK for n in (2, 3, 4))]
    assert (run.school_id, run.capacity, run.min_seats) == (
        course_a.school.pk, 20, 8,
    )  # fmt: skip
    assert run.state() is RunState.SOON
    assert AuditEntry.objects.filter(action="run.created").count() == 1
    again = client.post(new_url(course_a), filled(note="别的"))
    assert again.status_code == 422
    assert "已经存过" in again.content.decode()


def test_single_days_make_a_class_without_a_weekday(client, clerk_a, course_a):
    client.force_login(clerk_a)
    text = f"{FIRST + timedelta(days=3)}\n{FIRST}"
    form = filled(weekday="", starts_on="", count="", days=text)
    assert client.post(new_url(course_a), form).status_code == 302
    run = classes_of(course_a).get()
    assert session_days(run) == [FIRST, FIRST + timedelta(days=3)]
    edit = reverse("desk:edit_class", args=[run.pk])
    assert str(FIRST) in client.get(edit).content.decode()
    assert client.post(edit, form).status_code == 302
    assert session_days(run) == [FIRST, FIRST + timedelta(days=3)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weekday": "", "days": ""}, "请选每周几上课"),
        ({"days": "下周三", "weekday": ""}, "看不懂"),
        ({"days": str(FIRST)}, "不用写单独的几天"),
        ({"count": ""}, "请填一共上几次"),
        ({"starts_on": "明天"}, "请写成「年-月-日」"),
        ({"starts_on": ""}, "请填从哪天开始"),
        ({"starts_on": "9999-12-31"}, "年份不对"),
        ({"enrol_from": "0001-01-01T00:00"}, "年份不对"),
        ({"days": "9999-12-31", "weekday": ""}, "年份不对"),
        ({"venue": "9" * 30}, "请选一个「在哪间教室」"),
        ({"note": "请自带围裙" + "啊" * 300}, "200"),
        ({"end_time": "13:00"}, "下课要在上课以后"),
        ({"start_time": "两点"}, "请写成「时:分」"),
        ({"capacity": "很多"}, "请填一个数字"),
        ({"capacity": "0"}, "请填 1 到 2000 之间的数字"),
        ({"min_seats": "30"}, "最少的人数不能比名额多"),
        ({"allocation": "draw"}, "抽签的班，请填报名到什么时候"),
        ({"enrol_until": "2020-01-01T09:00"}, "报名截止要在报名开始以后"),
        ({"residents_from": "2099-01-01T09:00"}, "不能比大家开始报名还晚"),
        ({"age_min": "60", "age_max": "50"}, "最大的年龄不能比最小的小"),
        ({"enrol_from": ""}, "请填写「什么时候开始报名」"),
        ({"term": ""}, "请填写「哪个学期」"),
        ({"starts_on": "2020-01-01", "count": "2"}, "这样排不出一次课"),
        ({"venue": "999999"}, "请选一个「在哪间教室」"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client, clerk_a, course_a, wrong, words
):
    client.force_login(clerk_a)
    response = client.post(new_url(course_a), filled(**wrong))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "请自带围裙" in page
    assert not classes_of(course_a).exists()


def test_the_seed_of_a_draw_is_promised_with_its_class(client, clerk_a, course_a):
    client.force_login(clerk_a)
    form = filled(allocation="draw", enrol_until=f"{FIRST}T09:00")
    assert client.post(new_url(course_a), form).status_code == 302
    run = classes_of(course_a).get()
    assert run.draw.seed_hash
    page = client.get(reverse("desk:class", args=[run.pk])).content.decode()
    assert reverse("draw", args=[run.draw.pk]) in page
    assert run.draw.seed not in page


def test_a_clash_names_the_other_class_its_day_and_time(client, clerk_a, course_a):
    room = make_room(course_a.school)
    other = make_course(course_a.school, "jiaozi", title="包饺子")
    make_class(other, first=FIRST, sessions=2, venue=room)
    client.force_login(clerk_a)
    response = client.post(new_url(course_a), filled(venue=str(room.pk)))
    page = response.content.decode()
    assert response.status_code == 422
    assert "包饺子" in page
    assert f"{FIRST.day} 日 周三" in page
    assert "下午 2:00 到 3:20" in page
    assert "请自带围裙" in page
    assert not classes_of(course_a).exists()
    # The same key, put right, makes the class.
    right = filled(venue=str(room.pk), start_time="16:00", end_time="17:00")
    assert client.post(new_url(course_a), right).status_code == 302


def test_a_busy_teacher_is_said_beside_the_teacher(client, clerk_a, course_a):
    teacher = StaffProfile.objects.get(school=course_a.school, name="teacher_a")
    make_class(course_a, first=FIRST, sessions=1, teacher=teacher)
    client.force_login(clerk_a)
    response = client.post(new_url(course_a), filled(teacher=str(teacher.pk)))
    assert response.status_code == 422
    assert "甲校揉面" in response.context["form"].errors["teacher"][0]


def test_names_in_a_choice_say_their_language_on_an_english_page(
    client, clerk_a, course_a
):
    make_room(course_a.school)
    client.force_login(clerk_a)
    client.cookies[LANGUAGE_COOKIE] = "en"
    page = client.get(new_url(course_a)).content.decode()
    assert re.search('<option value="[0-9]+" lang="zh-Hans">第 1 教室</option>', page)


def test_rooms_and_courses_of_another_school_are_none(
    client, clerk_a, course_a, course_b
):
    client.force_login(clerk_a)
    assert client.get(new_url(course_b)).status_code == 404
    assert client.post(new_url(course_b), filled()).status_code == 404
    assert client.get(reverse("desk:new_class") + "?course=x").status_code == 404
    foreign = make_room(course_b.school)
    form = filled(venue=str(foreign.pk))
    assert client.post(new_url(course_a), form).status_code == 422
    page = client.get(reverse("desk:new_class")).content.decode()
    assert "甲校揉面" in page
    assert "乙校手机" not in page


def test_a_change_moves_only_what_lies_ahead(client, clerk_a, course_a):
    start = civil_date() - timedelta(days=15)
    run = make_class(course_a, first=start, sessions=4, term="2026 秋")
    before = session_days(run)
    client.force_login(clerk_a)
    form = filled(
        weekday=str(start.isoweekday()), starts_on=str(start), count="5",
        start_time="09:00", end_time="10:00", capacity="10", min_seats="0",
        enrol_from=(timezone.now() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    url = reverse("desk:edit_class", args=[run.pk])
    for _twice in range(2):
        assert client.post(url, form).status_code == 302
    rows = list(run.run_sessions.order_by("session__starts_at"))
    hours = [one.session.starts_at.astimezone(SHANGHAI).hour for one in rows]
    assert session_days(run)[:4] == before
    assert hours == [14, 14, 14, 9, 9]
    assert AuditEntry.objects.filter(action="run.changed").count() == 1


def as_sent(client, run):
    """What a browser sends of the form when nobody changes anything."""
    form = client.get(reverse("desk:edit_class", args=[run.pk])).context["form"]
    said = {}
    for bound in form:
        value = bound.field.widget.format_value(bound.value())
        said[bound.name] = (value[0] if value else "") if type(value) is list else value
    return {name: value for name, value in said.items() if value is not None}


def test_a_form_with_another_note_leaves_days_that_were_moved_or_cancelled(
    client, clerk_a, course_a
):
    run = make_class(course_a, first=FIRST, sessions=4, term="2026 秋")
    one, two, *_more = run.run_sessions.order_by("session__starts_at")
    client.force_login(clerk_a)
    client.post(reverse("desk:cancel_day", args=[run.pk, one.pk]))
    day = FIRST + WEEK + timedelta(days=1)
    form = {"day": str(day), "start_time": "10:00", "end_time": "11:00", "venue": ""}
    client.post(reverse("desk:move_day", args=[run.pk, two.pk]), form)
    before = session_days(run)
    url = reverse("desk:edit_class", args=[run.pk])
    answer = client.post(url, as_sent(client, run) | {"note": "请自带剪刀"})
    assert answer.status_code == 302
    run.refresh_from_db()
    assert run.note == "请自带剪刀"
    assert session_days(run) == before == [day, FIRST + 2 * WEEK, FIRST + 3 * WEEK]
    # Another hour moves all that lies ahead; the cancelled day stays free.
    later = as_sent(client, run) | {"start_time": "16:00", "end_time": "17:00"}
    assert client.post(url, later).status_code == 302
    assert FIRST not in session_days(run)
    assert len(session_days(run)) == 3


def test_of_two_clerks_with_the_same_form_the_second_is_told_and_loses_nothing(
    client, clerk_a, course_a
):
    run = make_class(course_a, first=FIRST, sessions=4, term="2026 秋")
    client.force_login(clerk_a)
    url = reverse("desk:edit_class", args=[run.pk])
    one = as_sent(client, run) | {"note": "请自带剪刀"}
    other = as_sent(client, run) | {"capacity": "12"}
    assert client.post(url, one).status_code == 302
    assert client.post(url, one).status_code == 302, "the same again is no conflict"
    answer = client.post(url, other)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "别的人刚改过这个班" in page
    assert "和现在不一样的是：名额、给学员的话。" in page
    run.refresh_from_db()
    assert (run.capacity, run.note) == (10, "请自带剪刀")
    # Whoever has read that may say it again, from what the page holds now.
    seen = answer.context["form"]["seen"].value()
    again = other | {"seen": seen, "note": "请自带剪刀"}
    assert client.post(url, again).status_code == 302
    run.refresh_from_db()
    assert (run.capacity, run.note) == (12, "请自带剪刀")


def test_seats_of_a_draw_are_set_aside_for_communities_and_stay_once_promised(
    client, clerk_a, course_a, learner
):
    own = course_a.school
    type(own).objects.filter(pk=own.pk).update(community="莲池社区")
    client.force_login(clerk_a)
    form = filled(
        allocation="draw", enrol_from="2026-01-01T09:00", enrol_until=f"{FIRST}T09:00"
    )
    page = client.get(new_url(course_a)).content.decode()
    assert "抽签时给各社区留的名额" in page
    assert "莲池社区" in page
    many = form | {f"quota_{own.pk}": "21"}
    refused = client.post(new_url(course_a), many)
    assert "capacity" in refused.context["form"].errors
    made = client.post(new_url(course_a), form | {f"quota_{own.pk}": "5"})
    assert made.status_code == 302
    run = classes_of(course_a).get()
    assert run.draw_quotas == {str(own.pk): 5}
    url = reverse("desk:edit_class", args=[run.pk])
    assert as_sent(client, run)[f"quota_{own.pk}"] in (5, "5")
    enrol_learner(learner=learner, run=run)
    late = client.post(url, as_sent(client, run) | {f"quota_{own.pk}": "9"})
    assert "allocation" in late.context["form"].errors
    run.refresh_from_db()
    assert run.draw_quotas == {str(own.pk): 5}


def test_fewer_seats_than_people_is_refused_beside_the_seats(client, clerk_a, course_a):
    run = make_class(course_a, first=FIRST)
    for one in people(3):
        enrol_learner(learner=one, run=run)
    client.force_login(clerk_a)
    url = reverse("desk:edit_class", args=[run.pk])
    response = client.post(
        url, filled(capacity="2", min_seats="0", enrol_from="2020-01-01T09:00")
    )
    assert response.status_code == 422
    assert "已经有 3 个名额给了人" in response.context["form"].errors["capacity"][0]
    run.refresh_from_db()
    assert (run.capacity, run.note) == (10, "")


def test_the_rule_of_giving_out_seats_stays_once_somebody_came(
    client, clerk_a, course_a, learner
):
    run = make_class(course_a, first=FIRST)
    enrol_learner(learner=learner, run=run)
    client.force_login(clerk_a)
    form = filled(
        allocation="draw", enrol_from="2020-01-01T09:00", enrol_until=f"{FIRST}T09:00"
    )
    response = client.post(reverse("desk:edit_class", args=[run.pk]), form)
    assert response.status_code == 422
    assert "allocation" in response.context["form"].errors
    run.refresh_from_db()
    assert run.allocation == Allocation.FIRST_COME


def test_enrolment_is_opened_now_and_a_class_cancelled_once(
    client, clerk_a, course_a, learner
):
    later = timezone.now() + timedelta(days=2)
    run = make_class(course_a, enrol_from=later, residents_from=later)
    client.force_login(clerk_a)
    for _twice in range(2):
        client.post(reverse("desk:open_class", args=[run.pk]))
    run.refresh_from_db()
    assert run.state() is RunState.OPEN
    assert run.residents_from is None
    assert AuditEntry.objects.filter(action="run.opened").count() == 1
    enrolment = enrol_learner(learner=learner, run=run)
    url = reverse("desk:cancel_class", args=[run.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(url, {"reason": "报名的人太少"}).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.state == State.REMOVED
    entry = AuditEntry.objects.get(action="run.cancelled")
    assert entry.detail["reason"] == "报名的人太少"
    late = client.post(reverse("desk:edit_class", args=[run.pk]), filled())
    assert late.status_code == 422
    assert "已经定了不开" in late.content.decode()
    assert client.post(reverse("desk:open_class", args=[run.pk])).status_code == 409


def test_every_field_of_a_class_stands_under_a_heading(course_a):
    form = ClassForm(school=course_a.school)
    grouped = [field.name for _title, fields in form.groups for field in fields]
    assert sorted(["key", "seen", *grouped]) == sorted(form.fields)


def test_a_clerk_who_teaches_elsewhere_is_a_teacher_there_and_no_clerk(
    client, clerk_a, teacher_b, course_b
):
    profile = StaffProfile.objects.get(user=teacher_b, school=course_b.school)
    profile.user = clerk_a
    profile.save()
    Membership.objects.create(user=clerk_a, school=course_b.school, role=Role.TEACHER)
    run = make_class(course_b, first=FIRST)
    client.force_login(clerk_a)
    assert client.get(reverse("desk:class", args=[run.pk])).status_code == 200
    assert client.get(reverse("desk:edit_class", args=[run.pk])).status_code == 200
    for name in ("cancel_class", "import"):
        answer = client.get(reverse(f"desk:{name}", args=[run.pk]))
        assert answer.status_code == 403
        assert "社教专干或校长" in answer.content.decode()
