"""A forged chooser id is refused on save; nothing is saved and nothing is shown.

Stock Wagtail takes any id that a form sends (wagtail issue 9714).
"""

import json

import pytest
from django.urls import reverse

from courses.models import CourseIndexPage, CoursePage, LessonPage
from home.models import StandardPage
from news.models import NewsPage
from schools.choices import Role
from schools.models import StaffProfile
from schools.services.membership import appoint
from schools.services.provisioning import shared_collection
from tests import factories
from tests.factories import section
from tests.schools.admin_forms import course_data, lesson_data, link_to, news_data
from tests.schools.foreign import CANARY, make_foreign

pytestmark = pytest.mark.django_db

NOT_OURS = "不属于本校"
NO_LINK = "这个链接指向的页面不在本校"
NOT_LISTED = "这里选的不是本校的"


def url(name, *args):
    return reverse(f"wagtailadmin_pages:{name}", args=args)


@pytest.fixture
def foreign(school_a):
    return make_foreign()


def picture(image):
    return ("picture", {"image": image, "alt": "一团面", "caption": ""})


def forged_blocks(foreign):
    """A block for each kind of chooser, with something of school B in it."""
    return {
        "picture": (picture(foreign.image.pk), NOT_OURS),
        "step": (
            (
                "step",
                {
                    "title": "揉面",
                    "sentences-count": "1",
                    "sentences-0-deleted": "",
                    "sentences-0-order": "0",
                    "sentences-0-type": "item",
                    "sentences-0-value": "压",
                    "image": foreign.image.pk,
                    "alt": "面",
                },
            ),
            NOT_OURS,
        ),
        "file": (
            ("file", {"title": "操作卡", "document": foreign.document.pk}),
            NOT_OURS,
        ),
        "video": (
            (
                "video",
                {
                    "title": "看一遍",
                    "video": foreign.medium.pk,
                    "captions": foreign.document.pk,
                    "transcript": "压面",
                },
            ),
            NOT_OURS,
        ),
        "text": (("text", link_to(foreign.pages["course"].pk)), NO_LINK),
    }


def check_refused(response, sentence):
    assert response.status_code == 200
    body = response.content.decode()
    assert sentence in body or json.dumps(sentence)[1:-1] in body
    assert CANARY not in body
    assert response.context["form"].errors


@pytest.mark.parametrize("kind", ["picture", "step", "file", "video", "text"])
@pytest.mark.parametrize("who", ["teacher_a", "clerk_a"])
def test_a_lesson_takes_nothing_of_another_school(
    client, request, who, kind, course_a, lesson_a, foreign
):
    client.force_login(request.getfixturevalue(who))
    block, sentence = forged_blocks(foreign)[kind]
    before = LessonPage.objects.get(pk=lesson_a.pk).latest_revision_id
    for action in ({}, {"action-submit": "1"}):
        data = lesson_data(block, title="改了") | action
        check_refused(client.post(url("edit", lesson_a.pk), data), sentence)
        add = url("add", "courses", "lessonpage", course_a.pk)
        check_refused(client.post(add, data), sentence)
    # Wrong for another reason too: the field is drawn again, and shows nothing.
    data = lesson_data(block, ("picture", {"image": "", "alt": ""}), title="")
    check_refused(client.post(url("edit", lesson_a.pk), data), sentence)
    after = LessonPage.objects.get(pk=lesson_a.pk)
    assert (after.latest_revision_id, after.title) == (before, "甲校第一课")
    assert LessonPage.objects.child_of(course_a).count() == 1


def test_a_preview_shows_nothing_of_another_school(
    client, teacher_a, lesson_a, foreign
):
    client.force_login(teacher_a)
    for block, _sentence in forged_blocks(foreign).values():
        preview = url("preview_on_edit", lesson_a.pk)
        response = client.post(preview, lesson_data(block))
        assert response.json()["is_valid"] is False
        assert CANARY not in client.get(preview).content.decode()


def test_autosave_is_refused_like_saving(client, teacher_a, lesson_a, foreign):
    client.force_login(teacher_a)
    data = lesson_data(picture(foreign.image.pk))
    response = client.post(
        url("edit", lesson_a.pk), data, headers={"accept": "application/json"}
    )
    assert response.json()["success"] is False
    assert CANARY not in response.content.decode()


