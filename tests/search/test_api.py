"""Wagtail's own search API over our backend: the same on both databases."""

import pytest
from django.contrib.contenttypes.models import ContentType
from modelsearch.query import MATCH_ALL, And, Boost, Fuzzy, Not, Or, Phrase, PlainText
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from core.models import MediaFile, SiteDocument, SiteImage
from courses.models import Category, CoursePage
from search.plan import PartlyLike, SoundsLike
from tests.factories import (
    make_category,
    make_course,
    make_document,
    make_image,
    make_medium,
    make_news,
    make_profile,
    make_text_lesson,
    publish_story,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

PAPER, TAICHI, PHONE = "社区剪纸艺术入门课程", "太极拳慢练", "手机 APP 怎么装"
PRINTER, TEA = "3D打印小屋", "茶艺"


@pytest.fixture
def courses(school_a):
    teacher = make_profile(school_a, "闻人雪")
    return [
        make_course(school_a, "paper", teacher, title=PAPER, summary="一把剪刀剪窗花"),
        make_course(school_a, "taichi", title=TAICHI, summary="每天早上慢慢打"),
        make_course(school_a, "phone", title=PHONE, outcomes="会装\n会删"),
        make_course(school_a, "printer", title=PRINTER),
        make_course(school_a, "tea", title=TEA, summary="泡一壶 5G 时代的茶"),
    ]


def titles(results):
    return [one.title for one in results]


def search(query, **how):
    return titles(CoursePage.objects.live().search(query, **how))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("剪纸", PAPER),
        ("纸", PAPER),
        ("剪紙", PAPER),
        ("剪纸 入门", PAPER),
        ("剪 纸", PAPER),
        (PAPER, PAPER),
        ("社区，剪纸", PAPER),
        ("窗花", PAPER),
        ("闻人雪", PAPER),
        ("app", PHONE),
        ("ＡＰＰ", PHONE),
        ("手機", PHONE),
        ("3D", PRINTER),
        ("3d打印", PRINTER),
        ("5G", TEA),
        ("茶", TEA),
    ],
)
def test_what_is_typed_finds_the_course(courses, query, title):
    assert search(query) == [title]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("太级", TAICHI),
        ("太级拳", TAICHI),
        ("taiji", TAICHI),
        ("tai ji quan", TAICHI),
        ("taij", TAICHI),
        ("tjq", TAICHI),
        ("剪只", PAPER),
        ("社区剪只艺术", PAPER),
        ("jianzhi 入门", PAPER),
        ("茶益", TEA),
        ("wenrenxue", PAPER),
        ("闻人学", PAPER),
    ],
)
def test_what_sounds_alike_finds_the_course(courses, query, title):
    results = CoursePage.objects.live().search(query)
    assert titles(results) == [title]
    assert results.matched_by_sound
    assert results.count() == 1


def test_what_is_written_comes_before_what_only_sounds_so(courses, school_a):
    make_course(school_a, "slim", title="减脂操")
    assert search("剪纸") == [PAPER]
    assert set(search(SoundsLike("剪纸"))) == {PAPER, "减脂操"}


def test_a_wrong_character_goes_by_its_sound_before_it_goes_astray(courses, school_a):
    """Both characters stand apart in this text, which is no answer."""
    make_course(school_a, "first", title="初级班", summary="太早来不及也没关系")
    assert search("太级") == [TAICHI]


def test_a_school_finds_its_courses(courses, school_a, school_b):
    make_course(school_b, "other", title="别处的课")
    assert set(search("甲市民学校")) == {PAPER, TAICHI, PHONE, PRINTER, TEA}
    assert search("乙市民学校") == ["别处的课"]


