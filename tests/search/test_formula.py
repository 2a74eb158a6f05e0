"""The formula as SQL says what it says as expressions; what is kept finds what is found."""

from collections import OrderedDict

import pytest
from django.db.models import FloatField
from django.db.models.functions import Cast
from django.utils import timezone

from core.kept_sql import KEPT
from search import finding
from search.backend import compiling
from search.plan import PartlyLike, SoundsLike
from search.ranking import coverage, score, scored_words
from tests.core.questions import all_questions
from tests.factories import make_course, make_news, make_profile
from tests.search import formula

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

TITLES = [
    "书法", "书法与国画入门", "老人学书法：从描红到春联", "春联怎么写，春联贴哪里", "水墨画",
    "手机拍荷花", "Excel 记账 3 天", "太极拳入门", "学太极", "广场舞", "café 手冲", "剪纸剪春联",
]  # fmt: skip
QUERIES = [
    "书法", "剪", "画", "春联", "书法 春联", "书法与国画入门", "甲市民学校", "欧阳梅", "学 书法",
    "书法 国画 入门 春联", "老人 学 书法 从 描红 到 春联 怎么 写 贴", "excel 3", "app", "太极拳入门",
    SoundsLike("taiji"), SoundsLike("shufa chunlian"), SoundsLike("tjq"), SoundsLike("书发"),
    SoundsLike("xian shu"), PartlyLike("我要学写春联"), PartlyLike("书法 春联 潜水艇 荷花"),
    PartlyLike("太级拳 入门"), PartlyLike("春联春联"), "潜水艇", "{title} %s", "%", "书法 无此词",
]  # fmt: skip


@pytest.fixture
def street(school_a):
    teacher = make_profile(school_a, "欧阳梅")
    for number, title in enumerate(TITLES):
        summary = "；".join(TITLES[number::3]) + "。书法不难" * (number % 4)
        make_course(school_a, f"c{number}", teacher, title=title, summary=summary)
        make_news(school_a, f"{title}班办了一场会", summary=summary)


def compiler_of(query):
    asked = finding._pages().search(query, operator="and")
    return asked.query_compiler


# All queries in one test: what is searched is made once, which takes longer than they do.
def test_the_score_is_that_of_the_expressions(street):
    scored = 0
    for query in QUERIES:
        compiler = compiler_of(query)
        words = scored_words(compiler.plan)
        if not words:
            continue
        scored += 1
        weights = [1.0 + 0.37 * number for number, _word in enumerate(words)]
        asked = (compiler.plan, words, weights, compiler.columns)
        entries = compiling.IndexEntry.objects.annotate(
            ours=compiling.Ranking(score(*asked)).scored(compiler.columns),
            theirs=Cast(formula.score(*asked), FloatField()),
        )
        rows = list(entries.values_list("ours", "theirs"))
        assert rows, query
        ours, theirs = zip(*rows, strict=True)
        assert ours == theirs, query
        cover = coverage(words, weights, compiler.columns)
        written = compiling.Ranking(score(*asked), cover).covered(compiler.columns)
        held = entries.filter(written).values_list("pk")
        others = entries.filter(formula.coverage(words, weights, compiler.columns))
        assert set(held) == set(others.values_list("pk")), query
    assert scored > len(QUERIES) / 2


def test_what_is_kept_finds_what_the_queryset_finds(street):
    for query in QUERIES:
        found = finding._pages().search(query, operator="and")
        rows = found.rows(finding.HITS)
        other = compiler_of(query)
        while other.step is not found.query_compiler.step:
            other.go_on()
        # Twice: the second time what was made is asked again.
        assert rows == other._other_rows(finding.HITS, timezone.now()), query
        again = finding._pages().search(query, operator="and")
        assert rows == again.rows(finding.HITS), query


def test_queries_of_one_form_are_one_question(street, monkeypatch):
    monkeypatch.setattr(compiling, "_questions", OrderedDict())
    for query in ("书法 春联", "国画 入门", "荷花 手机"):
        assert finding._pages().search(query, operator="and").rows(finding.HITS)
        assert len(compiling._questions) == 1
    finding._pages().search("书法", operator="and").rows(finding.HITS)
    assert len(compiling._questions) == 2


def test_the_questions_of_searches_are_among_those_that_are_tested(db):
    assert [one for one in all_questions() if ".ranked[" in one]


def test_of_too_many_forms_the_one_goes_that_was_longest_not_asked(street, monkeypatch):
    def ask(query):
        assert finding._pages().search(query, operator="and").rows(finding.HITS)
        return next(reversed(compiling._questions.values()))

    monkeypatch.setattr(compiling, "_questions", OrderedDict())
    monkeypatch.setattr(compiling, "MOST_FORMS", 2)
    one, two = ask("书法"), ask("书法 春联")
    assert ask("国画") is one
    three = ask("书法 国画 入门")
    assert list(compiling._questions.values()) == [one, three]
    assert one.name in KEPT
    assert two.name not in KEPT
