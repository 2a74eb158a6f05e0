"""How old a column is, and what an inspection counts (LAW-28)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from attendance.models import Session
from courses.models import CoursePage, CourseRun, LessonPage
from health.choices import Verdict
from health.reading import read_health
from home.models import HomePage
from news.models import NewsPage
from news.services.reviews import withdraw
from tests.activities.test_brands import make_brand
from tests.courses.classes import make_class
from tests.factories import (
    make_course,
    make_news,
    make_text_lesson,
)
from tests.health.contents import DAY, cells, published

pytestmark = pytest.mark.django_db


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
    sessions.update(starts_at=over - timedelta(hours=1), ends_at=over)
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