def test_some_of_the_words(courses):
    assert search("我想学剪纸") == []
    assert search(PartlyLike("我想学剪纸")) == [PAPER]
    assert search(PartlyLike("潜水艇")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Phrase("剪纸艺术"), {PAPER}),
        (Phrase("艺术剪纸"), set()),
        (Phrase("打印3D"), set()),
        (Phrase("3D打印"), {PRINTER}),
        (And([PlainText("剪纸"), PlainText("窗花")]), {PAPER}),
        (And([PlainText("剪纸"), PlainText("手机")]), set()),
        (Or([PlainText("剪纸"), PlainText("手机")]), {PAPER, PHONE}),
        (And([PlainText("课程"), Not(PlainText("剪纸"))]), set()),
        (Not(PlainText("剪纸")), {TAICHI, PHONE, PRINTER, TEA}),
        (And([Not(PlainText("剪纸")), Not(PlainText("茶"))]), {TAICHI, PHONE, PRINTER}),
        (Or([PlainText("茶"), Not(PlainText("剪纸"))]), {TAICHI, PHONE, PRINTER, TEA}),
        (Not(Or([PlainText("剪纸"), PlainText("茶")])), {TAICHI, PHONE, PRINTER}),
        (Boost(PlainText("剪纸"), 2), {PAPER}),
        (Fuzzy("太级拳"), {TAICHI}),
        (MATCH_ALL, {PAPER, TAICHI, PHONE, PRINTER, TEA}),
        (Not(MATCH_ALL), set()),
        (Not(PlainText("!!")), {PAPER, TAICHI, PHONE, PRINTER, TEA}),
        (PlainText("剪纸 手机", operator="or"), {PAPER, PHONE}),
        (PlainText("!!"), set()),
    ],
    # A set has no order of its own, and two workers must call a test the same.
    ids=lambda value: (
        "+".join(sorted(value)) if isinstance(value, set) else repr(value)
    ),
)
def test_query_classes(courses, query, expected):
    assert set(search(query)) == expected


def test_or_puts_the_rarer_word_first(courses):
    assert search("茶 甲市民学校", operator="or")[0] == TEA


@pytest.mark.parametrize(
    ("fields", "query", "expected"),
    [
        (["title"], "剪纸", [PAPER]),
        (["title"], "窗花", []),
        (["summary"], "窗花", [PAPER]),
        (["summary"], "剪纸", []),
        (["outcomes"], "会装", [PHONE]),
        (["summary"], "会装", []),
        (["title", "summary"], "窗花", [PAPER]),
        (["title", "summary"], "剪纸 窗花", [PAPER]),
        (["title"], "taiji", [TAICHI]),
        (["summary"], "taiji", []),
    ],
)
def test_search_in_some_fields(courses, fields, query, expected):
    assert search(query, fields=fields) == expected


def test_filters_order_and_slices(courses, school_a):
    craft = make_category("craft", "手工")
    made = make_course(school_a, "folding", title="折纸", category=craft)
    pages = CoursePage.objects.live()
    assert titles(pages.filter(category=craft).search("纸")) == ["折纸"]
    by_path = pages.order_by("-path").search("纸", order_by_relevance=False)
    assert titles(by_path) == ["折纸", PAPER]
    # A short title that says nothing else comes first.
    results = pages.search("纸")
    assert titles(results) == ["折纸", PAPER]
    assert titles(results[1:2]) == [PAPER]
    assert titles(results[2:4]) == []
    assert results.count() == 2
    scored = list(results.annotate_score("worth"))
    assert scored[0].worth > scored[1].worth > 0
    facets = results.facet("category_id")
    assert facets[made.category_id] == 1


def test_an_empty_later_page_stays_at_the_step_of_the_first(courses, school_a):
    """Otherwise page two of «剪纸» would be what sounds like it."""
    make_course(school_a, "slim", title="减脂操")
    assert titles(CoursePage.objects.live().search("剪纸")[5:10]) == []
    assert titles(CoursePage.objects.live().search("太级")[0:5]) == [TAICHI]
    assert titles(CoursePage.objects.live().search("太级")[5:10]) == []


def test_a_word_in_the_title_weighs_more_than_in_the_text(school_a):
    make_course(school_a, "text", title="春天的课", summary="风筝风筝风筝")
    make_course(school_a, "name", title="风筝", summary="春天")
    assert search("风筝") == ["风筝", "春天的课"]


