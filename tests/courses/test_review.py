"""Courses go live through somebody else's eyes: hand in, remarks, back or live."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, GroupApprovalTask, Page, TaskState, WorkflowTask

from core.models import AuditEntry, OutboxMessage
from core.workdays import add_workdays
from courses.models import Category, CoursePage, LessonPage
from courses.review_reading import remarks_for
from schools.models import CentreReviewTask, ReviewState
from schools.review.deadline import review_deadline
from schools.review.digest import content_digest
from schools.review.reading import submissions_for
from schools.services.provisioning import review_workflow
from tests.courses.test_admin_rights import draft_of, profile_of, url
from tests.factories import make_course, make_profile, make_text_lesson
from tests.schools.admin_forms import course_data
from tests.schools.test_tree import refused

pytestmark = pytest.mark.django_db
CHECKS = {"check_content": "on", "check_copyright": "on", "check_captions": "on"}


@pytest.fixture
def course(school_a, teacher_a):
    return make_course(
        school_a, "mian", profile_of(teacher_a), live=False, owner=teacher_a
    )


def hand_in(page, user):
    page = type(page).objects.get(pk=page.pk)
    page.get_workflow().start(page, user)
    return state_of(page)


def state_of(page):
    return ReviewState.objects.filter(workflow_state__object_id=str(page.pk)).latest(
        "pk"
    )


def seen(page):
    page = type(page).objects.get(pk=page.pk)
    return content_digest(page.get_latest_revision().content)


def decide(client, state, page, verdict, **more):
    data = {"seen": seen(page), "verdict": verdict, **more}
    return client.post(reverse("desk:review", args=[state.pk]), data)


def change(page, user, title="改过的"):
    page = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    page.title = title
    page.save_revision(user=user)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday
        (date(2026, 11, 27), date(2026, 12, 1)),  # Friday
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday
        (date(2026, 11, 29), date(2026, 12, 1)),  # Sunday
    ],
)
def test_two_working_days_leave_weekends_out(day, due):
    assert review_deadline(day) == due
    assert add_workdays(day, 0) == day


def test_a_teacher_hands_in_with_one_button_and_is_told_who_looks(
    client, teacher_a, course
):
    client.force_login(teacher_a)
    page = client.get(url("edit", course.pk)).content.decode()
    assert "交给编辑看看" in page
    assert "提交到" not in page
    data = course_data(teachers=[profile_of(teacher_a).pk])
    response = client.post(
        url("edit", course.pk), data | {"action-submit": "1"}, follow=True
    )
    told = reverse("desk:review_of_page", args=[course.pk])
    assert response.redirect_chain[-1][0] == told
    page = response.content.decode()
    assert "社区教育中心的编辑会在" in page
    assert state_of(course).content_digest == seen(course)


def test_the_editor_passes_what_was_seen_and_the_author_is_told(
    client, teacher_a, editor, course
):
    teacher_a.email = "t@example.org"
    teacher_a.save()
    state = hand_in(course, teacher_a)
    client.force_login(editor)
    assert "mian课程" in client.get(reverse("desk:reviews")).content.decode()
    page = client.get(reverse("desk:review", args=[state.pk])).content.decode()
    assert "学了就会" in page
    assert "不卖东西" not in page
    for _again in range(2):
        assert decide(client, state, course, "approve", **CHECKS).status_code == 302
    after = CoursePage.objects.get(pk=course.pk)
    assert after.live
    assert after.live_revision_id == state_of(course).revision_id
    assert state_of(course).checks == ["captions", "content", "copyright"]
    (message,) = OutboxMessage.objects.filter(recipient=teacher_a)
    assert message.template == "review_published"
    assert after.url in message.params["public"]
    assert AuditEntry.objects.filter(action="review.approved").count() == 1
    client.force_login(teacher_a)
    page = client.get(reverse("desk:review_of_page", args=[course.pk]))
    assert reverse("courses:print_course", args=[course.pk]) in page.content.decode()


def test_nothing_passes_without_its_checks(client, teacher_a, editor, course):
    state = hand_in(course, teacher_a)
    client.force_login(editor)
    for name in CHECKS:
        ticked = {key: value for key, value in CHECKS.items() if key != name}
        response = decide(client, state, course, "approve", **ticked)
        assert response.status_code == 422
        assert "请看过这一条" in response.content.decode()
    assert not CoursePage.objects.get(pk=course.pk).live


def test_a_health_topic_is_asked_whether_it_sells(client, teacher_a, editor, course):
    Category.objects.update(needs_health_check=True)
    lesson = make_text_lesson(course, live=False)
    client.force_login(editor)
    for page in (course, lesson):
        state = hand_in(page, teacher_a)
        assert decide(client, state, page, "approve", **CHECKS).status_code == 422
        more = CHECKS | {"check_no_selling": "on"}
        assert decide(client, state, page, "approve", **more).status_code == 302
        assert type(page).objects.get(pk=page.pk).live


def test_what_comes_back_carries_its_remarks_to_the_block(
    client, teacher_a, editor, course
):
    teacher_a.email = "t@example.org"
    teacher_a.save()
    lesson = make_text_lesson(course, live=False)
    block = lesson.body[0].id
    state = hand_in(lesson, teacher_a)
    client.force_login(editor)
    at = reverse("desk:review_remark", args=[state.pk])
    said = {"path": f"body.{block}", "text": "要写几克面。"}
    for _again in range(2):
        assert client.post(at, said).status_code == 302
    comment = Comment.objects.get(page=lesson)
    assert comment.has_valid_contentpath(draft_of(lesson))
    assert client.post(at, said | {"path": "body.none"}).status_code == 422
    assert decide(client, state, lesson, "return", reason="短").status_code == 422
    for _again in range(2):
        response = decide(client, state, lesson, "return", reason="第一块请改")
        assert response.status_code == 302
    assert not LessonPage.objects.get(pk=lesson.pk).live
    (message,) = OutboxMessage.objects.filter(recipient=teacher_a)
    told = reverse("desk:review_of_page", args=[lesson.pk])
    assert message.params["link"].endswith(told)
    (back,) = remarks_for(teacher_a)
    assert (back.page.pk, back.reason) == (lesson.pk, "第一块请改")
    client.force_login(teacher_a)
    page = client.get(told).content.decode()
    assert f"{url('edit', lesson.pk)}#block-{block}-section" in page
    assert "要写几克面。" in page
    assert "第一块请改" in page


def test_a_page_that_came_back_is_handed_in_again_and_its_remarks_end(
    client, teacher_a, editor, course
):
    state = hand_in(course, teacher_a)
    client.force_login(editor)
    at = reverse("desk:review_remark", args=[state.pk])
    client.post(at, {"path": "summary", "text": "再短一点。"})
    decide(client, state, course, "return", reason="介绍请改短")
    client.force_login(teacher_a)
    assert "交给编辑看看" in client.get(url("edit", course.pk)).content.decode()
    data = course_data(teachers=[profile_of(teacher_a).pk], **comments_of(course))
    client.post(url("edit", course.pk), data | {"action-submit": "1"})
    second = state_of(course)
    assert second.pk != state.pk
    assert second.status == TaskState.STATUS_IN_PROGRESS
    assert remarks_for(teacher_a) == []
    client.force_login(editor)
    assert decide(client, second, course, "approve", **CHECKS).status_code == 302
    assert not Comment.objects.filter(page=course, resolved_at=None).exists()


def comments_of(page):
    """The remarks as the editor's page sends them along."""
    data = {}
    for number, one in enumerate(Comment.objects.filter(page=page)):
        prefix = f"comments-{number}"
        data |= {
            f"{prefix}-id": one.pk, f"{prefix}-text": one.text,
            f"{prefix}-contentpath": one.contentpath,
            f"{prefix}-replies-TOTAL_FORMS": 0, f"{prefix}-replies-INITIAL_FORMS": 0,
        }  # fmt: skip
    total = Comment.objects.filter(page=page).count()
    return data | {"comments-TOTAL_FORMS": total, "comments-INITIAL_FORMS": total}


