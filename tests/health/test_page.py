"""`/desk/health/`: what wants doing, for whom, in a fixed number of queries."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from health.models import LinkCheck, LinkFinding
from health.reading import read_health
from news.models import NewsKind, NewsPage
from schools.models.review import ReviewState
from tests.activities.test_brands import make_brand
from tests.courses.classes import make_class
from tests.factories import (
    make_course,
    make_news,
    make_school,
    section,
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
PAGE = "desk:health"


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
