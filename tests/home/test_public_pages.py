"""Public pages: they answer, with one heading, at a bounded and constant cost."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import PageViewRestriction

from core.civil_time import civil_date
from courses.choices import Mode
from courses.models import Category, CourseRun
from home.models import HomePage, StandardPage
from home.services.standard_pages import STANDARD_PAGES, ensure_standard_pages
from learning.services.enrolment import enrol_learner
from news.models import NewsPage
from schools.choices import Role
from schools.models import SchoolPage
from search.templatetags.search_marks import marked
from tests.courses.classes import make_class, make_room
from tests.factories import (
    make_category,
    make_course,
    make_image,
    make_learner,
    make_news,
    make_profile,
    make_school,
    make_staff,
    make_text_lesson,
)

pytestmark = pytest.mark.django_db
# Any public page, uncached (design: numbers to hold); signed in.
MOST, MOST_SIGNED_IN = 8, 10


@pytest.fixture
def street(centre_school: SchoolPage) -> dict[str, Any]:
    """Two schools with two courses of two lessons and two news items each."""
    schools = [make_school(name, title=f"{name}学校", phone="1") for name in ("a", "b")]
    for school in schools:
        grow(school, 2)
    course = schools[0].get_descendants().get(slug="a-0").specific
    return {
        "schools": schools,
        "course": course,
        "news": NewsPage.objects.descendant_of(schools[0]).first(),
    }


def grow(school: SchoolPage, count: int, *, first: int = 0) -> None:
    """More courses, teachers and news; every second one with a picture."""
    for number in range(first, first + count):
        name = f"{school.slug}-{number}"
        picture = make_image(school, name) if number % 2 else None
        teacher = make_profile(school, f"{name}老师")
        category = make_category(f"c{number % 3}", f"分类{number % 3}")
        course = make_course(
            school, name, teacher, title=f"手机{name}", cover=picture, category=category
        )
        hour = 8 + number % 10
        make_class(
            course, start_time=time(hour), end_time=time(hour, 30), capacity=number + 1
        )
        make_text_lesson(course, "手机第一课", is_preview=True)
        make_text_lesson(course, "第二课", slug="l2", part_heading="第二部分")
        make_news(school, f"手机新闻{name}", lead_image=picture, slug=f"n-{name}")


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


def test_the_catalogue_finds_classes_by_their_time(client, street):
    school = street["schools"][0]
    evening = make_course(school, "night", title="夜校课", mode=Mode.OFFLINE)
    make_class(evening, start_time=time(19), end_time=time(20), weekday=3)
    weekend = make_course(school, "weekend", title="周末课", mode=Mode.OFFLINE)
    saturday = civil_date() + timedelta(days=(5 - civil_date().weekday()) % 7 + 7)
    make_class(weekend, first=saturday, start_time=time(9), end_time=time(10))
    night = client.get("/courses/?when=evening").content.decode()
    assert "夜校课" in night
    assert "周末课" not in night
    assert "周末课" in client.get("/courses/?when=weekend").content.decode()
    both = client.get("/courses/?when=evening&mode=online").content.decode()
    assert "夜校课" not in both


def test_sorts_put_first_what_begins_next_or_is_most_learnt(client, street):
    school = street["schools"][1]
    next_one = make_course(school, "next", title="明天开班")
    make_class(next_one, first=civil_date() + timedelta(days=1))
    loved = make_course(school, "loved", title="最多人学的")
    make_class(loved, first=civil_date() - timedelta(days=7))
    for number in range(2):
        learner = make_learner(f"fan-{number}")
        enrol_learner(learner=learner, run=loved.runs.get(is_self_paced=True))
    soon = client.get("/courses/?sort=soon").context["course_page"].object_list
    assert soon[0] == next_one
    most = client.get("/courses/?sort=most").context["course_page"].object_list
    assert most[0] == loved


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


def test_the_catalogue_counts_each_choice_with_the_others_kept(client, street):
    make_course(street["schools"][0], "blend", title="混合课", mode=Mode.BLENDED)
    context = client.get("/courses/?mode=online&school=a").context
    assert context["found_words"] == "3 门"
    assert context["everything_words"] == "5 门"
    by_name = {one.name: one for one in context["filters"]}
    # Two of the others have a class; a course for both is found under both.
    modes = {one.key: one.count for one in by_name["mode"].options}
    assert modes == {"": 3, "online": 3, "offline": 3}
    schools = {one.key: one.count for one in by_name["school"].options}
    assert schools == {"": 5, "centre": 0, "a": 3, "b": 2}
    chosen = by_name["mode"].chosen
    assert chosen.label == "在家看"
    # Dropping the mode keeps the school.
    assert by_name["mode"].options[0].href == "?school=a"


def test_choices_stand_in_their_order_and_on_phone_and_wide_screen(client, street):
    Category.objects.update(order=9)
    for place, slug in enumerate(("c1", "c0")):
        Category.objects.filter(slug=slug).update(order=place)
    page = client.get("/courses/")
    first = page.context["category_filter"].options[1:3]
    assert [one.key for one in first] == ["c1", "c0"]
    by_name = {one.name: one for one in page.context["filters"]}
    # The centre, which is made last here, comes before the schools.
    school, other = street["schools"]
    school.move(other.get_parent(), pos="last-child")
    again = client.get("/courses/").context["filters"]
    for filters, slugs in ((page.context["filters"], "ab"), (again, "ba")):
        (schools,) = [one.options for one in filters if one.name == "school"]
        assert [one.key for one in schools] == ["", "centre", *slugs]
    # In the fold of a phone, and beside the list.
    row = f'<a href="{by_name["mode"].options[1].href}"'
    assert page.content.decode().count(row) == 2


def test_an_unknown_filter_is_ignored_and_many_are_not_indexed(client, street):
    plain = client.get("/courses/?category=no&mode=no&school=no&sort=no&page=no")
    assert plain.context["found_words"] == "4 门"
    assert "noindex" not in plain.content.decode()
    narrow = client.get("/courses/?category=c0&mode=online&school=a")
    assert "noindex" in narrow.content.decode()


def test_a_school_lists_its_own_courses_and_news_alone(client, street):
    school, other = street["schools"]
    for url in (school.url, f"{school.url}courses/", f"{school.url}news/"):
        text = client.get(url).content.decode()
        assert "a-0" in text, url
        assert "手机b-0" not in text, url
        assert other.title not in text, url


def test_the_catalogue_gives_twenty_a_page(client, street):
    grow(street["schools"][0], 18, first=2)
    first = client.get("/courses/")
    assert len(first.context["course_page"].object_list) == 20
    assert "第 1 页，共 2 页" in first.content.decode()
    second = client.get("/courses/?page=2")
    assert len(second.context["course_page"].object_list) == 2


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


def test_the_newest_news_leads_the_first_page_alone(client, street):
    latest = make_news(
        street["schools"][1], "最新的事", event_date=date(2026, 9, 1), slug="newest"
    )
    first = client.get("/news/")
    assert first.context["lead"] == latest
    assert latest not in first.context["rows"]
    assert client.get("/").context["lead_news"] == latest


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
