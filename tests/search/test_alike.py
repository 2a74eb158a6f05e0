"""SQLite and PostgreSQL give the same lists.

The lists below are written down; the test runs on SQLite with all others, and once more
on PostgreSQL, so both databases are held to the same order.
"""

import pytest
from wagtail.models import Page

from search.plan import PartlyLike
from tests.factories import make_course, make_news, make_profile

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

COURSES = [
    ("书法", "横平竖直，慢慢来"),
    ("书法与国画入门", "先学握笔，再学运笔"),
    ("老人学书法：从描红到春联", "写一副春联贴自家门"),
    ("春联怎么写", "书法班的结业作业。书法不难，书法要练"),
    ("水墨画", "画荷花、画虾"),
    ("手机拍荷花", "构图、对焦、修图 APP"),
    ("Excel 记账", "家庭账本，5 分钟一天"),
]
NEWS = ["书法班办了一场春联会", "荷花开了", "关于书法教室停电的通知"]
EXPECTED = {
    "书法": [
        "书法", "书法与国画入门", "书法班办了一场春联会", "关于书法教室停电的通知",
        "老人学书法：从描红到春联", "春联怎么写",
    ],
    "書法 春聯": ["老人学书法：从描红到春联", "春联怎么写", "书法班办了一场春联会"],
    "荷花": ["荷花开了", "手机拍荷花", "水墨画"],
    "虾": ["水墨画"],
    "hehua": ["荷花开了", "手机拍荷花", "水墨画"],
    "书发": [
        "书法", "书法与国画入门", "书法班办了一场春联会", "关于书法教室停电的通知",
        "老人学书法：从描红到春联",
    ],
    "app": ["手机拍荷花"],
    "我要学写春联": [],
}  # fmt: skip


@pytest.fixture
def street(school_a):
    teacher = make_profile(school_a, "欧阳梅")
    for number, (title, summary) in enumerate(COURSES):
        make_course(school_a, f"c{number}", teacher, title=title, summary=summary)
    for title in NEWS:
        make_news(school_a, title)


def titles(query):
    return [page.title for page in Page.objects.live().search(query)]


def test_the_same_lists_in_the_same_order(street):
    assert {query: titles(query) for query in EXPECTED} == EXPECTED


def test_what_comes_near_stands_in_the_same_order(street):
    assert titles(PartlyLike("我要学写春联")) == [
        "老人学书法：从描红到春联", "春联怎么写", "书法班办了一场春联会",
    ]  # fmt: skip
