"""The admin of who writes: a short menu, and a first page that says what to do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from courses.admin_panels import remarks_for
from courses.services.writing import CoursePlan, add_lesson, begin_course
from tests.factories import make_category

pytestmark = pytest.mark.django_db


def menu_of(rf, user):
    request = rf.get("/admin/")
    request.user = user
    return {item.name for item in admin_menu.menu_items_for_request(request)}


def test_a_teacher_has_a_short_menu_without_the_tree(
    rf, teacher_a, clerk_a, editor, site_admin
):
    short = {"my-courses", "images", "documents", "media", "own-help"}
    assert menu_of(rf, teacher_a) == short
    assert menu_of(rf, clerk_a) == short | {"explorer"}
    for one in (editor, site_admin):
        seen = menu_of(rf, one)
        assert "explorer" in seen
        assert not seen & {"my-courses", "own-help", "help"}


def test_the_first_page_leads_to_own_drafts_and_to_nobody_elses(
    client, teacher_a, other_teacher_a, school_a
):
    plan = CoursePlan(title="剪纸", category=make_category(), lessons=1)
    begin_course(school=school_a, plan=plan, by=teacher_a)
    home = reverse("wagtailadmin_home")
    client.force_login(teacher_a)
    page = client.get(home).content.decode()
    assert "剪纸" in page
    for name in ("write", "my_courses", "how_to_write"):
        assert reverse(f"desk:{name}") in page
    client.force_login(other_teacher_a)
    assert "剪纸" not in client.get(home).content.decode()


def test_what_the_editor_said_stands_there_until_it_is_sent_again(
    client, teacher_a, other_teacher_a, editor, course_a
):
    lesson = add_lesson(course=course_a, by=teacher_a)
    state = lesson.get_workflow().start(lesson, teacher_a)
    state.current_task_state.reject(user=editor, comment="第二步请配一张图")
    client.force_login(teacher_a)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "第二步请配一张图" in page
    assert remarks_for(other_teacher_a) == []
    lesson.refresh_from_db()
    lesson.current_workflow_state.resume(user=teacher_a)
    assert remarks_for(teacher_a) == []


def test_the_first_page_asks_as_much_for_many_drafts_as_for_one(
    client, teacher_a, course_a
):
    client.force_login(teacher_a)
    home = reverse("wagtailadmin_home")
    add_lesson(course=course_a, by=teacher_a)
    client.get(home)
    with CaptureQueriesContext(connection) as few:
        client.get(home)
    for _ in range(4):
        add_lesson(course=course_a, by=teacher_a)
    with CaptureQueriesContext(connection) as many:
        client.get(home)
    assert len(many) == len(few)
