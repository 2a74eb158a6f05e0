"""What a news item says, and what a machine sees in it before people do."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from core.civil_time import civil_date
from news.models import NewsPage
from news.outgoing import problems_before_sending
from news.prechecks import check_story, is_identity_number
from tests.factories import make_image, make_news

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 3)


def photo_of(school, **facts):
    whole = {
        "image": make_image(school, "柳篮").pk,
        "alt": "一只柳篮",
        "day": "2026-11-03",
        "content": "把柳篮送到护河一线",
        "place": "柳堤河堤",
        "people": "学员和志愿者",
        "photographer": "尤青禾",
        "background": "学编篮的人先当一天护河人。",
    }
    return {"type": "photo", "value": whole | facts}


def story_with(school, *blocks, live=True, **facts):
    field = NewsPage._meta.get_field("body")
    values = {"title": "一只柳篮", "event_date": DAY} | facts
    body = field.to_python(list(blocks))
    return make_news(school, values.pop("title"), live=live, body=body, **values)


def sentences(page, **asked):
    return [one.sentence for one in check_story(page, today=DAY, **asked)]


def test_a_photo_says_when_where_who_and_what(client, school_a):
    page = client.get(story_with(school_a, photo_of(school_a)).url).content.decode()
    assert "11 月 3 日 周二，柳堤河堤，学员和志愿者，把柳篮送到护河一线。" in page
    assert "尤青禾 摄" in page
    assert 'alt="一只柳篮"' in page


def test_a_caption_that_lacks_elements_names_them(school_a):
    photo = photo_of(school_a, place="", background=" ")
    assert "第 1 张照片的说明还缺：地点、背景。" in sentences(
        story_with(school_a, photo)
    )
    assert sentences(story_with(school_a, photo_of(school_a))) == []


@pytest.mark.parametrize(
    ("facts", "leaves", "stops"),
    [
        ({}, True, False),
        ({"shows_minors": True}, False, True),
        ({"is_close": True}, False, False),
        ({"shows_minors": True, "has_consent": True}, True, False),
    ],
)
def test_children_and_portraits_need_consent(school_a, facts, leaves, stops):
    page = story_with(school_a, photo_of(school_a, **facts))
    assert (problems_before_sending(page) == []) is leaves
    assert any(one.stops for one in check_story(page, today=DAY)) is stops


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("202611031430000000", False),
    ],
)
def test_an_identity_number_is_known_by_its_check_digit(number, is_one):
    assert is_identity_number(number) is is_one


def test_an_identity_number_stops_a_story_wherever_it_stands(school_a):
    text = {"type": "text", "value": "<p>报名人 110105194912<b>31002X</b>。</p>"}
    found = check_story(story_with(school_a, text), today=DAY)
    assert [(one.sentence, one.stops) for one in found] == [
        ("文里有身份证号，请删掉。", True)
    ]
    longer = {"type": "text", "value": "<p>单号 911010519491231002X7</p>"}
    assert sentences(story_with(school_a, longer)) == []


@pytest.mark.parametrize("number", ["13800138000", "138 0013 8000", "138-0013-8000"])
def test_a_mobile_number_is_pointed_out(school_a, number):
    text = {"type": "text", "value": f"<p>电话 {number}</p>"}
    assert "文里有手机号。如果是个人的，请删掉，写学校的电话。" in sentences(
        story_with(school_a, text)
    )


def test_words_of_the_operator_and_marks_of_secrets_are_pointed_out(school_a):
    text = {"type": "text", "value": "<p>摘自内部资料，社区养老驿站。</p>"}
    found = sentences(story_with(school_a, text), words=["养老驿站", "没有的词"])
    assert found == [
        "文里有「内部资料」，请看看能不能公开。",
        "文里有「养老驿站」，请再看看用得对不对。",
    ]


def test_a_repost_without_its_source_stops(school_a):
    bare = story_with(school_a, is_repost=True, source="区报")
    assert [one.stops for one in check_story(bare, today=DAY)] == [True]
    whole = story_with(
        school_a,
        is_repost=True,
        source="区报",
        source_url="https://example.org/1",
        original_author="甲",
    )
    assert sentences(whole) == []


def test_days_and_titles_are_looked_at(school_a):
    ahead = story_with(school_a, event_date=DAY + timedelta(days=1))
    assert sentences(ahead) == ["事情发生的日子还没到，请核对。"]
    old = story_with(school_a, event_date=DAY - timedelta(days=31), title="长" * 31)
    assert sentences(old, same_titles=1) == [
        "事情过去一个多月了，请核对日子。",
        "题目有 31 个字，30 个字以内好读。",
        "已经有一篇同名的稿子，请看看是不是重复了。",
    ]


def test_what_a_machine_wrote_and_what_is_reposted_is_said(client, school_a):
    page = story_with(
        school_a,
        is_ai_generated=True,
        is_repost=True,
        source_url="https://example.org/1",
        original_author="甲",
    )
    words = client.get(page.url).content.decode()
    assert "这篇里有人工智能写的字或画的图。" in words
    assert "原作者：甲" in words
    assert 'href="https://example.org/1" rel="noopener noreferrer nofollow"' in words


def test_the_course_is_linked_only_while_everybody_may_see_it(
    client, school_a, course_a
):
    page = story_with(school_a, course=course_a)
    assert course_a.title in client.get(page.url).content.decode()
    course_a.unpublish()
    assert course_a.title not in client.get(page.url).content.decode()


@pytest.mark.parametrize("path", ["/feeds/news.rss", "/feeds/news.atom"])
def test_a_feed_tells_what_is_public_and_nothing_else(client, school_a, path):
    shown = make_news(school_a, "登出来的")
    make_news(school_a, "草稿", live=False)
    later = make_news(school_a, "撤下的")
    later.unpublish()
    answer = client.get(path)
    words = answer.content.decode()
    ET.fromstring(words)  # noqa: S314 (our own feed)
    assert "登出来的" in words
    assert shown.url in words
    assert "草稿" not in words
    assert "撤下的" not in words
    assert "Cookie" not in answer.get("Vary", "") or "sessionid" not in answer.cookies


def test_a_school_has_its_own_feed(client, school_a, school_b):
    make_news(school_a, "甲校的事")
    make_news(school_b, "乙校的事")
    words = client.get(f"/feeds/{school_a.slug}.rss").content.decode()
    assert "甲校的事" in words
    assert "乙校的事" not in words
    assert client.get("/feeds/nowhere.rss").status_code == 404


def test_a_story_is_printed_while_it_is_public(client, school_a):
    page = story_with(school_a, photo_of(school_a), author="陈文")
    words = client.get(f"/print/news/{page.pk}/").content.decode()
    assert "作者：陈文" in words
    page.unpublish()
    assert client.get(f"/print/news/{page.pk}/").status_code == 404


def test_the_day_of_publishing_is_the_systems(school_a):
    page = make_news(school_a, "一只柳篮", event_date=DAY)
    assert page.first_published_at.date() >= civil_date() - timedelta(days=1)
    assert "first_published_at" not in {
        panel.field_name
        for panel in NewsPage.content_panels
        if hasattr(panel, "field_name")
    }
