"""A page whose time is up is shown to nobody, before the clock takes it away too."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_news

pytestmark = pytest.mark.django_db


def end(page, minutes):
    """Its time is up after so many minutes; the scheduled command has not run."""
    at = timezone.now() + timedelta(minutes=minutes)
    type(page).objects.filter(pk=page.pk).update(expire_at=at)


@pytest.mark.parametrize(("minutes", "is_shown"), [(-1, False), (5, True)])
def test_a_course_that_is_over_is_nowhere(client, course_a, minutes, is_shown):
    end(course_a, minutes)
    assert (client.get(course_a.url).status_code == 200) is is_shown
    for address in ("/", "/courses/", "/sitemap.xml", course_a.get_parent().url):
        text = client.get(address).content.decode()
        assert (course_a.url in text) is is_shown, address


def test_nobody_joins_a_course_that_is_over(client, course_a, learner):
    end(course_a, -1)
    client.force_login(learner)
    answer = client.post(reverse("learning:enrol", args=(course_a.pk,)))
    assert answer.status_code == 404
    assert not learner.enrolments.exists()


@pytest.mark.parametrize(("minutes", "is_shown"), [(-1, False), (5, True)])
def test_news_that_is_over_is_nowhere(client, school_a, minutes, is_shown):
    story = make_news(school_a, "柳编班开课了")
    end(story, minutes)
    assert (client.get(story.url).status_code == 200) is is_shown
    printed = reverse("news:print_item", args=(story.pk,))
    assert (client.get(printed).status_code == 200) is is_shown
    for address in ("/", "/news/", "/feeds/news.rss", "/sitemap.xml"):
        text = client.get(address).content.decode()
        assert (story.url in text) is is_shown, address
