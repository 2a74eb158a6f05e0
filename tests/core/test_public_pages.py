"""Public pages are kept for visitors alone, and no longer than they are true."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from core.models import SiteSettings
from tests.factories import make_course, make_learner, make_text_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings):
    """As in production: pages are kept for half a minute."""
    settings.PUBLIC_PAGE_SECONDS = 30
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def course(school_a):
    course = make_course(school_a, "dough", title="揉面入门")
    make_text_lesson(course, "第一课")
    return course


def sql_of(client, url, **headers):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url, headers=headers)
    return response, [one["sql"][:90] for one in captured.captured_queries]


def test_the_second_visitor_costs_no_query_and_reads_the_same(course):
    first, cold = sql_of(Client(), course.url)
    second, warm = sql_of(Client(), course.url)
    assert cold
    assert warm == []
    assert second.content == first.content
    assert "揉面入门" in second.content.decode()
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Reader", "Vary"):
        assert second.headers[name] == first.headers[name]


def test_a_proxy_may_keep_it_and_a_browser_asks_each_time(course):
    answer = Client().get(course.url)
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=30"
    assert not answer.cookies
    etag = answer.headers["ETag"]
    unchanged = Client().get(course.url, headers={"if-none-match": etag})
    assert unchanged.status_code == 304
    assert unchanged.content == b""
    assert unchanged.headers["ETag"] == etag
    other = Client().get(course.url, headers={"if-none-match": 'W/"another"'})
    assert other.status_code == 200
    # Made anew, and the same as what the browser has.
    caches["pages"].clear()
    again = Client().get(course.url, headers={"if-none-match": etag})
    assert again.status_code == 304


def test_who_is_signed_in_is_shown_no_kept_page_and_leaves_none(course):
    learner = Client()
    learner.force_login(make_learner("zhang", display_name="张阿姨"))
    own = learner.get(course.url)
    assert own.headers["Cache-Control"] == "private, no-store"
    assert "我的账号" in own.content.decode()
    visitor = Client().get(course.url).content.decode()
    assert "我的账号" not in visitor
    again = learner.get(course.url)
    assert "我的账号" in again.content.decode()
    assert again.headers["Cache-Control"] == "private, no-store"


def test_any_cookie_beyond_language_and_display_asks_the_site_itself(course):
    Client().get(course.url)
    for name in ("sessionid", "csrftoken", "messages", "anything"):
        visitor = Client()
        visitor.cookies[name] = "x"
        _answer, sql = sql_of(visitor, course.url)
        assert sql, name


def test_each_look_of_a_page_is_its_own(course):
    elder, english = Client(), Client()
    elder.cookies["display"] = "xlarge.dark"
    english.cookies["language"] = "en"
    Client().get(course.url)
    assert 'data-size="xlarge"' in elder.get(course.url).content.decode()
    assert '<html lang="en"' in english.get(course.url).content.decode()
    assert 'data-size="standard"' in Client().get(course.url).content.decode()
    assert "/en/" not in Client().get(course.url).headers["Content-Language"]


def test_an_address_with_a_query_is_not_kept(course):
    Client().get("/courses/?q=%E9%9D%A2")
    _answer, sql = sql_of(Client(), "/courses/?q=%E9%9D%A2")
    assert sql


def test_what_is_published_is_seen_at_once(course, django_capture_on_commit_callbacks):
    assert "揉面入门" in Client().get(course.url).content.decode()
    course.title = "揉面进阶"
    with django_capture_on_commit_callbacks(execute=True):
        course.save_revision().publish()
    assert "揉面进阶" in Client().get(course.url).content.decode()


def test_what_is_taken_away_is_gone_at_once(course, django_capture_on_commit_callbacks):
    assert Client().get(course.url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        course.unpublish()
    assert Client().get(course.url).status_code == 404


def test_a_page_that_is_closed_is_closed_at_once(
    course, django_capture_on_commit_callbacks
):
    Client().get(course.url)
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(
            page=course.page_ptr, restriction_type=PageViewRestriction.LOGIN
        )
    closed = Client().get(course.url)
    assert closed.status_code == 302
    assert "s-maxage" not in closed.headers.get("Cache-Control", "")


def test_the_settings_of_the_site_are_seen_at_once(
    course, django_capture_on_commit_callbacks
):
    Client().get("/")
    with django_capture_on_commit_callbacks(execute=True):
        SiteSettings(pk=SiteSettings.load().pk, name="柳荫学习网").save()
    assert "柳荫学习网" in Client().get("/").content.decode()


def test_a_change_that_is_rolled_back_makes_nothing_old(
    course, django_capture_on_commit_callbacks
):
    Client().get(course.url)
    with django_capture_on_commit_callbacks(execute=False):
        course.save_revision().publish()
    _answer, sql = sql_of(Client(), course.url)
    assert sql == []


def test_a_lesson_is_kept_by_nobody(course):
    lesson = make_text_lesson(course, "试看", is_preview=True)
    first = Client().get(lesson.url)
    assert first.status_code == 200
    # Two guards: it is never offered, and its cookie would keep it out.
    assert not hasattr(first, "is_public_page")
    assert "s-maxage" not in first.headers.get("Cache-Control", "")
    _answer, sql = sql_of(Client(), lesson.url)
    assert sql


def test_a_strange_host_is_refused_though_the_page_is_kept(course):
    Client().get(course.url)
    assert Client().get(course.url, headers={"host": "evil.example"}).status_code == 400


def test_nothing_is_kept_where_the_setting_says_so(course, settings):
    settings.PUBLIC_PAGE_SECONDS = 0
    answer = Client().get(course.url)
    assert "s-maxage" not in answer.headers.get("Cache-Control", "")
    _answer, sql = sql_of(Client(), course.url)
    assert sql


def test_a_visitor_begins_without_a_token_and_never_from_another_site(course):
    """The page is one for all, so it holds no token; the POST proves itself otherwise."""
    page = Client().get(course.url)
    assert "csrfmiddlewaretoken" not in page.content.decode()
    enrol = f"/learn/enrol/{course.pk}/"
    visitor = Client(enforce_csrf_checks=True)
    elsewhere = visitor.post(enrol, headers={"origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert "sessionid" not in visitor.cookies
    begun = visitor.post(enrol, headers={"origin": "http://testserver"})
    assert begun.status_code == 302
    assert begun.url.startswith("/accounts/signup/")


def test_who_is_signed_in_enrols_with_a_token_alone(course):
    learner = make_learner("li")
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    enrol = f"/learn/enrol/{course.pk}/"
    assert client.post(enrol).status_code == 403
    assert not learner.enrolments.exists()
    client.get(course.url)
    token = client.cookies["csrftoken"].value
    client.post(enrol, {"csrfmiddlewaretoken": token})
    assert learner.enrolments.exists()
