"""Questions that a person marks: what learners hand over, and who may have it."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from courses.blocks import LessonStreamBlock
from learning.exceptions import WorkRefusedError
from learning.models import LateAnswer, LessonProgress, Response, WorkFile
from learning.services.enrolment import enrol_learner
from learning.services.marking import mark_response, version_of
from learning.services.work import forget_orphans
from learning.work_check import check_work, plain_name
from tests.factories import make_learner
from tests.learning.lessons import block_id, make_lesson
from tests.learning.written import work_block, written_block

pytestmark = pytest.mark.django_db
ALL = ["photo", "audio", "file"]


def photo(name: str = "馒头.jpg", *, colour: str = "red", exif: bool = False) -> Any:
    target = io.BytesIO()
    picture = Image.new("RGB", (60, 40), colour)
    facts = Image.Exif()
    if exif:
        facts[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0)}
        facts[0x010F] = "SecretPhone"
    picture.save(target, "JPEG", exif=facts)
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def lesson(course_a, enrolment):
    return make_lesson(course_a, written_block(), work_block())


@pytest.fixture
def kept_files(settings, tmp_path):
    settings.PRIVATE_MEDIA_ROOT = tmp_path


def hand_over(client, lesson, *files, follow=False):
    return client.post(
        f"/learn/lessons/{lesson.pk}/hand-over/{block_id('p')}/",
        {"files": list(files)},
        follow=follow,
    )


def progress_of(lesson):
    return reverse("learning:progress", kwargs={"lesson_id": lesson.pk})


def write(client, lesson, words):
    sent = {"event": "answer", "block": block_id("w"), "typed": words}
    return client.post(progress_of(lesson), sent)


def the_answer(name: str = "w") -> Response:
    return Response.objects.get(block_id=block_id(name))


def test_a_written_answer_waits_and_may_be_changed_until_it_is_marked(
    client, learner, lesson, teacher_a
):
    client.force_login(learner)
    write(client, lesson, "第一遍\r\n第二行")
    row = the_answer()
    assert (row.answer, row.is_right, row.share) == ("第一遍\n第二行", None, None)
    page = client.get(lesson.url).content.decode()
    assert "答好了，等老师看" in page
    assert "按下去慢慢回来" not in page
    write(client, lesson, "改过了")
    mark_response(
        response=the_answer(), share=1, by=teacher_a, seen=version_of(the_answer()),
        comment="说得好",
    )  # fmt: skip
    write(client, lesson, "又改了")
    assert the_answer().answer == "改过了"
    assert LateAnswer.objects.get().answer == "又改了"
    page = client.get(lesson.url).content.decode()
    assert "说得好" in page
    assert "按下去慢慢回来" in page


@pytest.mark.parametrize("words", ["", "   ", "字" * 2001, "坏\x00字", 5, ["a"]])
def test_what_nobody_can_have_written_is_no_answer(words):
    stream = LessonStreamBlock()
    value = stream.to_python([written_block()])[0].value
    assert not value.is_answer(words)
    assert value.grade("随便").share is None


def test_a_photo_is_kept_without_what_the_phone_wrote_into_it(
    client, learner, lesson, kept_files
):
    client.force_login(learner)
    answer = hand_over(client, lesson, photo(exif=True), follow=True)
    assert "交上去了，等老师看。" in answer.content.decode()
    work = WorkFile.objects.get()
    assert the_answer("p").answer == [work.key.hex]
    with work.file.open("rb") as kept:
        data = kept.read()
    assert b"SecretPhone" not in data
    with Image.open(io.BytesIO(data)) as picture:
        assert not picture.getexif()
    shown = client.get(f"/learn/work/{work.key}/")
    assert b"".join(shown.streaming_content) == data
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]


def test_the_same_file_sent_twice_is_kept_once(client, learner, lesson, kept_files):
    client.force_login(learner)
    hand_over(client, lesson, photo())
    hand_over(client, lesson, photo())
    assert WorkFile.objects.count() == 1
    assert the_answer("p").seq == 1


def test_too_many_or_none_are_refused_and_nothing_is_kept(
    client, learner, lesson, kept_files
):
    client.force_login(learner)
    many = [photo(colour=one) for one in ("red", "green", "blue")]
    words = hand_over(client, lesson, *many, follow=True).content.decode()
    assert "最多交 2 个，请少选几个。" in words
    words = hand_over(client, lesson, follow=True).content.decode()
    assert "请先选要交的照片、录音或文件。" in words
    assert not WorkFile.objects.exists()
    assert not Response.objects.exists()


def office_file(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name in ("[Content_Types].xml", *names):
            package.writestr(name, "x")
    return target.getvalue()


HOSTILE = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif and html": b"GIF89a/*<script>alert(1)</script>*/=1;",
    "program": b"MZ\x90\x00",
    "zip": office_file("readme.txt"),
    "macro": office_file("word/document.xml", "word/vbaProject.bin"),
    "cut photo": photo().read()[:60],
    "nothing": b"",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["a.jpg", "a.pdf"])
def test_what_it_holds_decides_and_not_its_name(data, name):
    with pytest.raises(WorkRefusedError, match="这里可以交"):
        check_work(SimpleUploadedFile(name, data), ALL)


def test_a_picture_with_a_page_behind_it_is_drawn_anew_and_the_page_is_gone():
    hidden = photo().read() + b"<script>alert(1)</script>"
    found = check_work(SimpleUploadedFile("a.html", hidden), ALL)
    assert (found.kind, found.ending, found.name) == ("photo", "jpg", "a.jpg")
    assert b"<script>" not in found.content


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (office_file("word/document.xml"), "docx"),
        (office_file("xl/workbook.xml"), "xlsx"),
        (office_file("ppt/presentation.xml"), "pptx"),
    ],
)
def test_files_of_an_office_are_kept_as_they_are(data, ending):
    found = check_work(SimpleUploadedFile("作业", data), ALL)
    assert (found.kind, found.ending, found.content) == ("file", ending, data)
    with pytest.raises(WorkRefusedError):
        check_work(SimpleUploadedFile("作业", data), ["photo"])


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\a\\我的馒头.HEIC", "我的馒头.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("\n.jpg", "没有名字.jpg"),
        ("长" * 300, "长" * 70 + ".jpg"),
    ],
)
def test_a_name_misleads_nobody(name, plain):
    assert plain_name(name, "jpg") == plain


def test_work_is_for_its_learner_and_who_marks_it(
    client, learner, lesson, teacher_a, other_teacher_a, clerk_a, teacher_b, kept_files
):
    client.force_login(learner)
    hand_over(client, lesson, photo())
    address = f"/learn/work/{WorkFile.objects.get().key}/"
    seen = {learner: 200, teacher_a: 200, clerk_a: 200}
    seen |= dict.fromkeys((other_teacher_a, teacher_b, make_learner("other")), 404)
    for user, status in seen.items():
        client.force_login(user)
        assert client.get(address).status_code == status, user
    client.logout()
    assert client.get(address).status_code == 404


def test_somebody_elses_file_is_no_answer(
    client, learner, lesson, course_a, kept_files
):
    other = make_learner("other")
    enrol_learner(learner=other, run=course_a.runs.get(is_self_paced=True))
    client.force_login(other)
    hand_over(client, lesson, photo())
    key = WorkFile.objects.get().key.hex
    client.force_login(learner)
    page = client.get(lesson.url)
    event = {
        "type": "answer", "block": block_id("p"), "choice": [key], "attempt": 1,
        "seq": 1,
    }  # fmt: skip
    answer = client.post(
        progress_of(lesson),
        {"key": "k", "opened": page.context["study"].token, "events": [event]},
        content_type="application/json",
    )
    assert answer.status_code in (400, 422)
    assert Response.objects.count() == 1


def test_a_file_that_no_answer_names_goes_after_a_day(
    client, learner, lesson, kept_files
):
    client.force_login(learner)
    hand_over(client, lesson, photo())
    hand_over(client, lesson, photo(colour="blue"))
    assert WorkFile.objects.count() == 2
    later = timezone.now() + timedelta(hours=25)
    assert forget_orphans(timezone.now()) == 0
    assert forget_orphans(later) == 1
    kept = WorkFile.objects.get()
    assert the_answer("p").answer == [kept.key.hex]
    assert kept.file.storage.exists(kept.file.name)


def test_a_lesson_with_a_waiting_answer_can_be_finished(
    client, learner, lesson, kept_files
):
    client.force_login(learner)
    write(client, lesson, "醒好了")
    hand_over(client, lesson, photo())
    client.post(progress_of(lesson), {"event": "done"})
    assert LessonProgress.objects.get().completed_at is not None


def test_the_pass_mark_waits_for_the_person(
    client, learner, course_a, enrolment, teacher_a
):
    lesson = make_lesson(course_a, written_block(), pass_percent=60)
    client.force_login(learner)
    write(client, lesson, "醒好了")
    client.post(progress_of(lesson), {"event": "done"})
    assert LessonProgress.objects.get().completed_at is None
    row = the_answer()
    mark_response(response=row, share=1, by=teacher_a, seen=version_of(row))
    progress = LessonProgress.objects.get()
    assert progress.passed
    assert progress.completed_at is not None
