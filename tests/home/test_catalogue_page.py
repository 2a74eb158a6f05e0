"""The catalogue: its filters, its order, its pages."""

from datetime import time, timedelta

import pytest

from core.civil_time import civil_date
from courses.choices import Mode
from courses.models import Category
from learning.services.enrolment import enrol_learner
from tests.courses.classes import make_class
from tests.factories import (
    make_course,
    make_learner,
)
from tests.home.street import grow

pytestmark = pytest.mark.django_db


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


def test_the_catalogue_counts_each_choice_with_the_others_kept(client, street):
    make_course(street["schools"][0], "blend", title="混合课", mode=Mode.BLENDED)
    context = client.get("/courses/?mode=online&school=a").context
    assert context["found_words"] == "3 门"
    assert context["everything_words"] == "5 门"
    by_name = {one.name: one for one in context["filters"]}
    # Two of the others have a class; a course for both is found under both.
    modes = {one.key: one.count_words for one in by_name["mode"].options}
    assert modes == dict.fromkeys(("", "online", "offline"), "3 门")
    schools = {one.key: one.count_words for one in by_name["school"].options}
    assert schools == {"": "5 门", "centre": "0 门", "a": "3 门", "b": "2 门"}
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


def test_the_catalogue_gives_twenty_a_page(client, street):
    grow(street["schools"][0], 18, first=2)
    first = client.get("/courses/")
    assert len(first.context["course_page"].object_list) == 20
    assert "第 1 页，共 2 页" in first.content.decode()
    second = client.get("/courses/?page=2")
    assert len(second.context["course_page"].object_list) == 2
