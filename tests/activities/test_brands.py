"""Brands (一社一品): what a school is known for."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from activities.choices import BrandStage
from activities.models import BrandIndexPage, BrandPage
from tests.factories import make_course, make_news, section

pytestmark = pytest.mark.django_db


def make_brand(school: Any, title: str, *, live: bool = True, **facts: Any) -> Any:
    facts = {"theme": "一根柳条", "concept": "先护河。", "since": 2021} | facts
    courses = facts.pop("courses", [])
    brand = BrandPage(title=title, live=live, **facts)
    brand.courses = courses
    section(school, BrandIndexPage).add_child(instance=brand)
    revision = brand.save_revision()
    if live:
        revision.publish()
    return BrandPage.objects.get(pk=brand.pk)


def test_a_brand_gathers_its_courses_and_news(client, school_a, course_a):
    brand = make_brand(
        school_a,
        "柳堤手作",
        courses=[course_a],
        stage=BrandStage.DISTRICT,
        outcomes="巡河 610 人次",
        leader="柳成荫",
    )
    make_news(school_a, "一只柳篮", brand=brand)
    make_news(school_a, "别的事")
    make_news(school_a, "草稿", brand=brand, live=False)
    page = client.get(brand.url).content.decode()
    for words in (course_a.title, "一只柳篮", "区级品牌", "巡河 610 人次", "柳成荫"):
        assert words in page
    assert "别的事" not in page
    assert "草稿" not in page


def test_the_story_leads_to_its_brand_and_the_school_shows_it(client, school_a):
    brand = make_brand(school_a, "柳堤手作")
    story = make_news(school_a, "一只柳篮", brand=brand)
    assert brand.url in client.get(story.url).content.decode()
    assert brand.url in client.get(school_a.url).content.decode()
    brand.unpublish()
    assert brand.url not in client.get(story.url).content.decode()
    assert brand.url not in client.get(school_a.url).content.decode()


def test_the_furthest_brand_comes_first_and_the_retired_last(school_a):
    for stage in (BrandStage.RETIRED, BrandStage.STREET, BrandStage.CITY):
        make_brand(school_a, stage.value, stage=stage)
    assert [one.title for one in BrandPage.objects.in_order()] == [
        "city", "street", "retired",
    ]  # fmt: skip


def test_the_list_of_a_school_holds_its_own_and_that_of_the_street_all(
    client, school_a, school_b
):
    make_brand(school_a, "甲的品牌")
    make_brand(school_b, "乙的品牌")
    own = client.get(f"{school_a.url}brands/").content.decode()
    assert "甲的品牌" in own
    assert "乙的品牌" not in own
    street = client.get("/brands/").content.decode()
    assert "甲的品牌" in street
    assert "乙的品牌" in street


def test_a_list_of_ten_costs_as_many_queries_as_a_list_of_one(
    client, school_a, django_assert_max_num_queries
):
    make_brand(school_a, "一")
    client.get("/brands/")
    for number in range(4):
        make_brand(school_a, str(number))
    with django_assert_max_num_queries(8):
        client.get("/brands/")


def test_a_brand_page_costs_no_more_for_more_courses_and_news(
    client, school_a, course_a, django_assert_max_num_queries
):
    more = [make_course(school_a, f"c{number}") for number in range(4)]
    brand = make_brand(school_a, "柳堤手作", courses=[course_a, *more])
    for number in range(5):
        make_news(school_a, f"第 {number} 件", brand=brand)
    client.get(brand.url)
    with django_assert_max_num_queries(8):
        client.get(brand.url)


def test_stage_and_year_are_known_to_the_database(school_a):
    brand = make_brand(school_a, "柳堤手作")
    for wrong in ({"stage": "famous"}, {"since": 12}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BrandPage.objects.filter(pk=brand.pk).update(**wrong)


def test_a_clerk_writes_the_brand_of_the_own_school_and_no_other(
    client, school_a, school_b, clerk_a, teacher_a
):
    own, other = make_brand(school_a, "甲"), make_brand(school_b, "乙")
    client.force_login(clerk_a)
    assert client.get(f"/admin/pages/{own.pk}/edit/").status_code == 200
    assert client.get(f"/admin/pages/{other.pk}/edit/").status_code in (302, 403, 404)
    client.force_login(teacher_a)
    assert client.get(f"/admin/pages/{own.pk}/edit/").status_code in (302, 403, 404)
