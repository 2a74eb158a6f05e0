"""通知公示: a column of its own, with a last day and somebody to object to."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache

from core.civil_time import civil_date
from news.models import NewsKind, NewsPage, NoticeIndexPage
from news.page_form import StoryForm
from news.prechecks import check_story
from schools.services.provisioning import provision_school
from tests.factories import make_news

pytestmark = pytest.mark.django_db
TODAY = civil_date()
DAY = timedelta(days=1)


def read(client, address):
    cache.clear()
    return client.get(address).content.decode()


@pytest.fixture
def both(school_a):
    """A story and a notice of the same school."""
    return (
        make_news(school_a, "柳篮编好了", slug="basket"),
        make_news(
            school_a,
            "报名通知",
            slug="enrol",
            kind=NewsKind.NOTICE,
            notice_until=TODAY + 3 * DAY,
            contact="办公室",
        ),
    )


def test_each_column_lists_its_own_of_the_site_and_of_the_school(client, both):
    for place in ("/", "/schools/school-a/"):
        news, notices = read(client, f"{place}news/"), read(client, f"{place}notices/")
        assert "柳篮编好了" in news
        assert "报名通知" not in news
        assert "报名通知" in notices
        assert "柳篮编好了" not in notices


def test_home_and_school_show_notices_in_a_place_of_their_own(client, both):
    for place in ("/", "/schools/school-a/"):
        page = read(client, place)
        assert (
            page.index("柳篮编好了") < page.index("通知公示") < page.index("报名通知")
        )
        assert both[1].period_words in page


def test_a_notice_says_until_when_and_to_whom(client, both):
    page = read(client, both[1].url)
    assert "为止" in page
    assert "有意见、有问题，找：办公室" in page
    assert '<a href="/notices/">通知公示</a>' in page


@pytest.mark.parametrize(
    ("kind", "last", "words"),
    [
        (NewsKind.NOTICE, date(2020, 1, 1), "已经结束"),
        (NewsKind.ANNOUNCEMENT, TODAY, "公示到"),
        (NewsKind.NOTICE, TODAY + DAY, "为止"),
        (NewsKind.NOTICE, None, ""),
        (NewsKind.NEWS, TODAY, ""),
    ],
)
def test_the_period_is_said_in_words(kind, last, words):
    said = NewsPage(kind=kind, notice_until=last).period_words
    assert words in said
    assert bool(said) is bool(words)


@pytest.mark.parametrize(
    ("facts", "stops"),
    [
        ({}, True),
        ({"notice_until": TODAY + DAY}, True),
        ({"contact": "办公室"}, True),
        ({"notice_until": TODAY + DAY, "contact": "办公室"}, False),
        ({"notice_until": TODAY - DAY, "contact": "办公室"}, True),
    ],
)
def test_a_public_notice_needs_a_last_day_and_somebody_to_object_to(facts, stops):
    page = NewsPage(
        title="候选人公示", kind=NewsKind.ANNOUNCEMENT, event_date=TODAY, **facts
    )
    assert any(one.stops for one in check_story(page)) is stops


def test_a_column_takes_its_own_kinds_and_an_older_notice_stays_what_it_is(
    school_a, clerk_a
):
    column = NoticeIndexPage.objects.child_of(school_a).get()
    form_class = NewsPage.get_edit_handler().get_form_class()
    assert issubclass(form_class, StoryForm)

    def kinds(page, parent):
        form = form_class(instance=page, parent_page=parent, for_user=clerk_a)
        return [key for key, _words in form.fields["kind"].choices]

    assert kinds(NewsPage(), column) == ["notice", "announcement"]
    news = column.get_parent().get_children().get(slug="news").specific
    assert kinds(NewsPage(), news) == ["news", "feature", "model"]
    older = make_news(school_a, "老通知")
    older.kind = NewsKind.NOTICE
    assert "notice" in kinds(older, news)


def test_every_school_gets_the_column_once(school_a):
    provision_school(school=school_a)
    column = NoticeIndexPage.objects.child_of(school_a).get()
    assert column.get_url().endswith("/schools/school-a/notices/")
    assert (
        column.get_workflow() == school_a.get_children().get(slug="news").get_workflow()
    )


def test_news_is_found_by_school_by_year_and_by_brand(client, school_a, school_b):
    from activities.models import BrandIndexPage, BrandPage

    brand = BrandPage(title="柳编", theme="一根柳条", concept="编", since=2024)
    BrandIndexPage.objects.child_of(school_a).get().add_child(instance=brand)
    make_news(school_a, "今年的篮", event_date=date(2026, 3, 1), brand=brand)
    make_news(school_b, "去年的纸", event_date=date(2025, 3, 1))
    cases = {
        "school=school-b": "去年的纸",
        "year=2026": "今年的篮",
        f"brand={brand.pk}": "今年的篮",
        "year=2025&school=school-b": "去年的纸",
    }
    for query, found in cases.items():
        page = read(client, f"/news/?{query}")
        other = {"去年的纸", "今年的篮"} - {found}
        assert found in page, query
        assert not any(one in page for one in other), query
    for nonsense in ("year=x", "year=1e9", "brand=9999999999999999999999", "brand=-1"):
        assert "今年的篮" in read(client, f"/news/?{nonsense}")
