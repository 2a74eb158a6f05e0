"""`/desk/questions/…/import/`: looked at first; nothing comes in, nothing goes lost silently."""

import io
import zipfile
from datetime import timedelta
from functools import cache

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from courses.models import ImportDraft, QuestionBankPage
from tests.courses.banks import (
    PAPER,
    make_bank,
    prompts,
    read_in,
    upload,
    word_paper,
)
from tests.factories import make_text_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(school_a, teacher_a, client):
    client.force_login(teacher_a)
    return make_bank(school_a, teacher_a)


def verdicts(page):
    return [row.entry["verdict"] for row in page.context["rows"]]


def test_a_word_paper_is_looked_at_then_imported_once(client, bank, teacher_a):
    address = read_in(client, bank, word_paper())
    page = client.get(address)
    words = page.content.decode()
    assert verdicts(page) == ["ok", "ok", "warning", "refused", "refused"]
    assert [row.is_ticked for row in page.context["rows"]] == [True, True] + [False] * 3
    assert page.context["counts"] == {"ok": 2, "warning": 1, "refused": 2, "there": 0}
    assert "请写明哪个选项对" in words
    assert "简答题要人来批" in words
    # The title of the paper, and the head of its first part.
    assert "这几行没有看懂" in words
    assert "面点小测" in words
    assert "大题的标题没有带过来：「一、单选题（每题2分）」" in words
    assert words.count('type="checkbox"') == 3
    assert prompts(bank) == []
    for _twice in range(2):
        done = client.post(address, {"chosen": ["1", "3"]}, follow=True)
        assert done.context["added"] == 2
        assert [one["place"] for one in done.context["left"]] == [2, 4, 5]
        assert "您没有勾" in done.content.decode()
    assert prompts(bank) == ["面团要醒多久？（　）", "「三光」是哪几样？"]
    entry = AuditEntry.objects.get(action="questions.imported")
    assert entry.school_id == ImportDraft.objects.get().school_id
    assert entry.detail == {"added": 2, "left": 3, "form": "paper"}
    bank.refresh_from_db()
    assert bank.latest_revision.user == teacher_a
    assert not bank.live


def test_the_same_file_again_is_recognised_and_not_ticked(client, bank):
    client.post(read_in(client, bank, word_paper()), {"chosen": ["1", "2"]})
    again = read_in(client, bank, word_paper())
    page = client.get(again)
    assert verdicts(page)[:3] == ["there", "there", "warning"]
    assert not any(row.is_ticked for row in page.context["rows"])
    assert "这里已经有这道题了" in page.content.decode()
    # Who ticks it all the same gets it a second time, as a block of its own.
    client.post(again, {"chosen": ["1"]})
    assert len(prompts(bank)) == 3
    ids = [
        str(one.id)
        for one in QuestionBankPage.objects.get().get_latest_revision_as_object().body
    ]
    assert len(set(ids)) == 3


def test_a_question_rewritten_only_in_spaces_and_widths_is_the_same(client, bank):
    client.post(read_in(client, bank, "1、2+2=4。\n答案：对".encode()), {"chosen": "1"})
    page = client.get(read_in(client, bank, "1、２＋２ = 4。\n答案：正确".encode()))
    assert verdicts(page) == ["there"]


def test_a_file_that_says_a_question_twice_offers_it_once(client, bank):
    paper = "1、水是湿的。\n答案：对\n\n2、水是湿的。\n答案：对"
    page = client.get(read_in(client, bank, paper.encode()))
    assert verdicts(page) == ["ok", "there"]
    assert "和第 1 题一样" in page.content.decode()


def test_what_came_in_meanwhile_is_left_out_and_said(client, bank):
    first = read_in(client, bank, word_paper())
    other = read_in(client, bank, (PAPER + "\n").encode())
    assert first != other
    client.post(first, {"chosen": ["1"]})
    done = client.post(other, {"chosen": ["1", "2"]}, follow=True)
    assert (done.context["added"], len(done.context["there"])) == (1, 1)
    assert len(prompts(bank)) == 2


def test_pasted_text_is_read_as_a_file_is(client, bank):
    address = reverse("desk:import_questions", args=[bank.pk])
    answer = client.post(address, {"text": PAPER})
    client.post(answer.url, {"chosen": ["1"]})
    assert prompts(bank) == ["面团要醒多久？（　）"]


def test_nothing_ticked_or_what_cannot_be_is_refused_in_words(client, bank):
    address = read_in(client, bank, word_paper())
    for chosen in ([], ["4"], ["99"], ["x"]):
        answer = client.post(address, {"chosen": chosen})
        assert answer.status_code == 422
        assert "请" in str(answer.context["form"].errors["chosen"])
    assert prompts(bank) == []


