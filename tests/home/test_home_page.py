"""The home page: what it shows first."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from courses.models import CourseRun, RunSession
from tests.courses.classes import make_class
from tests.factories import (
    make_news,
)

pytestmark = pytest.mark.django_db


def test_home_shows_first_the_classes_that_take_people(client, street):
    """Two weeks of lessons: those that are full stand back, the others in their order."""
    CourseRun.objects.dated().update(seats_taken=F("capacity"))
    hours = (13, 10, 12, 11)
    more = [
        make_class(street["course"], start_time=time(one), end_time=time(one, 30))
        for one in hours
    ]
    shown = client.get("/").context["coming"]
    assert len(shown) == 4
    assert {one.title for one in shown} == {street["course"].title}
    assert [one.seats_kind for one in shown] == ["ok"] * 4
    begins = [one.time_words.split(":")[0] for one in shown]
    assert begins == ["上午 10", "上午 11", "中午 12", "下午 1"]
    # None takes anybody any more: the first ones, whoever they are for.
    CourseRun.objects.filter(pk__in=[one.pk for one in more]).delete()
    kinds = [one.seats_kind for one in client.get("/").context["coming"]]
    assert kinds == ["full"] * 4


def test_the_newest_news_leads_the_first_page_alone(client, street):
    latest = make_news(
        street["schools"][1], "最新的事", event_date=date(2026, 9, 1), slug="newest"
    )
    first = client.get("/news/")
    assert first.context["lead"] == latest
    assert latest not in first.context["rows"]
    assert client.get("/").context["lead_news"] == latest


def doors(client: Any) -> Any:
    return client.get("/").context["doors"]


def test_the_door_to_lessons_counts_those_of_the_week_that_is_shown(client, street):
    """All classes meet from next week on; one lesson is brought into this."""
    known = doors(client)
    assert not known.are_this_week
    assert known.lessons == CourseRun.objects.dated().count()
    assert f"下周 {known.lessons} 场" in client.get("/").content.decode()
    lesson = RunSession.objects.first().session
    now = timezone.now()
    lesson.starts_at, lesson.ends_at = now, now + timedelta(minutes=1)
    lesson.save()
    assert tuple(doors(client)) == (1, True)
    assert "本周还有 1 场" in client.get("/").content.decode()


def test_a_story_says_more_where_there_is_more_room(client, street):
    """Its summary and the pictures of the others on the page of news, not on home."""
    make_news(
        street["schools"][0],
        "最新的事",
        event_date=date(2026, 9, 1),
        slug="newest",
        summary="一句话说完",
    )
    home, news = (client.get(url).content.decode() for url in ("/", "/news/"))
    assert ("一句话说完" in home, "一句话说完" in news) == (False, True)
    rows = [page.split('<ul class="news')[1].split("</ul>")[0] for page in (home, news)]
    assert ['class="cover' in one for one in rows] == [False, True]
    assert all("手机新闻" in one for one in rows)


def test_a_new_course_says_how_many_lessons_it_has(client, street):
    known = {one.pk: one for one in client.get("/").context["new_courses"]}
    assert {one.lesson_total for one in known.values()} == {2}
    street["course"].get_children().first().unpublish()
    known = {one.pk: one for one in client.get("/").context["new_courses"]}
    assert known[street["course"].pk].lesson_total == 1
