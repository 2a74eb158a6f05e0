"""Search for Chinese: what is found, what never is, and what breaks nothing."""

import pytest
from wagtail.models import Page

from courses.models import CoursePage
from search.plan import SoundsLike
from search.sounds import split_syllables
from tests.factories import make_course, make_text_lesson


@pytest.fixture
def courses(school_a):
    return [
        make_course(school_a, "paper", title="社区剪纸艺术入门课程"),
        make_course(school_a, "taichi", title="太极拳慢练"),
        make_course(school_a, "phone", title="手机 APP 怎么装"),
    ]


def found(query, pages=None):
    hits = (pages or Page.objects.live()).search(query, operator="and")
    return {hit.title for hit in hits}


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.parametrize(
    "query", ["剪纸", "纸", "入门", "剪紙", "剪纸 入门", "社区剪纸艺术入门课程"]
)
def test_words_characters_and_traditional_forms_find_the_course(courses, query):
    assert found(query) == {"社区剪纸艺术入门课程"}
    assert found(query, CoursePage.objects.live()) == {"社区剪纸艺术入门课程"}


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.parametrize("query", ["taijiquan", "tai ji quan", "tjq", "太级拳"])
def test_sounds_find_the_course(courses, query):
    assert found(SoundsLike(query, operator="and")) == {"太极拳慢练"}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["app", "APP", "ＡＰＰ"])
def test_latin_letters_in_any_width_and_case_find_it(courses, query):
    assert found(query) == {"手机 APP 怎么装"}


@pytest.mark.django_db
def test_a_draft_is_never_found(courses, client):
    courses[0].unpublish()
    assert found("剪纸") == set()
    assert not client.get("/search/", {"q": "剪纸"}).context["total"]


@pytest.mark.django_db
def test_a_lesson_is_found_by_its_title_and_not_by_its_text(courses, client):
    make_text_lesson(courses[0], "揉面的讲究")
    assert "揉面的讲究" in found("讲究")
    assert found("往前推") == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ['"', "'", "((", "* OR *", "\\", "!!!", "'; DROP", "。。", "a" * 5000]
)
def test_hostile_input_gets_an_answer(courses, client, query):
    assert client.get("/search/", {"q": query}).status_code == 200


@pytest.mark.django_db
def test_nothing_found_offers_the_categories(courses, client):
    text = client.get("/search/", {"q": "潜水艇"}).content.decode()
    assert "实用技术" in text or "category=" in text


def test_text_becomes_pairs_and_a_query_asks_for_them_side_by_side():
    assert index_text("剪纸课") == "剪纸 纸课 课"
    assert [atom.tokens for atom in query_atoms("剪纸")] == [("剪纸",)]
    assert pinyin_atoms("jz")[0].tokens == ("ιj", "ιz")
    assert split_syllables("jianzhi") == ["jian", "zhi"]
    assert split_syllables("jz") is None