@pytest.mark.parametrize("verdict", ["approve", "return"])
def test_what_was_changed_since_is_looked_at_again(
    client, teacher_a, editor, course, verdict
):
    state = hand_in(course, teacher_a)
    client.force_login(editor)
    data = CHECKS | {"seen": seen(course), "verdict": verdict, "reason": "请改短一点"}
    change(course, teacher_a)
    response = client.post(reverse("desk:review", args=[state.pk]), data)
    assert response.status_code == 409
    assert "又改过了，请再看一遍" in response.content.decode()
    assert "改过的" in response.content.decode()
    assert not CoursePage.objects.get(pk=course.pk).live
    assert decide(client, state, course, "approve", **CHECKS).status_code == 302
    assert CoursePage.objects.get(pk=course.pk).title == "改过的"


def test_the_same_content_saved_again_is_not_stale(client, teacher_a, editor, course):
    state = hand_in(course, teacher_a)
    before = seen(course)
    CoursePage.objects.get(pk=course.pk).save_revision(user=teacher_a)
    assert seen(course) == before
    client.force_login(editor)
    assert decide(client, state, course, "approve", **CHECKS).status_code == 302


def test_what_one_has_decided_the_other_does_not_turn(
    client, teacher_a, editor, director, course
):
    state = hand_in(course, teacher_a)
    client.force_login(editor)
    decide(client, state, course, "return", reason="介绍请改短")
    client.force_login(director)
    response = decide(client, state, course, "approve", **CHECKS)
    assert response.status_code == 409
    assert not CoursePage.objects.get(pk=course.pk).live


