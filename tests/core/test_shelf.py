"""From an address to its page: by the type that stood on that shelf last, or without."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import routing
from courses.models import CoursePage, LessonPage
from tests.factories import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_shelves(monkeypatch):
    monkeypatch.setattr(routing, "_kinds", {})


def path_of(page):
    """As the address says it."""
    return page.url_path.removeprefix("/home/")


def test_a_page_is_found_as_its_own_type_whatever_stood_there_before(lesson_a):
    course = lesson_a.course
    assert type(routing.find_page(path_of(course))) is CoursePage
    shelf = routing._shelf(course.url_path)
    for wrong in (LessonPage, CoursePage, None):
        routing._kinds[shelf] = wrong
        found = routing.find_page(path_of(course))
        assert type(found) is CoursePage
        assert found == course
        assert found.summary == course.summary


def test_the_neighbour_of_a_page_is_one_query(school_a, course_a, teacher_a):
    other = make_course(school_a, "beside")
    routing.find_page(path_of(course_a))
    with CaptureQueriesContext(connection) as asked:
        found = routing.find_page(path_of(other))
        assert found.category is None or found.category.name
    assert found == other
    assert len(asked) == 1
    # Only the type that stands there is joined.
    assert "courses_coursepage" in asked[0]["sql"]
    assert "news_newspage" not in asked[0]["sql"]


def test_what_is_not_there_takes_no_place_on_a_shelf(course_a):
    assert routing.find_page(path_of(course_a) + "nothing/") is None
    assert routing._kinds == {}
