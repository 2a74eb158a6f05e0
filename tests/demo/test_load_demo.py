"""Loading the demo: every page answers, a second load changes nothing."""

import re

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from wagtail.models import Page

from accounts.models import User
from courses.models import CoursePage, LessonPage
from learning.models import Enrolment, LessonProgress
from learning.services.enrolment import enrol_learner
from news.models import NewsPage
from schools.choices import Role
from schools.models import Membership, SchoolPage

pytestmark = pytest.mark.long


@pytest.fixture
def demo(demo_street, db):
    """A test's own view of the street; what it changes is rolled back."""


def live_pages():
    return list(Page.objects.live().filter(depth__gte=2).specific())


def test_the_street_is_as_promised(demo):
    assert SchoolPage.objects.count() == 7
    assert CoursePage.objects.live().count() == 40
    assert LessonPage.objects.live().count() == 174
    assert NewsPage.objects.count() == 30
    assert NewsPage.objects.live().count() == 28
    assert User.objects.filter(username__startswith="resident-").count() == 300
    held = set(Membership.objects.values_list("role", flat=True))
    assert held == set(Role.values)


def test_learning_on_the_street_looks_like_learning(demo):
    enrolments = Enrolment.objects.studying()
    unfinished = enrolments.unfinished().count() / enrolments.count()
    assert 0.2 <= unfinished <= 0.8
    assert enrolments.stuck().exists()
    assert LessonProgress.objects.filter(completed_at__isnull=False).exists()


def test_every_page_answers_an_enrolled_learner_with_one_heading(demo, client):
    learner = get_user_model().objects.get(username="resident_demo")
    for course in CoursePage.objects.live():
        enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
    client.force_login(learner)
    for page in live_pages():
        response = client.get(page.url)
        assert response.status_code == 200, page.url
        text = response.content.decode()
        assert len(re.findall(r"<h1[\s>]", text)) == 1, page.url
        assert "<title>" in text, page.url


def test_gated_lessons_answer_403_to_a_visitor_and_show_nothing(demo, client):
    for lesson in LessonPage.objects.live():
        response = client.get(lesson.url)
        assert response.status_code == (200 if lesson.is_preview else 403), lesson.url
        if not lesson.is_preview:
            text = response.content.decode()
            for block in lesson.body:
                if block.block_type == "text":
                    body = re.sub(r"<[^>]+>", "", str(block.value.source))
                    assert body[:30] not in text, lesson.url


def rows():
    """How many rows each table has, the audit and search tables included."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


def test_loading_twice_changes_nothing_and_keeps_what_users_changed(demo):
    course = CoursePage.objects.get(slug="c01")
    course.title = "邻居改过的课名"
    course.save_revision().publish()
    gone = LessonPage.objects.filter(progress__isnull=True).last()
    if gone is not None:
        gone.unpublish()
    before = rows()
    call_command("load_demo", verbosity=0)
    assert rows() == before
    assert CoursePage.objects.get(slug="c01").title == "邻居改过的课名"
    if gone is not None:
        assert not LessonPage.objects.get(pk=gone.pk).live


def test_the_recordings_know_their_length_and_size(demo):
    from core.models import MediaFile

    media = MediaFile.objects.all()
    assert sorted(media.values_list("type", flat=True)) == ["audio", "video", "video"]
    for one in media:
        assert 40 < one.duration < 120, one.title
        assert one.size_bytes > 100_000, one.title
