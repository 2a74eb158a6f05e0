"""What somebody has learnt from is not deleted; taking it offline is offered."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.exceptions import HasLearnersError
from courses.models import CoursePage, CourseRun, LessonPage
from learning.models import Enrolment, LessonProgress
from learning.services.enrolment import enrol_learner
from tests.factories import make_course, make_text_lesson

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def bulk(action, *pages):
    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", action))
    return address + "?" + "&".join(f"id={page.pk}" for page in pages)


@pytest.fixture
def enrolment(course_a, lesson_a, learner):
    from django.utils import timezone

    made = enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    LessonProgress.objects.create(
        enrolment=made,
        lesson=lesson_a,
        viewed_at=timezone.now(),
        seen_until=timezone.now(),
    )
    return made


@pytest.mark.parametrize("who", ["editor", "director", "site_admin"])
def test_a_page_with_learners_is_not_deleted(
    client, request, who, course_a, lesson_a, enrolment
):
    client.force_login(request.getfixturevalue(who))
    other = make_text_lesson(course_a, "没人学过的课")
    rows = (Page.objects.count(), Enrolment.objects.count(), CourseRun.objects.count())
    answers = []
    for page in (lesson_a, course_a):
        answers += [
            client.get(url("delete", page.pk)),
            client.post(url("delete", page.pk)),
            client.get(bulk("delete", page, other)),
            client.post(bulk("delete", page, other)),
        ]
    for response in answers:
        body = response.content.decode()
        assert response.status_code == 409
        assert "不能删" in body
        assert "下架" in body
        assert "/unpublish/" in body
    assert rows == (
        Page.objects.count(), Enrolment.objects.count(), CourseRun.objects.count()
    )  # fmt: skip
    assert client.post(url("unpublish", course_a.pk)).status_code == 302
    assert not CoursePage.objects.get(pk=course_a.pk).live


def test_deleting_by_the_parent_is_refused(client, site_admin, school_a, enrolment):
    client.force_login(site_admin)
    assert client.post(url("delete", school_a.pk)).status_code == 409
    assert client.post(bulk("delete", school_a)).status_code == 409
    assert Page.objects.filter(pk=school_a.pk).exists()


def test_scripts_get_the_sentence_too(course_a, lesson_a, enrolment):
    for page in (lesson_a, course_a):
        with pytest.raises(HasLearnersError, match="下架"):
            page.delete()
        assert Page.objects.filter(pk=page.pk).exists()


def test_a_clerk_hears_who_takes_a_page_offline(client, clerk_a, course_a, lesson_a):
    """Without the right to publish there is none to delete what is live."""
    client.force_login(clerk_a)
    response = client.post(url("delete", lesson_a.pk))
    assert response.status_code == 302
    assert LessonPage.objects.filter(pk=lesson_a.pk).exists()


def test_a_lesson_that_nobody_opened_is_deleted(client, editor, course_a, enrolment):
    lesson = make_text_lesson(course_a, "没人学过的课")
    client.force_login(editor)
    assert client.get(url("delete", lesson.pk)).status_code == 200
    assert client.post(url("delete", lesson.pk)).status_code == 302
    assert not LessonPage.objects.filter(pk=lesson.pk).exists()


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_course_with_its_empty_run_is_deleted(client, editor, school_a, in_bulk):
    course = make_course(school_a, "mian")
    make_text_lesson(course)
    assert course.runs.count() == 1
    client.force_login(editor)
    address = bulk("delete", course) if in_bulk else url("delete", course.pk)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert not CoursePage.objects.filter(pk=course.pk).exists()
    assert not CourseRun.objects.filter(course=course.pk).exists()