def test_questions_come_into_the_draft_of_a_lesson_and_are_not_published(
    client, teacher_a, course_a
):
    lesson = make_text_lesson(course_a, "第一课")
    client.force_login(teacher_a)
    answer = client.post(read_in(client, lesson, word_paper()), {"chosen": ["1"]})
    page = client.get(answer.url)
    assert "再点「发布」" in page.content.decode()
    assert prompts(lesson) == ["面团要醒多久？（　）"]
    lesson.refresh_from_db()
    assert [one.block_type for one in lesson.body] == ["text"]
    assert lesson.has_unpublished_changes


def test_a_locked_lesson_takes_nothing_and_the_questions_wait(
    client, teacher_a, clerk_a, course_a
):
    lesson = make_text_lesson(course_a, "第一课")
    client.force_login(teacher_a)
    address = read_in(client, lesson, word_paper())
    lesson.locked, lesson.locked_by, lesson.locked_at = True, clerk_a, timezone.now()
    lesson.save()
    answer = client.post(address, {"chosen": ["1"]})
    assert answer.status_code == 409
    assert prompts(lesson) == []
    assert client.get(address).context["can_import"]


def test_nobody_looks_at_what_another_has_uploaded(
    client, bank, other_teacher_a, teacher_b
):
    address = read_in(client, bank, word_paper())
    for other in (other_teacher_a, teacher_b):
        client.force_login(other)
        assert client.get(address).status_code == 404
        assert client.post(address, {"chosen": ["1"]}).status_code == 404
    assert prompts(bank) == []


def test_what_was_read_is_kept_for_a_day(client, bank):
    # The same bytes: a paper that is written later bears another time.
    paper = word_paper()
    address = read_in(client, bank, paper)
    assert read_in(client, bank, paper) == address
    yesterday = timezone.now() - timedelta(hours=25)
    ImportDraft.objects.update(created_at=yesterday)
    gone = client.post(address, {"chosen": ["1"]})
    assert gone.status_code == 410
    assert "请再传一次文件" in gone.content.decode()
    call_command("forget_old", verbosity=0)
    assert not ImportDraft.objects.exists()


@cache
def bomb(name="word/document.xml"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * (41 * 1024 * 1024))
    return held.getvalue()


def many_entries():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(3001):
            archive.writestr(f"{number}.xml", b"")
    return held.getvalue()


def lying():
    """An entry that unpacks to more than its head promises."""
    raw = bytearray(bomb("imsmanifest.xml"))
    size = (41 * 1024 * 1024).to_bytes(4, "little")
    small = (1000).to_bytes(4, "little")
    return bytes(raw.replace(size, small))


def nested():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("inner.zip", bomb())
    return held.getvalue()


def climbing():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../../evil.xml", "<quiz/>")
    return held.getvalue()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    "<quiz><question type='essay'><questiontext><text>&b;</text></questiontext>"
    "</question></quiz>"
)
OUTSIDE = LAUGHS.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')
HIDDEN = LAUGHS.replace("[", "[<!ELEMENT quiz ANY><!ATTLIST quiz x CDATA 'y'>")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"x" * (5 * 1024 * 1024 + 1), "太大"),
        (bomb(), "展开以后太大"),
        (bomb("xl/workbook.xml"), "展开以后太大"),
        (bomb("imsmanifest.xml"), "展开以后太大"),
        (many_entries(), "展开以后太大"),
        (lying(), "打不开"),
        (nested(), "没有"),
        (climbing(), "没有"),
        (word_paper()[:-30], "打不开"),
        (LAUGHS.encode(), "DOCTYPE"),
        (OUTSIDE.encode(), "DOCTYPE"),
        (HIDDEN.encode(), "DOCTYPE"),
        (LAUGHS.replace("UTF-8", "UTF-16").encode("utf-16"), "DOCTYPE"),
        (b"", "空的"),
    ],
    ids=["large", "word-bomb", "excel-bomb", "package-bomb", "many", "lying", "nested",
         "climbing", "cut", "laughs", "outside", "hidden", "utf-16", "empty"],
)  # fmt: skip
def test_what_is_not_safe_to_open_is_refused_in_words(client, bank, raw, words):
    answer = upload(client, bank, raw, "题.zip")
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["file"])
    assert not ImportDraft.objects.exists()


def test_a_word_file_whose_document_has_entities_is_refused(client, bank):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", LAUGHS)
    answer = upload(client, bank, held.getvalue())
    assert "DOCTYPE" in str(answer.context["form"].errors["file"])


def test_more_than_one_looks_through_is_refused(client, bank):
    raw = "\n\n".join(f"第{n}句{{T}}" for n in range(501)).encode()
    answer = upload(client, bank, raw)
    assert "500" in str(answer.context["form"].errors["file"])


def test_a_preview_asks_as_many_queries_for_many_questions_as_for_few(client, bank):
    many = "\n\n".join(f"第{n}句{{T}}" for n in range(30))
    counts = []
    for text in ("一句{T}", "一句{T}", many):
        address = read_in(client, bank, text.encode())
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    # The first one also fills what is kept for a while.
    assert counts[1] == counts[2]