@pytest.mark.parametrize("part", ["owner", "requester", "last", "teacher", "drafted"])
@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_reviews_their_own_work(
    client, school_a, teacher_a, editor, course, part, is_superuser
):
    editor.is_superuser = is_superuser
    editor.save()
    if part == "owner":
        Page.objects.filter(pk=course.pk).update(owner=editor)
    elif part in ("teacher", "drafted"):
        draft = CoursePage.objects.get(pk=course.pk)
        draft.teachers.add(make_profile(school_a, "编辑", user=editor))
        if part == "teacher":
            draft.save()
        else:
            draft.save_revision(user=teacher_a)
    state = hand_in(course, editor if part == "requester" else teacher_a)
    if part == "last":
        change(course, editor)
    if part != "drafted":
        assert submissions_for(editor) == []
    client.force_login(editor)
    assert decide(client, state, course, "approve", **CHECKS).status_code == 403
    assert client.get(reverse("desk:review", args=[state.pk])).status_code == 403
    assert not CoursePage.objects.get(pk=course.pk).live


def test_wagtails_own_dialogue_decides_nothing(client, teacher_a, editor, course):
    state = hand_in(course, teacher_a)
    for action in ("approve", "reject"):
        at = url("workflow_action", course.pk, action, state.pk)
        for user in (teacher_a, editor):
            client.force_login(user)
            assert refused(client.post(at, {"comment": "好"}))
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_a_live_course_stays_until_its_change_was_looked_at(
    client, teacher_a, editor, school_a
):
    live = make_course(school_a, "live", profile_of(teacher_a), title="老课名")
    client.force_login(teacher_a)
    data = course_data(title="新课名", teachers=[profile_of(teacher_a).pk])
    client.post(url("edit", live.pk), data | {"action-submit": "1"})
    assert CoursePage.objects.get(pk=live.pk).title == "老课名"
    assert CoursePage.objects.get(pk=live.pk).live
    client.force_login(editor)
    decide(client, state_of(live), live, "approve", **CHECKS)
    assert CoursePage.objects.get(pk=live.pk).title == "新课名"


