"""«写一课»: four questions, one draft course, and «我的课» to go on from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.covers import PATTERNS, look_of
from courses.choices import CoverPattern
from courses.exceptions import NotReadyError, NotYourCourseError
from courses.lesson_sample import SAMPLE_MARK
from courses.models import Audience, CoursePage, LessonPage
from courses.services.writing import CoursePlan, add_lesson, begin_course
from schools.choices import Role
from schools.models import StaffProfile
from schools.services.membership import appoint
from tests.factories import make_category, make_course, make_profile

pytestmark = pytest.mark.django_db


def step(name):
    return reverse("desk:write_step", args=[name])


def answer(client, *, title="和家人视频通话", lessons="3", **audience):
    """Fill in all pages but the last one; the key of the last one is returned."""
    client.get(step("title"))
    client.post(step("title"), {"title": title})
    client.post(step("audience"), {"category": make_category().pk, **audience})
    client.post(step("lessons"), {"lessons": lessons})
    return client.get(step("cover")).context["form"].initial["key"]


def test_a_teacher_answers_four_pages_and_gets_a_draft_with_lessons(
    client, teacher_a, school_a
):
    beginners = Audience.objects.create(slug="new", name="零基础")
    client.force_login(teacher_a)
    assert client.get(reverse("desk:write")).url == step("title")
    key = answer(client, lessons="３", audience=beginners.pk)
    done = client.post(step("cover"), {"cover": "wave", "key": key})
    course = CoursePage.objects.get(title="和家人视频通话")
    assert done.url == reverse("desk:my_course", args=[course.pk])
    assert not course.live
    assert course.school == school_a
    assert course.is_taught_by(teacher_a)
    assert list(course.audiences.all()) == [beginners]
    assert course.cover_pattern == "wave"
    lessons = LessonPage.objects.child_of(course)
    assert lessons.count() == 3
    ids = set()
    for lesson in lessons:
        assert not lesson.live
        assert [child.block_type for child in lesson.body] == ["step"] * 3
        assert all(SAMPLE_MARK in child.value["sentences"][0] for child in lesson.body)
        ids |= {child.id for child in lesson.body}
    assert len(ids) == 9
    page = client.get(done.url).content.decode()
    first = lessons.first()
    assert reverse("wagtailadmin_pages:edit", args=[first.pk]) in page
    # What is edited is the version that was just made.
    edited = client.get(reverse("wagtailadmin_pages:edit", args=[first.pk]))
    assert SAMPLE_MARK in edited.context["page"].body[0].value["sentences"][0]


def test_the_last_page_sent_twice_makes_one_course(client, teacher_a):
    client.force_login(teacher_a)
    key = answer(client)
    sent = {"cover": "", "key": key}
    first, second = (client.post(step("cover"), sent) for _ in range(2))
    assert first.url == second.url
    assert CoursePage.objects.filter(owner=teacher_a).count() == 1
    # The next course begins empty.
    assert client.get(step("cover")).url == step("title")


def test_answers_are_kept_and_pages_are_not_skipped(client, teacher_a):
    client.force_login(teacher_a)
    assert client.get(step("cover")).url == step("title")
    answer(client, title="揉面", lessons="5")
    assert 'value="揉面"' in client.get(step("title")).content.decode()
    assert 'value="5"' in client.get(step("lessons")).content.decode()
    chosen = client.get(step("audience")).content.decode()
    assert "checked" in chosen


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("title", {"title": "一" * 17}, "请改到十六个字以内"),
        ("title", {"title": ""}, "请填写「课名」"),
        ("audience", {}, "请选一个「讲哪一类？」"),
        ("lessons", {"lessons": "21"}, "1 到 20"),
        ("lessons", {"lessons": "几"}, "1 到 20"),
    ],
)
def test_a_wrong_answer_is_said_in_words_and_kept(client, teacher_a, name, data, words):
    client.force_login(teacher_a)
    response = client.post(step(name), data)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_last_page_of_other_answers_makes_nothing(client, teacher_a):
    client.force_login(teacher_a)
    answer(client)
    response = client.post(step("cover"), {"cover": "", "key": "another"})
    assert response.url == reverse("desk:write")
    assert not CoursePage.objects.filter(owner=teacher_a).exists()


def test_who_works_at_two_schools_chooses_first(client, teacher_a, school_a, school_b):
    appoint(user=teacher_a, school=school_b, role=Role.TEACHER)
    make_profile(school_b, "二校", user=teacher_a)
    client.force_login(teacher_a)
    assert client.get(reverse("desk:write")).url == step("school")
    assert client.post(step("school"), {"school": 0}).status_code == 422
    client.post(step("school"), {"school": school_b.pk})
    key = answer(client)
    client.post(step("cover"), {"cover": "", "key": key})
    assert CoursePage.objects.get(owner=teacher_a).school == school_b


def test_who_stands_in_no_file_writes_as_the_one_who_began(clerk_a, school_a):
    plan = CoursePlan(title="剪纸", category=make_category(), lessons=1)
    course = begin_course(school=school_a, plan=plan, by=clerk_a)
    assert not course.teachers.exists()
    assert course.permissions_for_user(clerk_a).can_edit()


def test_one_more_lesson_once_and_only_by_who_writes_the_course(
    client, teacher_a, other_teacher_a, course_a, lesson_a
):
    client.force_login(teacher_a)
    address = reverse("desk:more_lessons", args=[course_a.pk])
    first, second = (client.post(address, {"key": "k"}) for _ in range(2))
    assert first.url == second.url
    added = LessonPage.objects.child_of(course_a).last()
    assert added.title == "第 2 课"
    assert first.url == reverse("wagtailadmin_pages:edit", args=[added.pk])
    with pytest.raises(NotYourCourseError):
        add_lesson(course=course_a, by=other_teacher_a)


def test_a_lesson_with_a_sample_left_is_not_published(course_a, teacher_a):
    lesson = add_lesson(course=course_a, by=teacher_a)
    with pytest.raises(NotReadyError, match="还是示例"):
        lesson.get_latest_revision().publish()


def test_my_courses_says_what_is_being_looked_at(client, teacher_a, course_a):
    waits = make_course(
        course_a.school, "waits", *course_a.teachers.all(), live=False, owner=teacher_a
    )
    waits.get_workflow().start(waits, teacher_a)
    client.force_login(teacher_a)
    listed = client.get(reverse("desk:my_courses")).content.decode()
    assert "给编辑看了" in listed


def test_my_courses_says_the_state_in_words_with_as_many_queries_for_more(
    client, teacher_a, course_a, lesson_a, school_a
):
    client.force_login(teacher_a)
    list_page = reverse("desk:my_courses")
    client.get(list_page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = client.get(list_page).content.decode()
    assert "甲校揉面" in page
    assert "已上线" in page
    for number in range(3):
        plan = CoursePlan(title=f"剪纸{number}", category=make_category(), lessons=1)
        begin_course(school=school_a, plan=plan, by=teacher_a)
    with CaptureQueriesContext(connection) as many:
        page = client.get(list_page).content.decode()
    assert "草稿" in page
    assert len(many) == len(few)
    one = reverse("desk:my_course", args=[course_a.pk])
    client.get(one)
    with CaptureQueriesContext(connection) as few:
        client.get(one)
    for _ in range(3):
        add_lesson(course=course_a, by=teacher_a)
    with CaptureQueriesContext(connection) as many:
        client.get(one)
    assert len(many) == len(few)


def test_a_colleague_finds_no_course_of_another(client, other_teacher_a, course_a):
    client.force_login(other_teacher_a)
    assert "甲校揉面" not in client.get(reverse("desk:my_courses")).content.decode()
    address = reverse("desk:my_course", args=[course_a.pk])
    assert client.get(address).status_code == 404


def test_the_chosen_lattice_is_drawn_and_none_leaves_it_to_the_seed(client, course_a):
    assert set(CoverPattern.values) == set(PATTERNS)
    by_itself = look_of("甲校揉面", "life")
    others = {look_of("甲校揉面", "life", name).pattern for name in PATTERNS}
    assert others == set(PATTERNS)
    assert look_of("甲校揉面", "life", "none") == by_itself
    course_a.cover_pattern = next(n for n in PATTERNS if n != by_itself.pattern)
    course_a.save()
    lines = PATTERNS[course_a.cover_pattern][2]
    for address in (course_a.url, "/courses/"):
        assert lines in client.get(address).content.decode(), address


def test_the_file_of_the_school_decides_who_teaches(teacher_a, school_a):
    StaffProfile.objects.filter(user=teacher_a).update(is_active=False)
    plan = CoursePlan(title="剪纸", category=make_category(), lessons=1)
    course = begin_course(school=school_a, plan=plan, by=teacher_a)
    assert not course.teachers.exists()