def test_words_side_by_side_weigh_more_than_apart(school_a):
    make_course(school_a, "apart", title="毛笔和水墨人物", summary="山水也画")
    make_course(school_a, "together", title="画水墨山水", summary="毛笔")
    assert search("水墨山水")[0] == "画水墨山水"


def test_completing_what_is_typed(courses):
    def complete(text):
        return titles(Page.objects.live().autocomplete(text))

    assert complete("剪") == [PAPER]
    assert complete("ap") == [PHONE]
    assert complete("taij") == [TAICHI]
    assert complete("太级") == [TAICHI]
    assert complete("窗花") == []
    assert titles(CoursePage.objects.autocomplete("剪", fields=["title"])) == [PAPER]


def test_what_is_not_a_page_is_found_too(school_a):
    image = make_image(school_a, "剪纸窗花")
    document = make_document(school_a, "面点配方")
    medium = make_medium(school_a, "八段锦示范")
    category = make_category("craft", "手工制作")
    backend = get_search_backend()
    assert list(SiteImage.objects.search("窗花")) == [image]
    assert list(SiteImage.objects.search("chuanghua")) == [image]
    assert list(SiteDocument.objects.search("配方")) == [document]
    assert list(MediaFile.objects.search("示范")) == [medium]
    assert list(backend.search("制作", Category)) == [category]
    assert list(backend.autocomplete("手工", Category)) == [category]
    assert list(backend.autocomplete("shougong", Category.objects.all())) == [category]


def test_the_index_follows_what_is_saved_and_deleted(courses):
    page = courses[0]
    page.title = "编中国结"
    page.save_revision().publish()
    assert search("剪纸") == []
    assert search("中国结") == ["编中国结"]
    page.refresh_from_db()
    page.delete()
    assert search("中国结") == []


def test_a_name_that_changes_brings_the_courses_that_bear_it(
    courses, school_a, django_capture_on_commit_callbacks
):
    teacher = courses[0].teachers.get()
    with django_capture_on_commit_callbacks(execute=True):
        teacher.name = "上官云"
        teacher.save()
    assert search("闻人雪") == []
    assert search("上官云") == [PAPER]
    with django_capture_on_commit_callbacks(execute=True):
        school_a.title = "望江楼市民学校"
        school_a.save()
    assert PAPER in search("望江楼")
    with django_capture_on_commit_callbacks(execute=True):
        category = courses[0].category
        category.name = "手上功夫"
        category.save()
    assert PAPER in search("手上功夫")


def test_the_index_can_be_made_anew(courses):
    from django.core.management import call_command

    get_search_backend().reset_indexes()
    assert search("剪纸") == []
    call_command("update_index", verbosity=0)
    assert search("剪纸") == [PAPER]


def test_a_search_asks_once_or_twice(courses, django_assert_num_queries):
    ContentType.objects.get_for_models(*CoursePage.__mro__[:1])
    list(Page.objects.live().search("剪纸"))
    with django_assert_num_queries(1):
        search("剪纸")
    with django_assert_num_queries(2):
        search("剪纸 入门")


def test_the_backend_is_the_same_class_each_time():
    """Classes made anew at each save would wrap the ones before, and memory grow."""
    assert type(get_search_backend()) is type(get_search_backend())


def test_a_lesson_is_found_by_its_title_and_not_by_its_text(courses):
    make_text_lesson(courses[0], "揉面的讲究")
    assert titles(Page.objects.live().search("讲究")) == ["揉面的讲究"]
    assert titles(Page.objects.live().search("往前推")) == []


def test_a_text_longer_than_the_index_takes(school_a):
    item = make_news(school_a, "很长的一篇")
    body = "<p>" + "这一段很长很长。" * 4000 + "最后说到萤火虫</p>"
    item.body = item._meta.get_field("body").to_python(
        [{"type": "text", "value": body}]
    )
    publish_story(item)
    assert titles(Page.objects.search("很长的一篇")) == ["很长的一篇"]
