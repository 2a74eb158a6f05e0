"""A course for the other schools, and a second one of one's own: words come, people stay."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import Page

from core.models import AuditEntry, SiteDocument
from courses.exceptions import NotOfferedError, NotReadyError, NotYourCourseError
from courses.models import (
    CourseOffer,
    CourseOrigin,
    CoursePage,
    LessonPage,
    QuestionBankPage,
)
from courses.question_desk import newest
from courses.services.sharing import offer_course, plan_copy
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner
from schools.admin.references import references_in, refusal_of
from schools.models import SchoolPage
from schools.services.provisioning import collection_of
from tests.courses.banks import make_bank
from tests.factories import make_image, make_learner
from tests.learning.lessons import block_id, make_lesson, question_block, text_block

pytestmark = pytest.mark.django_db


def step_with(image: Any) -> dict[str, Any]:
    return {
        "type": "step",
        "id": block_id("step"),
        "value": {
            "title": "和面",
            "sentences": [
                {"type": "item", "id": block_id("sentence"), "value": "水要温的。"}
            ],
            "image": image.pk,
            "alt": "图里有一盆面",
            "is_decoration": False,
        },
    }


def linked(*pages: Any) -> dict[str, Any]:
    words = "".join(f'<a linktype="page" id="{one.pk}">看这里</a>' for one in pages)
    return text_block() | {"value": f"<p>{words}</p>"}


def draw_from(bank: Any) -> dict[str, Any]:
    return {
        "type": "draw",
        "id": block_id("draw"),
        "value": {"bank": bank.pk, "count": 1},
    }


def fill_bank(bank: Any) -> Any:
    draft = newest(bank)
    draft.body = draft._meta.get_field("body").to_python([question_block("三光")])
    draft.save_revision()
    return bank


@pytest.fixture
def picture(school_a: Any) -> Any:
    return make_image(school_a, "和面")


@pytest.fixture
def lesson(course_a: CoursePage, school_a: Any, teacher_a: Any, picture: Any) -> Any:
    bank = fill_bank(make_bank(school_a, teacher_a))
    return make_lesson(course_a, step_with(picture), draw_from(bank), title="和面")


@pytest.fixture
def offer(lesson: Any, course_a: CoursePage, teacher_a: Any) -> CourseOffer:
    return offer_course(course=course_a, by=teacher_a)


def copy(client: Any, offer: CourseOffer, school: Any, key: str = "k") -> Any:
    address = reverse("desk:shared_course", args=[offer.pk])
    return client.post(address, {"key": key, "school": school.pk}, follow=True)


def copied() -> CoursePage:
    course: CoursePage = CourseOrigin.objects.get().course
    return course


# --- Giving ------------------------------------------------------------------------


def test_a_course_is_given_after_the_tick_that_it_is_ours(
    client: Any, lesson: Any, course_a: CoursePage, teacher_a: Any
) -> None:
    client.force_login(teacher_a)
    address = reverse("desk:offer_course", args=[course_a.pk])
    refused = client.post(address)
    assert refused.status_code == 422
    assert "先问清楚" in refused.content.decode()
    assert not CourseOffer.objects.exists()
    for _twice in range(2):
        assert client.post(address, {"is_ours": "on"}).status_code == 302
    assert CourseOffer.objects.open().get().course == course_a
    assert AuditEntry.objects.filter(action="course.offered").count() == 1


def test_what_residents_do_not_see_is_not_given(
    course_a: CoursePage, teacher_a: Any
) -> None:
    with pytest.raises(NotReadyError):
        offer_course(course=course_a, by=teacher_a)  # it has no lesson


def test_a_course_of_others_is_not_given(
    lesson: Any, course_a: CoursePage, teacher_b: Any, other_teacher_a: Any
) -> None:
    for stranger in (teacher_b, other_teacher_a):
        with pytest.raises(NotYourCourseError):
            offer_course(course=course_a, by=stranger)


def test_withdrawn_it_stands_in_no_list_and_copies_stay(
    client: Any, offer: CourseOffer, school_b: Any, teacher_a: Any, teacher_b: Any
) -> None:
    client.force_login(teacher_b)
    copy(client, offer, school_b)
    client.force_login(teacher_a)
    shown = client.get(reverse("desk:my_course", args=[offer.course_id]))
    assert school_b.title in shown.content.decode()
    for _twice in range(2):
        client.post(reverse("desk:withdraw_course", args=[offer.course_id]))
    client.force_login(teacher_b)
    html = client.get(reverse("desk:shared_courses")).content.decode()
    assert offer.course.title not in html
    assert copy(client, offer, school_b, "again").status_code == 404
    assert copied().title == offer.course.title


@pytest.mark.parametrize("how", ["unpublished", "withdrawn"])
def test_an_old_page_of_a_course_that_is_no_longer_given_copies_nothing(
    client: Any, offer: CourseOffer, school_b: Any, teacher_b: Any, how: str
) -> None:
    client.force_login(teacher_b)
    assert client.get(reverse("desk:shared_course", args=[offer.pk])).status_code == 200
    if how == "unpublished":
        offer.course.unpublish()
    else:
        CourseOffer.objects.update(withdrawn_at=offer.offered_at)
    assert copy(client, offer, school_b).status_code == 404
    assert not CourseOrigin.objects.exists()


def test_the_list_is_of_other_schools_and_for_writers(
    client: Any, offer: CourseOffer, teacher_a: Any, teacher_b: Any, editor: Any
) -> None:
    address = reverse("desk:shared_courses")
    for person, sees in ((teacher_a, False), (teacher_b, True)):
        client.force_login(person)
        html = client.get(address).content.decode()
        assert (offer.course.title in html) is sees
    assert "没有找到" in client.get(address, {"q": "太极"}).content.decode()
    client.force_login(editor)
    assert client.get(address).status_code == 403


def test_the_service_asks_too_whether_it_is_given(
    lesson: Any, course_a: CoursePage, school_b: Any, teacher_b: Any
) -> None:
    with pytest.raises(NotOfferedError):
        plan_copy(course=course_a, school=school_b, by=teacher_b)


# --- Copying into another school ---------------------------------------------------


def test_the_copy_is_a_draft_with_the_words_the_pictures_and_the_bank(
    client: Any, offer: CourseOffer, school_b: Any, teacher_b: Any, picture: Any
) -> None:
    client.force_login(teacher_b)
    answer = copy(client, offer, school_b)
    assert answer.status_code == 200
    course = copied()
    assert course.school == school_b
    assert not course.live
    assert [one.user for one in course.teachers.all()] == [teacher_b]
    assert course.category == offer.course.category
    new = newest(LessonPage.objects.child_of(course).get())
    assert not new.live
    step, draw = new.body
    assert step.value["title"] == "和面"
    image = step.value["image"]
    assert image != picture
    assert image.collection == collection_of(school_b)
    with image.file.open() as mine, picture.file.open() as theirs:
        assert mine.read() == theirs.read()
    bank = draw.value["bank"].specific
    assert bank.school == school_b
    assert len(newest(bank).body) == 1


def test_nothing_in_the_copy_points_into_the_other_school(
    client: Any, offer: CourseOffer, school_b: Any, teacher_b: Any
) -> None:
    client.force_login(teacher_b)
    copy(client, offer, school_b)
    course = copied()
    for page in (course, *LessonPage.objects.child_of(course)):
        form = page.get_edit_handler().get_form_class()(
            instance=newest(page), for_user=teacher_b
        )
        for name, field in form.fields.items():
            for one in references_in(field, form[name].value()):
                assert not refusal_of(one, user=teacher_b, school=school_b), name


def test_learners_and_drafts_stay_where_they_are(
    client: Any,
    offer: CourseOffer,
    course_a: CoursePage,
    lesson: Any,
    school_b: Any,
    teacher_b: Any,
) -> None:
    enrol_learner(learner=make_learner(), run=course_a.runs.get(is_self_paced=True))
    lesson.title = "还没给人看的题目"
    lesson.save_revision()
    make_lesson(course_a, title="下架的课").unpublish()
    client.force_login(teacher_b)
    copy(client, offer, school_b)
    course = copied()
    assert not Enrolment.objects.filter(run__course=course).exists()
    titles = [newest(one).title for one in LessonPage.objects.child_of(course)]
    assert titles == ["和面"]


def test_links_within_the_course_follow_and_others_are_taken_out(
    client: Any,
    offer: CourseOffer,
    course_a: CoursePage,
    lesson: Any,
    school_a: Any,
    school_b: Any,
    teacher_b: Any,
) -> None:
    make_lesson(course_a, linked(lesson, school_a), title="蒸馒头")
    client.force_login(teacher_b)
    html = copy(client, offer, school_b).content.decode()
    assert "有 1 处指向那所学校的链接或文件没有带过来" in html
    first, second = map(newest, LessonPage.objects.child_of(copied()).order_by("path"))
    text = second.body[0].value.source
    assert f'id="{first.pk}"' in text
    assert text.count("看这里") == 2
    assert text.count("linktype") == 1


def test_a_file_that_the_storage_has_lost_is_said_and_the_rest_is_copied(
    client: Any, offer: CourseOffer, picture: Any, school_b: Any, teacher_b: Any
) -> None:
    picture.file.storage.delete(picture.file.name)
    client.force_login(teacher_b)
    html = copy(client, offer, school_b).content.decode()
    assert "有 1 处" in html
    new = newest(LessonPage.objects.child_of(copied()).get())
    assert new.body[0].value["image"] is None


def test_the_shared_library_is_pointed_to_and_not_copied(
    client: Any, course_a: CoursePage, teacher_a: Any, school_b: Any, teacher_b: Any
) -> None:
    from wagtail.models import Collection

    shared = make_image(None, "公共的图", Collection.get_first_root_node())
    make_lesson(course_a, step_with(shared))
    given = offer_course(course=course_a, by=teacher_a)
    client.force_login(teacher_b)
    copy(client, given, school_b)
    new = newest(LessonPage.objects.child_of(copied()).get())
    assert new.body[0].value["image"] == shared


def test_a_printable_file_comes_along(
    client: Any,
    course_a: CoursePage,
    school_a: Any,
    teacher_a: Any,
    school_b: Any,
    teacher_b: Any,
) -> None:
    sheet = SiteDocument.objects.create(
        title="面点单子",
        file=ContentFile(b"%PDF-1.4\n%%EOF\n", "sheet.pdf"),
        collection=collection_of(school_a),
    )
    block = {
        "type": "file",
        "id": block_id("file"),
        "value": {"title": "单子", "document": sheet.pk},
    }
    make_lesson(course_a, text_block(), block)
    given = offer_course(course=course_a, by=teacher_a)
    client.force_login(teacher_b)
    copy(client, given, school_b)
    new = newest(LessonPage.objects.child_of(copied()).get())
    document = new.body[1].value["document"]
    assert document != sheet
    assert document.title == "面点单子"
    assert document.collection == collection_of(school_b)


def test_sent_twice_it_is_one_copy_and_two_copies_share_their_files(
    client: Any, offer: CourseOffer, school_b: Any, teacher_b: Any
) -> None:
    client.force_login(teacher_b)
    for key in ("one", "one", "two"):
        copy(client, offer, school_b, key)
    courses = [one.course for one in CourseOrigin.objects.all()]
    assert len(courses) == 2
    images = {
        newest(LessonPage.objects.child_of(one).get()).body[0].value["image"].pk
        for one in courses
    }
    assert len(images) == 1


def test_nobody_copies_into_a_school_where_they_do_not_write(
    client: Any, offer: CourseOffer, teacher_b: Any, school_a: Any
) -> None:
    before = Page.objects.count()
    other = SchoolPage.objects.exclude(pk=school_a.pk).exclude(
        pk__in=teacher_b.memberships.values("school_id")
    )
    client.force_login(teacher_b)
    for school in (school_a, *other):
        assert copy(client, offer, school).status_code == 422
    assert Page.objects.count() == before


# --- Whose it was ------------------------------------------------------------------


def test_the_public_page_says_whose_course_it_was_even_when_that_is_gone(
    client: Any, offer: CourseOffer, school_a: Any, school_b: Any, teacher_b: Any
) -> None:
    client.force_login(teacher_b)
    copy(client, offer, school_b)
    source = offer.course.title
    offer.course.delete()
    course = copied()
    course.save_revision().publish()
    html = client.get(course.url).content.decode()
    assert f"根据{school_a.title}的「{source}」改编" in html


def test_a_copy_of_a_copy_names_the_first_and_the_last(
    client: Any,
    offer: CourseOffer,
    school_a: Any,
    school_b: Any,
    centre_school: Any,
    teacher_b: Any,
) -> None:
    from schools.choices import Role
    from tests.factories import make_staff

    client.force_login(teacher_b)
    copy(client, offer, school_b)
    course = copied()
    LessonPage.objects.child_of(course).get().save_revision().publish()
    course.title = "本社区的面点"
    course.save_revision().publish()
    again = offer_course(course=CoursePage.objects.get(pk=course.pk), by=teacher_b)
    client.force_login(make_staff("third", centre_school, Role.TEACHER))
    copy(client, again, centre_school)
    origin = CourseOrigin.objects.get(school=centre_school)
    html = client.get(reverse("desk:my_course", args=[origin.course_id]))
    words = html.content.decode()
    assert f"根据{school_b.title}的「本社区的面点」改编" in words
    assert f"最早是{school_a.title}的「{offer.course.title}」" in words


# --- A second one of one's own -----------------------------------------------------


def test_a_second_one_has_the_newest_words_and_the_same_pictures(
    client: Any, lesson: Any, course_a: CoursePage, teacher_a: Any, picture: Any
) -> None:
    lesson.title = "改过还没上线的题目"
    lesson.save_revision()
    banks = QuestionBankPage.objects.count()
    client.force_login(teacher_a)
    for _twice in range(2):
        client.post(reverse("desk:copy_course", args=[course_a.pk]), {"key": "k"})
    course = copied()
    assert course.title == f"{course_a.title}（再一份）"
    assert course.slug != course_a.slug
    assert course.origin.last is None
    new = newest(LessonPage.objects.child_of(course).get())
    assert new.title == "改过还没上线的题目"
    assert new.body[0].value["image"] == picture
    assert QuestionBankPage.objects.count() == banks


def test_who_does_not_write_the_course_makes_no_second_one(
    client: Any, lesson: Any, course_a: CoursePage, other_teacher_a: Any
) -> None:
    client.force_login(other_teacher_a)
    address = reverse("desk:copy_course", args=[course_a.pk])
    assert client.post(address, {"key": "k"}).status_code == 404
    assert not CourseOrigin.objects.exists()