@pytest.mark.parametrize("who", ["teacher_a", "clerk_a", "principal_a"])
def test_no_route_publishes_around_the_review(client, request, who, teacher_a, course):
    lesson = make_text_lesson(course, live=False)
    user = request.getfixturevalue(who)
    client.force_login(user)
    teachers = [profile_of(teacher_a).pk]
    soon = (timezone.now() - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M")
    publish = {"action-publish": "1"}
    data = course_data(teachers=teachers) | publish
    client.post(url("edit", course.pk), data | {"go_live_at": soon})
    revision = course.latest_revision_id
    client.post(
        url("edit", course.pk), data | {"revision": revision, "go_live_at": soon}
    )
    client.post(url("revisions_revert", course.pk, revision), data)
    client.post(url("revisions_revert", lesson.pk, lesson.latest_revision_id), publish)
    bulk = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    client.post(f"{bulk}?id={course.pk}&id={lesson.pk}", {"include_descendants": "on"})
    copy = {
        "new_title": "抄的", "new_slug": "copied", "copy_subpages": "on",
        "new_parent_page": course.get_parent().pk, "publish_copies": "on",
    }  # fmt: skip
    client.post(url("copy", course.pk), copy)
    client.post(url("copy", course.pk), copy | {"alias": "on", "new_slug": "alias"})
    state = hand_in(course, teacher_a)
    client.post(url("workflow_action", course.pk, "approve", state.pk), {})
    client.post(url("edit", course.pk), course_data(**publish, teachers=teachers))
    decide(client, state, course, "approve", **CHECKS)
    from django.core.management import call_command

    call_command("publish_scheduled")
    assert not Page.objects.filter(path__startswith=course.path, live=True).exists()
    assert not Page.objects.filter(slug__in=("copied", "alias"), live=True).exists()
    assert not Page.objects.filter(alias_of__isnull=False).exists()


def test_an_editor_who_teaches_a_course_does_not_publish_it(
    client, editor, teacher_a, school_a
):
    mine = make_course(
        school_a, "eigen", make_profile(school_a, "编辑", user=editor), live=False
    )
    client.force_login(editor)
    data = course_data(teachers=[one.pk for one in mine.teachers.all()])
    client.post(url("edit", mine.pk), data | {"action-publish": "1"})
    bulk = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    client.post(f"{bulk}?id={mine.pk}")
    assert not CoursePage.objects.get(pk=mine.pk).live


def test_the_author_alone_and_who_writes_with_them_see_the_remarks(
    client, teacher_a, other_teacher_a, clerk_a, clerk_b, course
):
    hand_in(course, teacher_a)
    told = reverse("desk:review_of_page", args=[course.pk])
    for user, status in (
        (teacher_a, 200), (clerk_a, 200), (other_teacher_a, 404), (clerk_b, 404),
    ):  # fmt: skip
        client.force_login(user)
        assert client.get(told).status_code == status


def test_what_waits_stands_on_the_editors_desk(client, editor, teacher_a, course):
    client.force_login(editor)
    hand_in(course, teacher_a)
    page = client.get(reverse("desk:home")).content.decode()
    assert "1 篇等您看" in page
    client.force_login(teacher_a)
    assert "篇等您看" not in client.get(reverse("desk:home")).content.decode()


def test_the_list_costs_the_same_however_much_waits(
    client, editor, teacher_a, school_a, course
):
    at = reverse("desk:reviews")
    client.force_login(editor)
    hand_in(course, teacher_a)
    client.get(at)
    with CaptureQueriesContext(connection) as few:
        client.get(at)
    for number in range(3):
        hand_in(make_course(school_a, f"c{number}", live=False), teacher_a)
    with CaptureQueriesContext(connection) as many:
        client.get(at)
    assert len(few) == len(many)
    assert client.get(at).content.decode().count("今天交来") == 4


def test_a_late_review_says_so(editor, teacher_a, course):
    state = hand_in(course, teacher_a)
    assert not submissions_for(editor)[0].is_late
    ReviewState.objects.filter(pk=state.pk).update(
        started_at=timezone.now() - timedelta(days=7)
    )
    (row,) = submissions_for(editor)
    assert row.is_late
    assert row.days == 7


def test_an_older_kind_of_review_gives_way_and_what_waits_goes_on(
    teacher_a, editor, course
):
    workflow = review_workflow("course_review")
    WorkflowTask.objects.filter(workflow=workflow).delete()
    old = GroupApprovalTask.objects.create(name="旧的")
    WorkflowTask.objects.create(workflow=workflow, task=old, sort_order=0)
    course.get_workflow().start(course, teacher_a)
    for _again in range(2):
        review_workflow("course_review")
    (task,) = workflow.tasks
    assert isinstance(task.specific, CentreReviewTask)
    assert [one.page.pk for one in submissions_for(editor)] == [course.pk]


def test_the_director_reviews_too_and_an_ended_editor_does_not(
    client, school_a, teacher_a, clerk_a, director, editor, course
):
    state = hand_in(course, teacher_a)
    assert len(submissions_for(director)) == 1
    editor.memberships.update(until=date(2026, 1, 2))
    assert submissions_for(type(editor).objects.get(pk=editor.pk)) == []
    client.force_login(clerk_a)
    assert decide(client, state, course, "approve", **CHECKS).status_code == 403
