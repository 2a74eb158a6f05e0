"""The search page: groups, marks, ways on, and what never stands on it."""

import html
import re
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from search.deadline import within
from search.shortcuts import SHORTCUTS
from tests.factories import (
    make_category,
    make_course,
    make_news,
    make_profile,
    make_text_lesson,
    publish_story,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(school_a):
    teacher = make_profile(school_a, "闻人雪")
    return make_course(
        school_a, "paper", teacher, title="剪纸入门", summary="一把剪刀剪窗花"
    )


def look(client, query, **more):
    """The answer and its words, marks as brackets."""
    answer = client.get("/search/", {"q": query, **more})
    page = answer.content.decode()
    main = page.split('<main id="main"')[1].split("</main>")[0]
    main = re.sub(r"<svg.*?</svg>|<template>.*?</template>", "", main, flags=re.S)
    main = main.replace("<mark>", "[").replace("</mark>", "]")
    return answer, " ".join(html.unescape(re.sub("<[^>]+>", " ", main)).split())


def test_hits_stand_in_groups_with_their_counts(client, course, school_a):
    make_text_lesson(course, "剪纸的刀法")
    make_news(school_a, "剪纸进校园")
    answer, words = look(client, "剪纸")
    assert [group.kind.key for group in answer.context["groups"]] == [
        "courses", "lessons", "news",
    ]  # fmt: skip
    assert "“剪纸”找到 3 条" in words
    shown = [page for group in answer.context["groups"] for page in group.pages]
    assert [page.href for page in shown] == [page.url for page in shown]
    assert all(f'href="{page.url}"' in answer.content.decode() for page in shown)
    assert "课程 1 条" in words
    assert "《剪纸入门》里的一课" in words
    assert "[剪纸]入门" in words


def test_teacher_and_school_of_a_course_are_marked(client, course):
    assert "[闻人雪]" in look(client, "闻人雪")[1]
    assert "[甲市民学校]" in look(client, "甲市民学校")[1]


def test_traditional_and_sounding_words_are_marked(client, course):
    assert "[剪纸]入门" in look(client, "剪紙")[1]
    words = look(client, "剪只")[1]
    assert "没有写着“剪只”的" in words
    assert "[剪纸]入门" in words


def test_a_text_shows_the_part_that_was_asked_for(client, school_a):
    item = make_news(school_a, "消息", summary="短短一句")
    body = f"<p>{'前面的话。' * 40}讲到风筝怎么扎。{'后面的话。' * 40}</p>"
    item.body = item._meta.get_field("body").to_python(
        [{"type": "text", "value": body}]
    )
    publish_story(item)
    words = look(client, "风筝")[1]
    assert "讲到[风筝]怎么扎" in words
    assert words.count("前面的话") < 10


def test_a_lesson_shows_nothing_of_its_text(client, course):
    make_text_lesson(course, "剪纸的刀法")
    assert "往前推" not in look(client, "刀法")[1]


def test_one_kind_alone_comes_page_by_page(client, school_a):
    for number in range(22):
        make_news(school_a, f"灯会消息{number}")
    answer, words = look(client, "灯会")
    assert answer.context["groups"][0].has_more
    assert "看全部" in words
    assert "?q=%E7%81%AF%E4%BC%9A&amp;kind=news" in answer.content.decode()
    answer, words = look(client, "灯会", kind="news")
    assert len(answer.context["groups"][0].pages) == 20
    assert "第 1 页，共 2 页" in words
    answer, _words = look(client, "灯会", kind="news", page="2")
    assert len(answer.context["groups"][0].pages) == 2
    # Whatever an address says: the page stands.
    for odd in ("0", "-1", "99", "x", "9" * 30):
        assert look(client, "灯会", kind="news", page=odd)[0].status_code == 200
    assert look(client, "灯会", kind="nonsense")[0].context["chosen"] is None


def test_nothing_found_says_what_was_searched_and_offers_other_ways(
    client, course, site_phone
):
    answer, words = look(client, "潜水艇")
    assert answer.status_code == 200
    assert "没有找到“潜水艇”" in words
    assert f"打电话问：{site_phone}" in words
    assert "按分类找" in words
    assert "category=life" in answer.content.decode()


@pytest.fixture
def site_phone(db):
    from core.models import SiteSettings

    settings = SiteSettings.current()
    settings.help_phone = "000-0000-0199"
    settings.save()
    return settings.help_phone


def test_some_of_the_words_are_offered_as_near(client, course):
    answer, words = look(client, "我想学剪纸")
    assert answer.context["total"] == 0
    assert "也许您要找 [剪纸]入门" in words


def test_a_word_that_looks_like_it_is_suggested(client, school_a):
    make_course(school_a, "dance", title="广场舞领舞员")
    make_course(school_a, "excel", title="用 Excel 记账")
    _answer, words = look(client, "广扬舞")
    assert "您是不是要找 广场舞 ？" in words
    assert look(client, "excle")[0].context["suggestion"] == "excel"
    assert look(client, "完全不相干")[0].context["suggestion"] == ""


ELDER = ["长辈版", "亲情版", "关爱版", "关怀版", "長輩版", "大字", "字太小", "看不清"]


@pytest.mark.parametrize("query", ELDER)
def test_every_name_of_the_elder_view_leads_to_it(client, db, query):
    answer, words = look(client, query)
    assert 'href="/display/"' in answer.content.decode().split("<main")[1]
    assert "长辈版：字大、好点、看得清" in words


@pytest.mark.parametrize(
    ("query", "slug"),
    [("隐私", "privacy"), ("无障碍", "accessibility"), ("帮助", "help")],
)
def test_words_of_a_standard_page_lead_to_it(client, db, query, slug):
    answer, _words = look(client, query)
    assert f'href="/{slug}/"' in answer.content.decode().split("<main")[1]


def test_a_word_within_a_longer_question_is_no_shortcut(client, db):
    assert not look(client, "志愿者帮助独居老人过冬活动")[0].context["shortcuts"]


def test_icons_of_shortcuts_exist():
    from core.icons import icon_names

    assert {one.icon for one in SHORTCUTS} <= set(icon_names())


def hide_as_draft(page):
    page.unpublish()


def hide_as_scheduled(page):
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()


def hide_as_expired(page):
    type(page).objects.filter(pk=page.pk).update(
        expire_at=timezone.now() - timedelta(minutes=1)
    )


def hide_as_private(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def hide_parent(page):
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def delete(page):
    page.delete()


@pytest.mark.parametrize(
    "hide",
    [
        hide_as_draft, hide_as_scheduled, hide_as_expired, hide_as_private, hide_parent,
        delete,
    ],
)  # fmt: skip
def test_what_is_not_for_everybody_is_never_found(client, school_a, hide):
    course = make_course(school_a, "secret", title="秘密花园")
    assert look(client, "秘密花园")[0].context["total"] == 1
    hide(course)
    for query in (
        "秘密花园",
        "密花",
        "mimihuayuan",
        "mmhy",
        "秘蜜花园",
        "秘密 天空",
        "秘密花国",
    ):
        answer, words = look(client, query)
        assert answer.context["total"] == 0, query
        assert not answer.context["near"], query
        assert "秘密花园" not in words.replace("“秘密花园”", ""), query


def test_a_draft_of_a_live_page_is_not_found(client, course):
    course.title = "尚未公布的名字"
    course.save_revision()
    assert look(client, "尚未公布")[0].context["total"] == 0


HOSTILE = [
    '"', "'", "((", "))", "* OR *", "剪纸 AND", "NEAR(a b)", "\\", "!!!", "'; DROP",
    "。。", "\x00", "剪\x00纸", "a:b", "-剪纸", "%", "_", "{title} : x", "剪纸*", "^剪",
    "<script>", "ꜱ", "π", "πjian", "<->", ":*", "|", "&", "!", "\ufeff", "\ud7ff", "🥮",
    "a" * 5000, "剪" * 100, "字 " * 50, "a b " * 25, "𠮷", "e\u0301" * 50, "x'\\'y",
]  # fmt: skip


@pytest.mark.postgres
@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: repr(query[:12]))
def test_hostile_input_gets_an_answer(client, course, query, monkeypatch):
    # On a busy machine the time of a test is not the time of the query.
    monkeypatch.setattr("search.views.within", partial(within, 30))
    assert not look(client, query)[0].context.get("is_resting"), query


@pytest.mark.parametrize(
    "query",
    ["字" * 70_000, '"' * 50_000, "(" * 50_000, "<" * 50_000, "xian" * 50_000],
    ids=lambda query: f"{query[:4]}…",
)
def test_a_huge_query_is_cut_before_anything_reads_it(client, course, query):
    answer = client.get("/search/", {"q": query})
    assert answer.status_code == 200
    assert len(answer.context["query"]) <= 100


def test_what_was_typed_is_shown_and_never_run(client, course):
    page = client.get("/search/", {"q": "<script>alert(1)</script>剪纸"})
    assert "<script>alert" not in page.content.decode()


def test_only_reading(client, db):
    assert client.post("/search/", {"q": "剪纸"}).status_code == 405


@pytest.fixture
def full(school_a):
    """Enough of every kind."""
    category = make_category("craft", "手工")
    for number in range(7):
        teacher = make_profile(school_a, f"老师{number}")
        course = make_course(
            school_a,
            f"c{number}",
            teacher,
            title=f"剪纸第{number}班",
            category=category,
        )
        make_text_lesson(course, f"剪纸第{number}课")
        make_news(school_a, f"剪纸消息{number}")


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("剪纸", 4),
        ("剪纸 甲市民学校", 5),
        ("jianzhi", 5),
        ("剪只消息", 4),
        ("潜水艇", 6),
        ("不着边际的一句话", 7),
        ("长辈版", 2),
        ("隐私", 3),
        ("", 1),
    ],
)
def test_how_often_the_page_asks_the_database(
    client, full, django_assert_max_num_queries, query, most
):
    client.get("/search/", {"q": "剪纸"})
    with django_assert_max_num_queries(most):
        client.get("/search/", {"q": query})


