"""Banks of questions: the school's teachers share them, and nobody else sees one."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import Page

from core.models import AuditEntry
from courses.exceptions import NotReadyError
from courses.models import CourseIndexPage, CoursePage, QuestionBankPage
from courses.question_desk import newest
from courses.question_files import read_questions
from tests.courses.banks import make_bank, prompts, read_in, upload, word_paper
from tests.factories import make_text_lesson, section
from tests.learning.lessons import make_lesson, question_block
from tests.schools.admin_forms import lesson_data
from tests.schools.test_tree import refused

pytestmark = pytest.mark.django_db
EVERY_KIND = """::甲::面团要醒多久？{=二十分钟#对，盖上湿布 ~两分钟#太短}

「三光」是哪几样？{~%50%面光 ~%50%手光 ~灯光}

=1+1 是二。{T#再想想#对了}

和面要用____水。{=温 =温的}

// [unit:分钟]
醒多久？{#20:5}

先后？{>
和面
揉面
}

哪两样一对？{=发面 -> 馒头 =烫面 -> 蒸饺}
"""


@pytest.fixture
def bank(school_a, teacher_a):
    return make_bank(school_a, teacher_a)


def url(name, *args):
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def fill(client, page, text=EVERY_KIND):
    address = read_in(client, page, text.encode())
    rows = client.get(address).context["rows"]
    client.post(address, {"chosen": [one.entry["place"] for one in rows]})


def blocks_of(page):
    return newest(type(page).objects.get(pk=page.pk)).body


def said_in(page):
    """The words of every question, without the ids of its blocks."""
    return [(one.block_type, str(one.value)) for one in blocks_of(page)]


def test_a_teacher_makes_a_bank_once_and_sees_it_in_the_list(
    client, teacher_a, school_a
):
    client.force_login(teacher_a)
    page = client.get(reverse("desk:new_bank"))
    said = {
        "key": page.context["form"]["key"].value(),
        "school": school_a.pk,
        "title": "面点题库",
    }
    addresses = {client.post(reverse("desk:new_bank"), said).url for _twice in range(2)}
    assert len(addresses) == 1
    bank = QuestionBankPage.objects.get()
    assert (bank.title, bank.live, bank.owner) == ("面点题库", False, teacher_a)
    assert AuditEntry.objects.filter(action="questions.bank_started").count() == 1
    assert "面点题库" in client.get(reverse("desk:questions")).content.decode()
    nameless = client.post(reverse("desk:new_bank"), said | {"title": ""})
    assert nameless.status_code == 422


def test_a_bank_is_not_begun_at_another_school(client, teacher_a, school_b):
    client.force_login(teacher_a)
    said = {"key": "k", "school": school_b.pk, "title": "题库"}
    assert client.post(reverse("desk:new_bank"), said).status_code == 422
    assert not QuestionBankPage.objects.exists()


def test_all_teachers_of_the_school_write_it_in_the_editor(
    client, bank, other_teacher_a
):
    client.force_login(other_teacher_a)
    upload(client, bank, word_paper())
    page = client.get(url("edit", bank.pk))
    assert page.status_code == 200
    assert "action-publish" not in page.content.decode()
    assert (
        "题库" in client.get(url("add_subpage", bank.get_parent().pk)).content.decode()
    )
    added = client.get(url("add", "courses", "questionbankpage", bank.get_parent().pk))
    assert added.status_code == 200


def test_another_school_reaches_no_bank_by_any_route(client, bank, teacher_b, clerk_b):
    for other in (teacher_b, clerk_b):
        client.force_login(other)
        for name in ("edit", "delete", "copy", "history", "usage", "view_draft"):
            assert refused(client.get(url(name, bank.pk))), name
        assert refused(
            client.get(url("revisions_view", bank.pk, bank.latest_revision_id))
        )
        for name in ("question_page", "import_questions"):
            address = reverse(f"desk:{name}", args=[bank.pk])
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404
        for form in ("xlsx", "gift", "xml"):
            address = reverse("desk:export_questions", args=[bank.pk, form])
            assert client.get(address).status_code == 404
        assert "面点题库" not in client.get(reverse("desk:questions")).content.decode()


def test_a_bank_is_public_nowhere(client, bank, teacher_a, learner, school_a):
    client.force_login(teacher_a)
    fill(client, bank)
    path = f"{section(school_a, CourseIndexPage).url}{bank.slug}/"
    client.logout()
    for who in (None, learner):
        if who:
            client.force_login(who)
        assert client.get(path).status_code == 404
        for address in (
            "/sitemap.xml", "/search/?q=面点题库", "/courses/?q=面点题库", "/courses/",
            section(school_a, CourseIndexPage).url, school_a.url,
        ):  # fmt: skip
            answer = client.get(address)
            assert answer.status_code == 200, address
            # The search page repeats what was looked for, in its box.
            words = answer.content.decode().replace('value="面点题库"', "")
            assert bank.slug not in words, address
            assert "三光" not in words, address
    assert not Page.objects.live().filter(pk=bank.pk).exists()


def test_a_bank_is_published_by_nobody(client, bank, director):
    client.force_login(director)
    client.post(
        url("edit", bank.pk), lesson_data(title="新名", **{"action-publish": "1"})
    )
    bulk = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    client.post(f"{bulk}?id={bank.pk}")
    bank.refresh_from_db()
    assert not bank.live
    with pytest.raises(NotReadyError):
        bank.get_latest_revision().publish()


@pytest.mark.parametrize("form", ["xlsx", "gift", "xml"])
def test_what_is_taken_out_and_brought_in_again_is_the_same(
    client, bank, school_a, teacher_a, form
):
    client.force_login(teacher_a)
    fill(client, bank)
    assert len(prompts(bank)) == 7
    file = client.get(reverse("desk:export_questions", args=[bank.pk, form]))
    assert "attachment" in file["Content-Disposition"]
    # Into the same bank: every question is recognised.
    rows = client.get(read_in(client, bank, file.content)).context["rows"]
    assert {one.entry["verdict"] for one in rows} == {"there"}
    # Into another one: nothing is lost on the way.
    other = make_bank(school_a, teacher_a, "第二个题库")
    address = read_in(client, other, file.content)
    rows = client.get(address).context["rows"]
    assert {one.entry["verdict"] for one in rows} == {"ok"}
    client.post(address, {"chosen": [one.entry["place"] for one in rows]})
    assert said_in(other) == said_in(bank)


def test_a_question_that_is_not_whole_is_not_in_the_file_and_the_page_says_so(
    client, bank, teacher_a
):
    client.force_login(teacher_a)
    fill(client, bank)
    draft = newest(QuestionBankPage.objects.get())
    draft.body[0].value["prompt"] = ""
    draft.save_revision(clean=False)
    page = client.get(reverse("desk:question_page", args=[bank.pk]))
    assert "有 1 道题还没写完" in page.content.decode()
    file = client.get(reverse("desk:export_questions", args=[bank.pk, "gift"]))
    assert len(read_questions(file.content).items) == 6


def test_no_cell_of_a_sheet_is_a_formula(client, bank, teacher_a):
    client.force_login(teacher_a)
    fill(client, bank)
    address = reverse("desk:export_questions", args=[bank.pk, "xlsx"])
    sheet = load_workbook(io.BytesIO(client.get(address).content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert "=1+1 是二。" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}


def test_questions_are_copied_from_a_bank_into_a_lesson_and_back_once(
    client, bank, teacher_a, course_a
):
    client.force_login(teacher_a)
    fill(client, bank)
    lesson = make_text_lesson(course_a, "第一课")
    ids = [str(one.id) for one in blocks_of(bank)]
    address = reverse("desk:question_page", args=[bank.pk])
    for _twice in range(2):
        answer = client.post(address, {"chosen": ids[:2], "target": lesson.pk})
        assert answer.url == reverse("desk:question_page", args=[lesson.pk])
    assert prompts(lesson) == ["面团要醒多久？", "「三光」是哪几样？"]
    lesson.refresh_from_db()
    assert [one.block_type for one in lesson.body] == ["text"]
    back = [str(one.id) for one in blocks_of(lesson) if one.block_type != "text"]
    client.post(
        reverse("desk:question_page", args=[lesson.pk]),
        {"chosen": back, "target": bank.pk},
    )
    assert len(prompts(bank)) == 7


def test_a_lesson_gives_its_questions_to_a_bank(client, bank, teacher_a, course_a):
    client.force_login(teacher_a)
    lesson = make_lesson(course_a, question_block("x"), title="小测")
    address = reverse("desk:question_page", args=[lesson.pk])
    block = str(lesson.body[0].id)
    nothing = client.post(address, {"target": bank.pk})
    assert nothing.status_code == 422
    client.post(address, {"chosen": [block], "target": bank.pk})
    assert prompts(bank) == ["x?"]


def test_nothing_is_copied_into_another_school(
    client, bank, director, school_b, teacher_b
):
    other = make_bank(school_b, teacher_b, "乙校题库")
    client.force_login(director)
    fill(client, bank)
    said = {"chosen": [str(blocks_of(bank)[0].id)], "target": other.pk}
    answer = client.post(reverse("desk:question_page", args=[bank.pk]), said)
    assert answer.status_code == 422
    assert prompts(other) == []


def test_a_lesson_that_one_may_not_write_takes_no_questions(
    client, teacher_a, other_teacher_a, clerk_a, course_a
):
    lesson = make_text_lesson(course_a, "第一课")
    listed = reverse("desk:question_lessons")
    address = reverse("desk:question_page", args=[lesson.pk])
    for who, may in ((teacher_a, True), (clerk_a, True), (other_teacher_a, False)):
        client.force_login(who)
        assert ("第一课" in client.get(listed).content.decode()) is may
        assert client.get(address).status_code == (200 if may else 404)
    client.force_login(teacher_a)
    assert "第一课" not in client.get(f"{listed}?q=第二").content.decode()


def test_a_page_that_holds_no_questions_is_none(client, director, course_a):
    client.force_login(director)
    course = CoursePage.objects.get(pk=course_a.pk)
    assert (
        client.get(reverse("desk:question_page", args=[course.pk])).status_code == 404
    )


def test_lists_ask_as_many_queries_for_many_as_for_one(
    client, bank, teacher_a, school_a, course_a
):
    make_text_lesson(course_a, "第一课")
    client.force_login(teacher_a)
    names = ("desk:questions", "desk:question_lessons")

    def counted():
        counts = []
        for name in names:
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(name))
            counts.append(len(queries))
        return counts

    before = counted()
    for number in range(3):
        make_bank(school_a, teacher_a, f"题库{number}")
        make_text_lesson(course_a, f"再一课{number}")
    assert counted() == before
