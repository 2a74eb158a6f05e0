"""Public pages: they answer, with one heading, at a bounded and constant cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import PageViewRestriction

from core.civil_time import civil_date
from home.models import HomePage, StandardPage
from home.services.standard_pages import STANDARD_PAGES, ensure_standard_pages
from learning.services.enrolment import enrol_learner
from schools.choices import Role
from search.templatetags.search_marks import marked
from tests.courses.classes import make_class, make_room
from tests.factories import (
    make_course,
    make_learner,
    make_news,
    make_school,
    make_staff,
)
from tests.home.street import grow

pytestmark = pytest.mark.django_db
# Any public page, uncached (design: numbers to hold); signed in.
MOST, MOST_SIGNED_IN = 8, 10


def pages_of(street: dict[str, Any]) -> list[str]:
    school = street["schools"][0]
    return [
        "/",
        "/courses/",
        "/courses/?category=c1&mode=online",
        "/courses/?q=没有这门课",
        street["course"].url,
        "/schools/",
        school.url,
        f"{school.url}courses/",
        f"{school.url}?week=2026-12-07",
        "/courses/?when=morning&sort=soon",
        "/courses/?sort=most",
        "/timetable/",
        "/news/",
        "/news/?kind=news&school=a",
        f"{school.url}news/",
        street["news"].url,
        *(f"/{text.slug}/" for text in STANDARD_PAGES),
        "/search/",
        "/search/?q=手机",
        "/search/?q=手机&kind=courses",
        "/search/?q=没有的词",
        "/display/",
    ]


def cost(client: Any, url: str) -> list[str]:
    """The queries of a second visit: the first fills the site's caches."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, url
    return [one["sql"][:150] for one in captured.captured_queries]


def test_every_public_page_answers_with_one_heading(client, street):
    for url in pages_of(street):
        response = client.get(url)
        text = response.content.decode()
        assert response.status_code == 200, url
        assert len(re.findall(r"<h1[\s>]", text)) == 1, url
        assert re.search(r"<title>\s*\S", text), url
        assert '<html lang="zh-hans"' in text, url
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), url


def test_a_public_page_costs_at_most_eight_queries_however_many_rows(client, street):
    before = {url: cost(client, url) for url in pages_of(street)}
    for school in street["schools"]:
        grow(school, 2, first=2)
    make_school("c", title="c学校")
    after = {url: cost(client, url) for url in pages_of(street)}
    for url, queries in after.items():
        assert len(queries) <= MOST, (url, queries)
        assert len(queries) == len(before[url]), (url, queries)


def test_a_signed_in_reader_costs_at_most_ten_queries(client, street):
    learner = make_learner("wang")
    run = street["course"].runs.get(is_self_paced=True)
    enrol_learner(learner=learner, run=run)
    client.force_login(learner)
    for url in pages_of(street):
        queries = cost(client, url)
        assert len(queries) <= MOST_SIGNED_IN, (url, queries)


def test_a_course_offers_the_one_thing_to_do_now(client, street):
    course = street["course"]
    enrol = f'action="/learn/enrol/{course.pk}/"'
    visitor = client.get(course.url).content.decode()
    # Once beside the text, once at the bottom of a phone.
    assert visitor.count(enrol) == 2
    assert "报名后能学" in visitor
    assert "第二部分" in visitor
    learner = make_learner("wang")
    enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
    client.force_login(learner)
    own = client.get(course.url).content.decode()
    assert enrol not in own
    assert "开始学第 1 课" in own
    home = client.get("/").content.decode()
    assert course.title in home
    assert "接着上次学" in home


def test_a_class_is_offered_on_home_school_course_and_in_the_catalogue(client, street):
    school, course = street["schools"][0], street["course"]
    tomorrow = civil_date() + timedelta(days=1)
    room = make_room(school, "二楼教室")
    run = make_class(course, first=tomorrow, capacity=3, venue=room)
    enrol = reverse("learning:run", args=[run.pk])
    week = f"?week={tomorrow.isoformat()}"
    for url in ("/", course.url, school.url):
        text = client.get(url).content.decode()
        assert "还剩 3 个名额" in text, url
        assert enrol in text, url
    assert "二楼教室" in client.get(f"{school.url}{week}").content.decode()
    assert "二楼教室" in client.get(f"/timetable/{week}").content.decode()
    assert "在家看 + 周" in client.get("/courses/").content.decode()
    paper = client.get(reverse("courses:print_week", args=[school.pk]) + week)
    assert "二楼教室" in paper.content.decode()
    leaflet = client.get(reverse("courses:print_course", args=[course.pk]))
    assert "还剩 3 个名额" in leaflet.content.decode()


