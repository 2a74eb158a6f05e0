"""What the rows of a kept question become is what its queryset would have given."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import BigIntegerField, Count, F, Prefetch, Value
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from core.kept_sql import KEPT, kept
from courses.models import Category, CoursePage, CourseRun, LessonPage

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
LESSONS = LessonPage.objects.order_by("path")


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    for name in [one for one in KEPT if one.startswith("tests.")]:
        del KEPT[name]


def state(one: Any) -> Any:
    """All that was read of an object, and of what was joined to it."""
    if not hasattr(one, "_meta"):
        return one
    read = {k: v for k, v in one.__dict__.items() if not k.startswith("_")}
    joined = {
        name: (type(other), other and state_of_row(other))
        for name, other in one._state.fields_cache.items()
    }
    return type(one), read, joined, one._state.db, one._state.adding


def state_of_row(one: Any) -> dict[str, Any]:
    return {k: v for k, v in one.__dict__.items() if not k.startswith("_")}


QUESTIONS = {
    "objects": LESSONS,
    "not whole": LESSONS.defer("body", "title"),
    "some columns": LESSONS.only("title"),
    "joined": LESSONS.select_related("page_ptr", "owner", "content_type"),
    "joined, not whole": CoursePage.objects.order_by("path")
    .select_related("category", "cover")
    .defer("category__description", "summary"),
    "down to its own type": Page.objects.order_by("path")
    .select_related("coursepage__category", "lessonpage")
    .defer("seo_title", "coursepage__summary"),
    "beside": LESSONS.annotate(double=F("minutes") * 2, word=Value("字")),
    "sorted by more": LESSONS.order_by("page_ptr__title", "-path")
    .distinct()
    .values_list("slug"),
    "tuples": LESSONS.values_list("slug", "minutes"),
    "tuples that are converted": LESSONS.values_list("first_published_at", "body"),
    "one value": LESSONS.values_list("slug", flat=True),
    "one that is converted": LESSONS.values_list("first_published_at", flat=True),
    "named": LESSONS.values_list("slug", "last_published_at", named=True),
    "dictionaries": LESSONS.values("slug", double=F("minutes") * 2),
    "sums": LESSONS.order_by("minutes").values("minutes").annotate(number=Count("pk")),
    "runs": CourseRun.objects.order_by("pk").select_related("course__category"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_rows_are_read_as_the_library_reads_them(name, course_a, lesson_a, lesson_b):
    category = Category.objects.create(slug="read", name="读")
    CoursePage.objects.filter(pk=course_a.pk).update(category=category)
    question = QUESTIONS[name]

    @kept(number=BigIntegerField())
    def asked(number: Any) -> Any:
        return question.filter(pk__lt=number)

    compiler = question.query.get_compiler(connection=connection)
    compiler.as_sql()
    assert compiler.has_extra_select is (name == "sorted by more")
    theirs, ours = list(question.all()), asked(number=10**9)
    assert theirs
    assert [type(one) for one in ours] == [type(one) for one in theirs] or (
        name == "named"
    )
    with CaptureQueriesContext(connection) as more:
        assert [state(one) for one in ours] == [state(one) for one in theirs]
    assert not more
    if name == "named":
        assert ours[0]._fields == theirs[0]._fields
    assert asked(number=0) == []


def test_what_is_read_beside_them_is(course_a, lesson_a):
    @kept(number=BigIntegerField())
    def asked(number: Any) -> Any:
        chosen = Prefetch("runs", CourseRun.objects.order_by("-pk"), to_attr="known")
        return CoursePage.objects.filter(pk=number).prefetch_related(chosen)

    CourseRun.objects.create(course=course_a, school=course_a.school)
    with CaptureQueriesContext(connection) as made:
        (course,) = asked(number=course_a.pk)
        assert [run.course_id for run in course.known] == [course_a.pk] * 2
    assert len(made) == 2
    assert asked(number=0) == []


def test_a_kind_that_is_not_read_is_refused(course_a):
    @kept(number=BigIntegerField())
    def asked(number: Any) -> Any:
        return course_a.runs.filter(pk__gt=number)

    with pytest.raises(TypeError, match="No rows of CourseRun are read"):
        asked(number=0)
