"""`/desk/health/`: what wants doing, for whom, in a fixed number of queries."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.choices import SessionState
from attendance.models import Session
from core.civil_time import civil_date
from core.models import SiteSettings
from courses.models import CoursePage, CourseRun, LessonPage
from health.choices import Verdict
from health.models import LinkCheck, LinkFinding
from health.reading import read_health
from home.models import HomePage, StandardPage
from learning.models import Conversation
from learning.services.enrolment import enrol_learner
from learning.services.messages import answer, ask
from news.models import NewsKind, NewsPage
from news.services.reviews import withdraw
from schools.models import SchoolPage
from schools.models.review import ReviewState
from tests.activities.test_brands import make_brand
from tests.courses.classes import make_class
from tests.factories import (
    make_course,
    make_learner,
    make_news,
    make_school,
    make_text_lesson,
    section,
)
from tests.news.reviews import hand_in

pytestmark = pytest.mark.django_db
PAGE = "desk:health"
DAY = timedelta(days=1)


def published(page, days):
    """The page was published last so many days ago."""
    at = timezone.now() - days * DAY
    type(page).objects.filter(pk=page.pk).update(
        first_published_at=at, last_published_at=at
    )
    return page


def cells(user, school):
    """The columns of the school as that person sees them, by their keys."""
    row = next(one for one in read_health(user).rows if one.school.pk == school.pk)
    return {cell.column.key: cell.age for cell in row.cells}


# --- Columns ---------------------------------------------------------------------------


def test_a_column_ages_from_its_last_publication(clerk_a, school_a):
    old = published(make_news(school_a, "旧的"), 40)
    assert cells(clerk_a, school_a)["news"].days_over == 26
    fresh = published(make_news(school_a, "新的"), 2)
    age = cells(clerk_a, school_a)["news"]
    assert (age.verdict, age.days) == (Verdict.FRESH, 2)
    published(fresh, 15)
    assert cells(clerk_a, school_a)["news"].verdict == Verdict.STALE
    published(old, 0)
    assert cells(clerk_a, school_a)["news"].days == 0


def test_what_nobody_may_read_does_not_keep_a_column_fresh(clerk_a, school_a, director):
    assert cells(clerk_a, school_a)["news"].verdict == Verdict.EMPTY
    make_news(school_a, "还没审", live=False)
    gone = make_news(school_a, "撤了")
    withdraw(page=gone, by=director, reason="日期写错了")
    unreviewed = make_news(school_a, "没审过", live=False)
    NewsPage.objects.filter(pk=unreviewed.pk).update(live=True)
    assert cells(clerk_a, school_a)["news"].verdict == Verdict.EMPTY


def test_news_of_one_school_is_none_of_another(clerk_a, school_a, school_b):
    make_news(school_b, "乙校的")
    assert cells(clerk_a, school_a)["news"].verdict == Verdict.EMPTY


def test_a_lesson_that_was_changed_keeps_the_courses_fresh(clerk_a, school_a):
    course = published(make_course(school_a, "a"), 200)
    assert cells(clerk_a, school_a)["courses"].verdict == Verdict.STALE
    lesson = published(make_text_lesson(course), 3)
    assert cells(clerk_a, school_a)["courses"].days == 3
    CoursePage.objects.filter(pk=course.pk).update(live=False)
    assert LessonPage.objects.get(pk=lesson.pk).live
    assert cells(clerk_a, school_a)["courses"].verdict == Verdict.EMPTY


def test_classes_age_from_the_end_of_the_last_lesson(clerk_a, school_a, course_a):
    assert cells(clerk_a, school_a)["classes"].verdict == Verdict.EMPTY
    run = make_class(course_a, sessions=2)
    assert cells(clerk_a, school_a)["classes"].days == 0, "lessons are still to come"
    sessions = Session.objects.filter(run_session__run=run)
    over = timezone.now() - 190 * DAY
    sessions.update(starts_at=over, ends_at=over + timedelta(hours=1))
    assert cells(clerk_a, school_a)["classes"].days_over == 7
    CourseRun.objects.filter(pk=run.pk).update(cancelled_at=timezone.now())
    assert cells(clerk_a, school_a)["classes"].verdict == Verdict.EMPTY


def test_brands_are_a_column_too(clerk_a, school_a):
    published(make_brand(school_a, "柳篮"), 170)
    age = cells(clerk_a, school_a)["brands"]
    assert (age.verdict, age.days_left) == (Verdict.SOON, 13)


def test_a_column_that_cannot_say_since_when_is_stale(clerk_a, school_a):
    page = make_course(school_a, "a")
    CoursePage.objects.filter(pk=page.pk).update(
        first_published_at=None, last_published_at=None
    )
    age = cells(clerk_a, school_a)["courses"]
    assert (age.verdict, age.days) == (Verdict.STALE, None)


def test_what_to_do_about_a_column_leads_where_it_can_be_done(
    client, clerk_a, school_a, editor
):
    for person in (clerk_a, editor):
        client.force_login(person)
        for row in read_health(person).rows:
            for cell in row.cells:
                assert client.get(cell.todo_href).status_code == 200, cell.todo_href


# --- What an inspection counts -----------------------------------------------------------


def test_the_home_page_is_as_old_as_the_newest_that_it_shows(director, school_a):
    published(HomePage.objects.get(), 30)
    assert read_health(director).home.verdict == Verdict.STALE
    published(make_news(school_a, "新的"), 12)
    home = read_health(director).home
    assert (home.verdict, home.days_left) == (Verdict.SOON, 2)


def test_the_red_lines_count_as_an_inspector_would(director, centre_school, school_a):
    before = [one.number for one in read_health(director).red_lines]
    assert before == [1, 0, 0, 10, 0], "an empty site of two schools, of five columns"
    published(make_news(school_a, "旧的"), 15)
    published(make_course(school_a, "old"), 184)
    published(HomePage.objects.get(), 1)
    lines = read_health(director).red_lines
    assert [one.number for one in lines] == [0, 1, 1, 8, 0]
    assert [one.is_crossed for one in lines] == [False, False, False, True, False]


# --- Facts -------------------------------------------------------------------------------


def facts(user):
    return [one.sentence for one in read_health(user).facts]


def over_class(course, **facts):
    """A class whose lessons ended yesterday."""
    run = make_class(course, sessions=2)
    ended = timezone.now() - 3 * DAY
    Session.objects.filter(run_session__run=run).update(
        starts_at=ended, ends_at=ended + timedelta(hours=1)
    )
    CourseRun.objects.filter(pk=run.pk).update(
        **{"starts_on": civil_date() - 9 * DAY, "ends_on": None, **facts}
    )
    return run


def contacted(school):
    SchoolPage.objects.filter(pk=school.pk).update(phone="000", address="望塔街 1 号")


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


def asked(course, name="asker"):
    lesson = LessonPage.objects.child_of(course).first() or make_text_lesson(course)
    run = course.runs.get(is_self_paced=True)
    enrolment = enrol_learner(learner=make_learner(name), run=run)
    ask(enrolment=enrolment, lesson=lesson, text="面粘手怎么办？", key=name)
    return Conversation.objects.get(enrolment=enrolment)


def waits_since(conversation, delta):
    Conversation.objects.filter(pk=conversation.pk).update(
        waiting_since=timezone.now() - delta
    )


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
    page = client.get(reverse(PAGE)).content.decode()
    assert "1 处问题过了时候还没有人回。" in page
    assert "李阿姨" not in page
    assert "面粘手" not in page


# --- The page ----------------------------------------------------------------------------


def make_much(school, count, prefix):
    """So many of everything that the page can say."""
    for number in range(count):
        course = make_course(school, f"{prefix}{number}")
        over_class(course)
        waits_since(asked(course, f"{prefix}{number}"), 5 * DAY)
        published(make_news(school, f"{prefix}{number}"), 20)
        story = make_news(school, f"{prefix}{number} 等", live=False)
        state = hand_in(story, None)
        ReviewState.objects.filter(pk=state.pk).update(
            started_at=timezone.now() - 9 * DAY
        )
        LinkFinding.objects.create(
            page=course, school=school, target=f"/{number}/", problem="no_address",
            checked_at=timezone.now(),
        )  # fmt: skip
    published(school, 900)


@pytest.mark.parametrize("who", ["director", "clerk_a"])
def test_the_page_costs_the_same_whatever_there_is(client, who, request, school_a):
    client.force_login(request.getfixturevalue(who))

    def costs():
        """Of a second visit: the first fills what the site keeps for a minute."""
        client.get(reverse(PAGE))
        with CaptureQueriesContext(connection) as captured:
            return client.get(reverse(PAGE)), captured

    make_much(school_a, 1, "a")
    _response, few = costs()
    make_much(school_a, 3, "b")
    for number in range(4):
        make_much(make_school(f"more-{number}"), 2, f"m{number}-")
    response, many = costs()
    assert response.context["health"].number > 10
    assert len(many) == len(few) <= 28, [one["sql"][:160] for one in many]


def test_the_page_says_what_there_is_and_the_way_to_each(client, director, school_a):
    make_much(school_a, 1, "a")
    client.force_login(director)
    response = client.get(reverse(PAGE))
    page = response.content.decode()
    for words in (
        "20 天前更新", "超了 6 天", "还没有内容", "课 3 天前就上完了", "网站里没有这个网址",
        "等了 9 天", "处问题过了时候还没有人回", "满 5 个就不合格，已经到了",
    ):  # fmt: skip
        assert words in page, words
    assert f"有 {response.context['health'].number} 件要处理。" in page


def test_only_what_wants_doing_can_be_asked_for(client, director, school_a, school_b):
    for school in (school_a, school_b):
        contacted(school)
        make_news(school, "新的")
        make_news(school, "通知", kind=NewsKind.NOTICE)
        make_brand(school, "柳篮")
        make_class(make_course(school, f"{school.slug}-course"))
    published(NewsPage.objects.news().descendant_of(school_a).get(), 15)
    client.force_login(director)
    shown = client.get(reverse(PAGE)).context["rows"]
    assert {row.school.pk for row in shown} >= {school_a.pk, school_b.pk}
    due = client.get(reverse(PAGE), {"show": "due"}).context["rows"]
    assert school_a.pk in {row.school.pk for row in due}
    assert school_b.pk not in {row.school.pk for row in due}


def test_where_all_is_well_the_page_says_so(client, clerk_a, school_a):
    contacted(school_a)
    make_news(school_a, "新的")
    make_news(school_a, "通知", kind=NewsKind.NOTICE)
    make_brand(school_a, "柳篮")
    make_class(make_course(school_a, "course"))
    LinkCheck.objects.create(finished_at=timezone.now(), pages=9, links=9)
    client.force_login(clerk_a)
    response = client.get(reverse(PAGE), {"show": "due"})
    assert response.context["health"].number == 0
    assert "都正常，没有要处理的。" in response.content.decode()
    assert "栏目都没有过期。" in response.content.decode()


def test_a_school_sees_its_own_part_and_no_figures_of_the_site(
    client, clerk_a, school_a, school_b
):
    make_much(school_b, 1, "b")
    client.force_login(clerk_a)
    response = client.get(reverse(PAGE))
    assert [row.school.pk for row in response.context["rows"]] == [school_a.pk]
    assert response.context["health"].red_lines == []
    page = response.content.decode()
    assert "b0课程" not in page
    assert "按检查的标准数" not in page


def test_the_page_says_when_nobody_looks_at_the_links(client, clerk_a):
    client.force_login(clerk_a)
    assert "还没有查过。" in client.get(reverse(PAGE)).content.decode()
    call_command("check_links", verbosity=0)
    page = client.get(reverse(PAGE)).content.decode()
    assert "查过一遍。" in page
    assert "有两天没有查了" not in page
    LinkCheck.objects.update(finished_at=timezone.now() - 3 * DAY)
    assert "有两天没有查了" in client.get(reverse(PAGE)).content.decode()


def test_the_desk_of_the_centre_says_how_many(client, director, clerk_a, school_a):
    client.force_login(director)
    number = read_health(director).number
    page = client.get(reverse("desk:home")).content.decode()
    assert f"网站体检有 {number} 件要处理" in page
    assert reverse(PAGE) in page
    client.force_login(clerk_a)
    page = client.get(reverse("desk:home")).content.decode()
    assert "件要处理" not in page
    assert reverse(PAGE) in page


def test_who_sees_no_page_is_shown_no_way_to_it(client, teacher_a):
    client.force_login(teacher_a)
    assert reverse(PAGE) not in client.get(reverse("desk:home")).content.decode()
    assert client.get(reverse(PAGE)).status_code == 403


def test_a_section_that_is_missing_breaks_nothing(client, director, school_a):
    from news.models import NewsIndexPage

    section(school_a, NewsIndexPage).delete()
    client.force_login(director)
    assert client.get(reverse(PAGE)).status_code == 200