def test_a_course_takes_no_cover_and_no_teacher_of_another_school(
    client, teacher_a, course_a, school_a, foreign
):
    client.force_login(teacher_a)
    own = StaffProfile.objects.get(user=teacher_a).pk
    edit = url("edit", course_a.pk)
    add = url("add", "courses", "coursepage", section(school_a, CourseIndexPage).pk)
    for address in (edit, add):
        data = course_data(teachers=[own], cover=foreign.image.pk)
        check_refused(client.post(address, data), NOT_OURS)
        data = course_data(teachers=[own, foreign.profile.pk])
        check_refused(client.post(address, data), NOT_LISTED)
        assert CANARY not in client.get(address).content.decode()
    after = CoursePage.objects.get(pk=course_a.pk)
    assert after.cover is None
    assert [one.pk for one in after.teachers.all()] == [own]
    assert CoursePage.objects.child_of(section(school_a, CourseIndexPage)).count() == 1


def test_news_takes_nothing_of_another_school(client, clerk_a, school_a, foreign):
    client.force_login(clerk_a)
    item = factories.make_news(school_a, "甲校新闻")
    data = news_data(lead_image=foreign.image.pk)
    check_refused(client.post(url("edit", item.pk), data), NOT_OURS)
    assert NewsPage.objects.get(pk=item.pk).lead_image is None


def test_ids_that_do_not_exist_are_refused_in_the_same_words(
    client, teacher_a, lesson_a
):
    client.force_login(teacher_a)
    data = lesson_data(("text", link_to(987654)))
    check_refused(client.post(url("edit", lesson_a.pk), data), NO_LINK)


def test_own_and_shared_things_are_taken(
    client, teacher_a, course_a, lesson_a, school_a
):
    client.force_login(teacher_a)
    own = factories.make_image(school_a, "本校的图")
    shared = factories.make_image(None, "公共的图", shared_collection())
    about = StandardPage(title="怎么学", slug="how-to")
    home = course_a.get_ancestors().get(depth=2)
    home.add_child(instance=about)
    data = lesson_data(
        picture(own.pk),
        picture(shared.pk),
        ("text", link_to(course_a.pk)),
        ("text", link_to(about.pk)),
    )
    response = client.post(url("edit", lesson_a.pk), data)
    assert response.status_code == 302, response.context["form"].errors
    saved = LessonPage.objects.get(pk=lesson_a.pk).get_latest_revision_as_object()
    assert [block.value["image"].pk for block in saved.body[:2]] == [own.pk, shared.pk]


def test_what_the_page_already_points_to_stays(client, teacher_a, lesson_a, foreign):
    """An editor may have put it there; the teacher can still save the lesson."""
    raw = [
        {
            "type": "picture",
            "value": {"image": foreign.image.pk, "alt": "面", "caption": ""},
        }
    ]
    lesson = LessonPage.objects.get(pk=lesson_a.pk)
    lesson.body = lesson._meta.get_field("body").to_python(raw)
    lesson.save_revision()
    client.force_login(teacher_a)
    data = lesson_data(picture(foreign.image.pk), title="改了题目")
    assert client.post(url("edit", lesson_a.pk), data).status_code == 302
    data = lesson_data(picture(foreign.image.pk), ("file", {
        "title": "卡", "document": foreign.document.pk,
    }))  # fmt: skip
    response = client.post(url("edit", lesson_a.pk), data)
    assert NOT_OURS in response.content.decode() or response.context["form"].errors


def test_who_works_at_two_schools_does_not_mix_them(
    client, teacher_a, school_b, lesson_a
):
    appoint(user=teacher_a, school=school_b, role=Role.TEACHER)
    image = factories.make_image(school_b, "乙校的图")
    client.force_login(teacher_a)
    assert client.get(f"/admin/images/chooser/chosen/{image.pk}/").status_code == 200
    data = lesson_data(picture(image.pk))
    check_refused(client.post(url("edit", lesson_a.pk), data), NOT_OURS)


def test_the_centre_does_not_put_one_schools_files_on_anothers_page(
    client, editor, lesson_a, foreign
):
    client.force_login(editor)
    data = lesson_data(picture(foreign.image.pk))
    response = client.post(url("edit", lesson_a.pk), data)
    assert response.context["form"].errors
    live = lesson_data(("text", link_to(foreign.pages["course"].pk)))
    assert client.post(url("edit", lesson_a.pk), live).status_code == 302


def test_a_form_that_lacks_its_parts_is_a_bad_request(client, teacher_a, lesson_a):
    client.force_login(teacher_a)
    client.raise_request_exception = False
    response = client.post(url("edit", lesson_a.pk), {"title": "x"})
    assert response.status_code == 400
