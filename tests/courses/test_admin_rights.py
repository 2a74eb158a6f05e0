"""Who writes which course: its teachers, the school's clerk and principal, the centre."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.models import CourseIndexPage, CoursePage, LessonPage
from news.models import NewsIndexPage, NewsPage
from schools.models import StaffProfile
from tests.factories import make_course, make_text_lesson, section
from tests.schools.admin_forms import course_data, lesson_data, news_data
from tests.schools.test_tree import refused

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def profile_of(user):
    return StaffProfile.objects.get(user=user)


def draft_of(page):
    return type(page).objects.get(pk=page.pk).get_latest_revision_as_object()


def writing_routes(course, lesson):
    """Routes by which a course or lesson is written, looked into or taken down."""
    revision = lesson.latest_revision_id
    for page in (course, lesson):
        for name in [
            "edit",
            "delete",
            "copy",
            "unpublish",
            "history",
            "history_results",
            "workflow_history",
            "usage",
            "view_draft",
            "lock",
            "unlock",
        ]:
            yield url(name, page.pk)
    yield url("add_subpage", course.pk)
    yield url("add", "courses", "lessonpage", course.pk)
    yield url("preview_on_add", "courses", "lessonpage", course.pk)
    yield url("preview_on_edit", lesson.pk)
    yield url("revisions_view", lesson.pk, revision)
    yield url("revisions_revert", lesson.pk, revision)
    yield url("revisions_unschedule", lesson.pk, revision)
    yield url("revisions_compare", lesson.pk, "earliest", "latest")
    yield url("set_page_position", lesson.pk) + "?position=0"


@pytest.mark.parametrize("is_live", [True, False])
def test_another_teacher_of_the_school_does_not_touch_a_course(
    client, teacher_a, other_teacher_a, school_a, is_live
):
    course = make_course(school_a, "mian", profile_of(teacher_a), live=is_live)
    lesson = make_text_lesson(course, "秘密标题甲", live=is_live)
    make_text_lesson(course, "第二课", live=is_live)
    before = list(Page.objects.values_list("pk", "path", "live", "latest_revision"))
    client.force_login(other_teacher_a)
    for address in writing_routes(course, lesson):
        for method in ("get", "post"):
            data = lesson_data(**{"action-submit": "1"}) if method == "post" else {}
            response = getattr(client, method)(address, data)
            assert refused(response) or response.status_code == 405, (method, address)
    for action in ("delete", "publish", "unpublish"):
        bulk = reverse("wagtail_bulk_action", args=("wagtailcore", "page", action))
        client.post(f"{bulk}?id={course.pk}&id={lesson.pk}")
    after = list(Page.objects.values_list("pk", "path", "live", "latest_revision"))
    assert before == after


def test_a_teacher_writes_the_own_course_and_its_lessons(
    client, teacher_a, course_a, lesson_a
):
    second = make_text_lesson(course_a, "第二课")
    client.force_login(teacher_a)
    data = course_data(title="新课名", teachers=[profile_of(teacher_a).pk])
    assert client.post(url("edit", course_a.pk), data).status_code == 302
    assert draft_of(course_a).title == "新课名"
    response = client.post(
        url("add", "courses", "lessonpage", course_a.pk),
        lesson_data(title="第三课"),
    )
    assert response.status_code == 302, response.context["form"].errors
    made = LessonPage.objects.get(title="第三课")
    assert made.slug == "di-san-ke"
    assert not made.live
    client.post(url("set_page_position", second.pk) + "?position=0")
    titles = [
        page.title for page in CoursePage.objects.get(pk=course_a.pk).get_children()
    ]
    assert titles == ["第二课", "甲校第一课", "第三课"]


def test_who_begins_a_course_is_ticked_as_its_teacher(client, teacher_a, school_a):
    client.force_login(teacher_a)
    parent = section(school_a, CourseIndexPage)
    response = client.get(url("add", "courses", "coursepage", parent.pk))
    assert response.context["form"]["teachers"].value() == [profile_of(teacher_a).pk]
    data = course_data(teachers=[profile_of(teacher_a).pk])
    response = client.post(url("add", "courses", "coursepage", parent.pk), data)
    assert response.status_code == 302, response.context["form"].errors
    course = CoursePage.objects.get(slug="rou-mian")
    assert [one.user for one in course.teachers.all()] == [teacher_a]
    assert client.get(url("edit", course.pk)).status_code == 200


def test_who_began_a_course_that_others_teach_has_no_right_left(
    client, teacher_a, other_teacher_a, school_a
):
    course = make_course(
        school_a, "mian", profile_of(teacher_a), live=False, owner=other_teacher_a
    )
    client.force_login(other_teacher_a)
    assert refused(client.get(url("edit", course.pk)))
    assert refused(client.post(url("delete", course.pk)))
    assert CoursePage.objects.filter(pk=course.pk).exists()


def test_nobody_becomes_a_teacher_by_a_draft(
    client, teacher_a, other_teacher_a, course_a
):
    """The change waits in a draft of a live course until the editor publishes it."""
    client.force_login(teacher_a)
    both = [profile_of(teacher_a).pk, profile_of(other_teacher_a).pk]
    data = course_data(teachers=both)
    assert client.post(url("edit", course_a.pk), data).status_code == 302
    client.force_login(other_teacher_a)
    assert refused(client.get(url("edit", course_a.pk)))
    CoursePage.objects.get(pk=course_a.pk).get_latest_revision().publish()
    assert client.get(url("edit", course_a.pk)).status_code == 200


@pytest.mark.parametrize("who", ["clerk_a", "principal_a", "editor", "director"])
def test_clerks_principals_and_the_centre_change_every_course(
    client, request, who, course_a, lesson_a, teacher_a
):
    client.force_login(request.getfixturevalue(who))
    data = course_data(title=f"{who}改的")
    assert client.post(url("edit", course_a.pk), data).status_code == 302
    assert draft_of(course_a).title == f"{who}改的"
    assert client.get(url("edit", lesson_a.pk)).status_code == 200
    assert client.get(url("history", lesson_a.pk)).status_code == 200


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("teacher_a", False),
        ("clerk_a", False),
        ("principal_a", False),
        ("editor", True),
        ("director", True),
    ],
)
def test_publishing_is_the_centres(client, request, who, may, teacher_a, school_a):
    course = make_course(school_a, "mian", profile_of(teacher_a), live=False)
    lesson = make_text_lesson(course, live=False)
    client.force_login(request.getfixturevalue(who))
    teachers = [profile_of(teacher_a).pk]
    publish = {"action-publish": "1"}
    client.post(url("edit", course.pk), course_data(teachers=teachers) | publish)
    assert CoursePage.objects.get(pk=course.pk).live is may
    parent = course.get_parent()
    client.post(
        url("add", "courses", "coursepage", parent.pk),
        course_data(teachers=teachers) | publish,
    )
    assert CoursePage.objects.get(slug="rou-mian").live is may
    bulk = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    client.post(f"{bulk}?id={lesson.pk}")
    assert LessonPage.objects.get(pk=lesson.pk).live is may
    make_text_lesson(course, "在线的")
    live = LessonPage.objects.get(title="在线的")
    client.post(url("unpublish", live.pk))
    assert LessonPage.objects.get(pk=live.pk).live is not may


def test_no_field_of_a_form_publishes_or_gives_away(client, teacher_a, school_a):
    course = make_course(
        school_a, "mian", profile_of(teacher_a), live=False, owner=teacher_a
    )
    client.force_login(teacher_a)
    forged = {
        "live": "on",
        "owner": "1",
        "path": "0001",
        "first_published_at": "2020-01-01",
        "rule_version": "9",
        "locked": "on",
    }
    data = course_data(teachers=[profile_of(teacher_a).pk]) | forged
    assert client.post(url("edit", course.pk), data).status_code == 302
    after = CoursePage.objects.get(pk=course.pk)
    assert (after.live, after.owner, after.path) == (False, teacher_a, course.path)
    assert (after.rule_version, after.locked) == (1, False)


def test_a_teacher_submits_and_the_editor_approves(
    client, teacher_a, other_teacher_a, editor, clerk_a, school_a
):
    course = make_course(school_a, "mian", profile_of(teacher_a), live=False)
    client.force_login(teacher_a)
    data = course_data(teachers=[profile_of(teacher_a).pk])
    client.post(url("edit", course.pk), data | {"action-submit": "1"})
    course.refresh_from_db()
    state = course.current_workflow_state
    assert state.workflow.name == "课程审核"
    task = state.current_task_state
    approve = url("workflow_action", course.pk, "approve", task.pk)
    # Wagtail's dialogue decides for nobody; the editor's desk does (test_review.py).
    for user in (teacher_a, other_teacher_a, clerk_a, editor):
        client.force_login(user)
        assert refused(client.post(approve))
    assert not CoursePage.objects.get(pk=course.pk).live
    client.force_login(editor)
    assert client.get(url("edit", course.pk)).status_code == 200
    ticked = {"check_content": "on", "check_copyright": "on", "check_captions": "on"}
    seen = {"seen": task.specific.content_digest, "verdict": "approve"}
    at = reverse("desk:review", args=[task.pk])
    assert client.post(at, ticked | seen).status_code == 302
    assert CoursePage.objects.get(pk=course.pk).live


def test_a_teacher_adds_own_news_as_a_draft(
    client, teacher_a, other_teacher_a, school_a
):
    client.force_login(teacher_a)
    parent = section(school_a, NewsIndexPage)
    response = client.post(
        url("add", "news", "newspage", parent.pk),
        news_data() | {"action-publish": "1"},
    )
    assert response.status_code == 302, response.context["form"].errors
    item = NewsPage.objects.get(title="开班了")
    assert not item.live
    assert client.get(url("edit", item.pk)).status_code == 200
    client.force_login(other_teacher_a)
    assert refused(client.get(url("edit", item.pk)))
    assert refused(client.post(url("delete", item.pk)))
