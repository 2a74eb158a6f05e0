"""Whether a page may be read by everybody costs the same, however many pages there are.

Counted in the steps of SQLite, whose plan went wrong; `make bench` measures PostgreSQL.
"""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Locale, Page

from core.routing import is_open_to_all
from courses.models import CoursePage


def bare_pages(number, begin):
    """So many pages beside each other, as rows alone."""
    kind = ContentType.objects.get_for_model(Page)
    locale = Locale.get_default()
    Page.objects.bulk_create(
        Page(
            title=f"{begin}{one}", slug=f"{begin}-{one}", depth=2, live=True,
            path=f"0009{begin}{one:03d}", url_path=f"/x/{begin}-{one}/",
            content_type=kind, locale=locale,
        )
        for one in range(number)
    )  # fmt: skip


@pytest.fixture(params=[True, False], ids=["counted", "not counted"])
def count_rows(request):
    """What the plan goes by: the rows as the database has counted them, or nothing."""

    def count():
        if request.param:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    return count


def steps_of(pages):
    """What SQLite does to answer, in hundreds of its own steps; no clock."""
    connection.ensure_connection()
    counted = [0]

    def count():
        counted[0] += 1

    connection.connection.set_progress_handler(count, 100)
    try:
        list(pages)
    finally:
        connection.connection.set_progress_handler(None, 0)
    return counted[0]


@pytest.mark.django_db
def test_to_be_open_to_all_costs_each_page_the_same_however_many_there_are(count_rows):
    """It went through all pages for each page: six seconds for a catalogue of 200."""
    bare_pages(200, "A")
    asked = Page.objects.filter(is_open_to_all()).values_list("pk")
    count_rows()
    few = steps_of(asked.all())
    bare_pages(600, "B")
    count_rows()
    assert asked.count() >= 800
    assert steps_of(asked.all()) < 5 * few


@pytest.mark.django_db
def test_the_lessons_of_a_course_are_counted_without_the_other_pages(
    lesson_a, count_rows
):
    course = CoursePage.objects.filter(pk=lesson_a.course.pk)
    asked = course.annotate_lesson_counts().order_by()
    count_rows()
    few = steps_of(asked.all())
    bare_pages(800, "C")
    count_rows()
    assert [one.lesson_total for one in asked] == [1]
    assert steps_of(asked.all()) <= few + 2