@pytest.mark.postgres
@pytest.mark.parametrize("query", ["剪纸", "剪纸 甲市民学校"])
def test_what_it_asks_does_not_grow_with_the_hits(client, full, query):
    """Twenty of a kind cost what five of each kind do, beside the limit of its time."""
    client.get("/search/", {"q": query})
    for kind in ("", "courses", "lessons", "news"):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get("/search/", {"q": query, "kind": kind})
        texts = [one["sql"] for one in captured]
        asked = [one for one in texts if re.match(r"SELECT (?!set_config)", one)]
        assert answer.context["total"] > 5
        assert 3 <= len(asked) <= 5, asked


def test_signed_in_it_asks_at_most_ten_times(
    client, full, learner, django_assert_max_num_queries
):
    client.force_login(learner)
    client.get("/search/", {"q": "剪纸"})
    with django_assert_max_num_queries(10):
        client.get("/search/", {"q": "剪纸 甲市民学校"})


def test_where_the_search_breaks_the_page_offers_the_categories(
    client, course, monkeypatch, caplog
):
    def broken(*_args, **_kwargs):
        raise ConnectionError("no server")

    monkeypatch.setattr("search.views.find", broken)
    answer, words = look(client, "剪纸")
    assert answer.status_code == 200
    assert "搜索在休息，先按分类找" in words
    assert "category=life" in answer.content.decode()
    assert "The search did not answer." in caplog.text