def test_staff_find_the_way_to_the_editor_and_others_do_not(
    client, street, without_second_factor
):
    cache.clear()
    school, course = street["schools"][0], street["course"]
    clerk = make_staff("clerk", school, Role.CLERK)
    edit = reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert edit not in client.get(course.url).content.decode()
    client.force_login(make_learner("wang"))
    assert edit not in client.get(course.url).content.decode()
    client.force_login(clerk)
    may = course.permissions_for_user(clerk).can_edit()
    assert (edit in client.get(course.url).content.decode()) is may
    client.force_login(make_staff("principal", school, Role.PRINCIPAL))
    assert edit in client.get(course.url).content.decode()


def test_a_draft_is_found_by_no_address_and_no_list(client, street):
    school = street["schools"][0]
    draft = make_course(school, "secret", live=False, title="草稿手机课")
    make_news(school, "草稿手机新闻", live=False, slug="draft")
    assert client.get(draft.url).status_code == 404
    assert client.get("/no/such/page/").status_code == 404
    for url in pages_of(street):
        assert "草稿手机" not in client.get(url).content.decode(), url


def test_a_private_part_is_found_by_no_address_and_no_list(client, street):
    school = street["schools"][1]
    before = client.get("/").content.decode()
    assert school.title in before
    PageViewRestriction.objects.create(page=school, restriction_type="login")
    assert client.get(school.url).status_code == 302
    inside = school.get_descendants().get(slug="b-0")
    assert client.get(inside.url).status_code == 302
    for url in pages_of(street):
        text = client.get(url).content.decode()
        assert school.title not in text, url
        assert "手机b-0" not in text, url


def test_a_school_lists_its_own_courses_and_news_alone(client, street):
    school, other = street["schools"]
    for url in (school.url, f"{school.url}courses/", f"{school.url}news/"):
        text = client.get(url).content.decode()
        assert "a-0" in text, url
        assert "手机b-0" not in text, url
        assert other.title not in text, url


def test_search_groups_its_hits_and_shows_nothing_of_a_lesson(client, street):
    text = client.get("/search/?q=手机").content.decode()
    assert "课程里的一课" in text
    assert "里的一课" in text
    assert "<mark>手机</mark>" in text
    assert "一手压住面" not in text
    nothing = client.get("/search/?q=没有的词").content.decode()
    assert "/courses/?category=c0" in nothing


def test_what_was_asked_for_is_written_back_escaped(client, street):
    nasty = '"><script>x</script>'
    for url in ("/search/", "/courses/"):
        text = client.get(url, {"q": nasty}).content.decode()
        assert "<script>x" not in text
        assert escape(nasty) in text
    assert marked({"query": "手机 <b"}, "<b>手机</b>") == (
        "&lt;<mark>b</mark>&gt;<mark>手机</mark>&lt;/<mark>b</mark>&gt;"
    )


def test_standard_pages_are_made_once_and_belong_to_the_editor(client):
    home = HomePage.objects.get()
    made = StandardPage.objects.child_of(home)
    assert {page.slug for page in made} == {text.slug for text in STANDARD_PAGES}
    help_page = made.get(slug="help")
    help_page.title = "怎么用"
    help_page.save_revision().publish()
    privacy = made.get(slug="privacy")
    privacy.unpublish()
    assert ensure_standard_pages(home) == []
    assert client.get("/help/").context["page"].title == "怎么用"
    assert client.get("/privacy/").status_code == 404


def test_an_empty_site_says_so_and_draws_no_dead_ways(client):
    for url in ("/", "/courses/", "/news/", "/schools/"):
        assert client.get(url).status_code == 200, url
    assert "课程正在准备" in client.get("/courses/").content.decode()


def test_refusals_are_pages_of_the_site_in_words(client, street):
    stale = Client(enforce_csrf_checks=True).post("/display/", {"size": "large"})
    assert stale.status_code == 403
    lesson = street["course"].get_children().first()
    client.force_login(make_learner("wang"))
    refused = client.get(f"/learn/lessons/{lesson.pk}/done/")
    assert 400 <= refused.status_code < 500
    for response in (stale, refused):
        text = response.content.decode()
        assert len(re.findall(r"<h1[\s>]", text)) == 1
        assert '<header class="top">' in text
