"""Facts that are past or missing, and who waits too long."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.choices import SessionState
from attendance.models import Session
from core.civil_time import civil_date
from core.models import SiteSettings
from courses.models import CourseRun
from health.reading import read_health
from home.models import StandardPage
from learning.models import Conversation
from learning.services.messages import answer
from schools.models import SchoolPage
from schools.models.review import ReviewState
from tests.factories import (
    make_news,
)
from tests.health.contents import (
    DAY,
    asked,
    contacted,
    over_class,
    published,
    waits_since,
)
from tests.news.reviews import hand_in

pytestmark = pytest.mark.django_db


# --- Facts -------------------------------------------------------------------------------


def facts(user):
    return [one.sentence for one in read_health(user).facts]


def test_a_class_that_is_over_and_still_takes_people_is_named(
    client, clerk_a, school_a, course_a
):
    contacted(school_a)
    run = over_class(course_a, enrol_until=timezone.now() + DAY)
    assert "课 3 天前就上完了，网页上还写着正在报名。" in facts(clerk_a)
    (found,) = read_health(clerk_a).facts
    client.force_login(clerk_a)
    assert client.get(found.href).status_code == 200
    CourseRun.objects.filter(pk=run.pk).update(enrol_until=timezone.now() - DAY)
    assert facts(clerk_a) == ["课 3 天前就上完了，网页上还写着在上课。"]
    CourseRun.objects.filter(pk=run.pk).update(ends_on=civil_date() - 3 * DAY)
    assert facts(clerk_a) == []


def test_a_class_with_a_lesson_to_come_is_not_over(clerk_a, school_a, course_a):
    contacted(school_a)
    run = over_class(course_a)
    last = Session.objects.filter(run_session__run=run).last()
    later = timezone.now() + DAY
    Session.objects.filter(pk=last.pk).update(
        starts_at=later, ends_at=later + timedelta(hours=1)
    )
    assert facts(clerk_a) == []
    Session.objects.filter(pk=last.pk).update(state=SessionState.CANCELLED)
    assert len(facts(clerk_a)) == 1, "a lesson called off is none to come"


def test_a_school_without_telephone_or_address_is_named(clerk_a, school_a):
    assert facts(clerk_a) == ["学校的网页上没有电话、地址。"]
    contacted(school_a)
    assert facts(clerk_a) == []


def test_the_foot_of_the_pages_is_for_the_centre_alone(clerk_a, director, school_a):
    def of_foot(user):
        return [one for one in facts(user) if "网站设置" in one]

    assert of_foot(clerk_a) == []
    (sentence,) = of_foot(director)
    assert "ICP备案号" in sentence
    assert "公安备案号" in sentence
    known = SiteSettings.load()
    known.organiser, known.help_phone = "街道办事处", "000"
    known.icp_no, known.police_no = "某ICP备1号", "某公网安备1号"
    known.save()
    assert of_foot(director) == []


def test_a_page_that_nobody_has_looked_at_for_a_year_is_named(
    clerk_a, clerk_b, director, school_a, centre_school
):
    for school in SchoolPage.objects.all():
        contacted(school)
    published(school_a, 365)
    assert facts(clerk_a) == []
    published(school_a, 367)
    assert facts(clerk_a) == [
        "登出来 367 天，从来没有改过。请看看写的还对不对；都对，就再发布一次。"
    ]
    assert len([one for one in facts(director) if "367 天" in one]) == 1
    assert not any("367 天" in one for one in facts(clerk_b))
    SchoolPage.objects.get(pk=school_a.pk).save_revision().publish()
    assert facts(clerk_a) == []


def test_a_page_of_the_whole_site_is_for_the_centre_alone(clerk_a, director):
    published(StandardPage.objects.get(slug="help"), 500)
    assert not any("500 天" in one for one in facts(clerk_a))
    assert any("500 天" in one for one in facts(director))


# --- Who waits ---------------------------------------------------------------------------


def test_a_review_is_late_after_its_working_days(clerk_a, clerk_b, director, school_a):
    page = make_news(school_a, "等着审", live=False)
    state = hand_in(page, clerk_a)
    assert read_health(director).reviews == []
    ReviewState.objects.filter(pk=state.pk).update(started_at=timezone.now() - 7 * DAY)
    for person in (director, clerk_a):
        (late,) = read_health(person).reviews
        assert (late.page.pk, late.days, late.school_id) == (page.pk, 7, school_a.pk)
    assert read_health(clerk_b).reviews == []


def test_a_question_is_late_by_the_rule_of_the_inbox(
    client, clerk_a, clerk_b, director, course_a
):
    one = asked(course_a)
    waits_since(one, 3 * DAY - timedelta(minutes=1))
    assert not Conversation.objects.get().is_late()
    assert read_health(clerk_a).replies == []
    waits_since(one, 3 * DAY)
    assert Conversation.objects.get().is_late()
    for person in (clerk_a, director):
        (late,) = read_health(person).replies
        assert (late.number, late.days, late.over_limit) == (1, 3, 0)
    assert read_health(clerk_b).replies == []
    waits_since(one, 91 * DAY)
    (late,) = read_health(director).replies
    assert late.over_limit == 1
    assert read_health(director).red_lines[-1].is_crossed
    answer(
        conversation=Conversation.objects.get(),
        by=clerk_a,
        text="多撒一点干面",
        key="k",
    )
    assert read_health(director).replies == []


def test_the_centre_learns_how_many_and_not_who_asked_what(client, director, course_a):
    waits_since(asked(course_a, "李阿姨"), 5 * DAY)
    client.force_login(director)
    page = client.get(reverse("desk:health")).content.decode()
    assert "1 处问题过了时候还没有人回。" in page
    assert "李阿姨" not in page
    assert "面粘手" not in page