FOREVER = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n"
    ),
    "postgresql": "SELECT pg_sleep(30)",
}


@pytest.mark.postgres
def test_a_search_that_hangs_ends_and_the_page_stands(client, course, monkeypatch):
    def hang(_query):
        with connection.cursor() as cursor:
            cursor.execute(FOREVER[connection.vendor])

    monkeypatch.setattr("search.views.find", hang)
    began = time.monotonic()
    answer, words = look(client, "剪纸")
    assert answer.status_code == 200
    assert "搜索在休息" in words
    assert time.monotonic() - began < 8


@pytest.mark.postgres
def test_after_a_deadline_the_connection_goes_on(db):
    with pytest.raises(DatabaseError), within(0.05), connection.cursor() as cursor:
        cursor.execute(FOREVER[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
        if connection.vendor == "postgresql":
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)


def test_the_list_of_recent_searches_is_the_browsers(client, course, learner):
    """The server writes down nothing of what is searched for; the page says whose."""
    page = client.get("/search/", {"q": "剪纸"}).content.decode()
    box = re.search(r'<section class="sec recent".*?>', page, re.S)[0]
    assert " hidden" in box
    assert 'data-query="剪纸"' in box
    client.force_login(learner)
    other = client.get("/search/", {"q": "潜水艇"}).content.decode()
    other = re.search(r'<section class="sec recent".*?>', other, re.S)[0]
    # What found nothing is not kept.
    assert "data-query" not in other
    owner = re.compile(r'data-owner="(\w*)"')
    assert owner.search(box)[1] != owner.search(other)[1]
    assert str(learner.pk) != owner.search(other)[1]
