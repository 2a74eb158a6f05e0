"""A story from the school to the outlets (domain §8, PUB-01 to PUB-08)."""

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from docx import Document
from PIL import Image

from core.civil_time import SHANGHAI
from core.models import AuditEntry
from core.workdays import after_workdays
from news.choices import DeliveryState, SubmissionState
from news.clippings import read_clipping
from news.exceptions import (
    ClippingRefusedError,
    NotForOutletsError,
    NotSubmittedError,
    StepRefusedError,
)
from news.models import Adoption, NewsKind, Submission
from news.services.submissions import (
    accept,
    deliver,
    due_of,
    note_adoption,
    note_not_adopted,
    send_back,
)
from news.word_files import package_name, package_of
from tests.factories import make_image, make_news, publish_story
from tests.news.stories import make_outlet, make_submission

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (NewsKind.NEWS, datetime(2026, 11, 28, 16, 0, tzinfo=SHANGHAI)),
        (NewsKind.FEATURE, datetime(2026, 12, 2, 16, 0, tzinfo=SHANGHAI)),
        (NewsKind.MODEL, datetime(2026, 12, 2, 16, 0, tzinfo=SHANGHAI)),
    ],
)
def test_news_has_a_day_and_a_feature_three_working_days(kind, due):
    assert due_of(kind, FRIDAY) == due


def test_a_term_that_begins_at_a_weekend_begins_on_monday():
    saturday = FRIDAY + timedelta(days=1)
    assert after_workdays(saturday, 0) == datetime(2026, 11, 30, tzinfo=SHANGHAI)
    assert after_workdays(saturday, 1) == datetime(2026, 12, 1, tzinfo=SHANGHAI)


def test_a_story_offered_twice_is_offered_once(school_a, clerk_a):
    story = make_news(school_a, "一只柳篮")
    first = make_submission(school_a, clerk_a, page=story)
    again = make_submission(school_a, clerk_a, page=story, author="别人")
    assert again.pk == first.pk
    assert Submission.objects.get().author == "陈文"


@pytest.mark.parametrize(("hours", "on_time"), [(23, True), (25, False)])
def test_what_comes_after_its_time_is_late(school_a, clerk_a, hours, on_time):
    assert make_submission(school_a, clerk_a, hours=hours).is_on_time is on_time


def test_who_wrote_it_does_not_proofread_it(school_a, clerk_a):
    with pytest.raises(NotSubmittedError, match="校对"):
        make_submission(school_a, clerk_a, proofreader="陈文 ")
    story = make_submission(school_a, clerk_a)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=story.pk).update(proofreader=story.author)


def test_nothing_is_offered_before_it_is_over(school_a, clerk_a):
    with pytest.raises(NotSubmittedError, match="还没有结束"):
        make_submission(school_a, clerk_a, hours=-1)


def test_a_story_that_came_back_is_offered_again_and_is_not_late_for_it(
    school_a, clerk_a, editor
):
    story = make_submission(school_a, clerk_a)
    send_back(submission=story, by=editor, reason="请写明时间地点")
    story.refresh_from_db()
    assert (story.state, story.reason) == (SubmissionState.RETURNED, "请写明时间地点")
    again = make_submission(school_a, clerk_a, page=story.page, author="陈文二")
    assert (again.state, again.reason, again.author) == ("waiting", "", "陈文二")
    assert again.submitted_at == story.submitted_at


def test_what_was_taken_is_not_sent_back_and_taking_twice_is_noted_once(
    school_a, clerk_a, editor
):
    story = make_submission(school_a, clerk_a)
    accept(submission=story, by=editor)
    accept(submission=story, by=editor)
    assert AuditEntry.objects.filter(action="submission.accepted").count() == 1
    with pytest.raises(StepRefusedError, match="中心采纳"):
        send_back(submission=story, by=editor, reason="太晚了太晚了")


def test_only_what_was_taken_and_is_public_goes_to_an_outlet(school_a, clerk_a, editor):
    story, outlet = make_submission(school_a, clerk_a), make_outlet()
    with pytest.raises(StepRefusedError):
        deliver(submission=story, outlets=[outlet], method="mail", by=editor)
    accept(submission=story, by=editor)
    story.page.unpublish()
    with pytest.raises(NotForOutletsError, match="审核"):
        deliver(submission=story, outlets=[outlet], method="mail", by=editor)


def test_an_outlet_gets_a_story_once(school_a, clerk_a, editor):
    story, outlet = make_submission(school_a, clerk_a), make_outlet()
    accept(submission=story, by=editor)
    for _time in range(2):
        deliver(submission=story, outlets=[outlet], method="mail", by=editor)
    assert story.deliveries.count() == 1


def test_an_adoption_is_corrected_and_not_doubled_and_is_not_taken_back(
    school_a, clerk_a, editor
):
    story, outlet = make_submission(school_a, clerk_a), make_outlet()
    accept(submission=story, by=editor)
    (sent,) = deliver(submission=story, outlets=[outlet], method="mail", by=editor)
    for title in ("一", "二"):
        note_adoption(
            delivery=sent, by=editor, published_on=date(2026, 11, 20), title=title
        )
    assert [one.title for one in Adoption.objects.all()] == ["二"]
    sent.refresh_from_db()
    assert sent.state == DeliveryState.ADOPTED
    with pytest.raises(StepRefusedError):
        note_not_adopted(delivery=sent, by=editor)


def picture_file(kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(target, kind)
    return target.getvalue()


def test_a_clipping_is_a_picture_or_a_pdf_whatever_its_name_says():
    upload = SimpleUploadedFile("剪报.exe", picture_file())
    assert read_clipping(upload)[0] == "png"
    assert read_clipping(SimpleUploadedFile("x", b"%PDF-1.7 x"))[0] == "pdf"
    for body in (b"<svg onload=alert(1)>", b"<html>", b"MZ", b"", picture_file()[:40]):
        with pytest.raises(ClippingRefusedError):
            read_clipping(SimpleUploadedFile("a.png", body))


def test_the_package_holds_text_word_pictures_captions_and_whom_to_ask(
    school_a, clerk_a
):
    story = make_news(school_a, title="柳篮/装热茶: *送*")
    image = make_image(school_a, "柳篮")
    story.body = story._meta.get_field("body").to_python(
        [
            {"type": "text", "value": "<p>第一段 &amp; 更多。</p><p>第二段。</p>"},
            {
                "type": "picture",
                "value": {
                    "image": image.pk,
                    "alt": "一只柳篮",
                    "caption": "柳堤，11 月",
                },
            },
            {"type": "text", "value": "<p>第三段。</p>"},
        ]
    )
    publish_story(story)
    submission = make_submission(school_a, clerk_a, page=story)
    submission.page = story
    with zipfile.ZipFile(io.BytesIO(package_of(submission))) as package:
        names = package.namelist()
        text = package.read("稿件.txt").decode("utf-8-sig")
        word = Document(io.BytesIO(package.read("稿件.docx")))
        original = package.read(next(one for one in names if one.startswith("图1.")))
        assert package.read("图片说明.txt").decode("utf-8-sig").startswith("图1：柳堤")
        assert school_a.title in package.read("联系.txt").decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[2:6] == ["第一段 & 更多。", "第二段。", "【图1】", "第三段。"]
    assert "（文字：陈文　摄影：尤青）" in text
    assert "第二段。" in [one.text for one in word.paragraphs]
    with image.file.open("rb") as kept:
        assert original == kept.read()
    name = package_name(submission)
    assert name == f"{story.event_date:%Y%m%d}_柳篮装热茶 送_{school_a.title}"


def test_a_school_sees_its_own_stories_the_centre_all(
    school_a, school_b, clerk_a, clerk_b, teacher_a, editor, director
):
    make_submission(school_a, clerk_a)
    make_submission(school_b, clerk_b)
    seen = {
        who.username: set(
            Submission.objects.visible_to(who).values_list("school__slug", flat=True)
        )
        for who in (clerk_a, clerk_b, teacher_a, editor, director)
    }
    assert seen[clerk_a.username] == {school_a.slug}
    assert seen[clerk_b.username] == {school_b.slug}
    assert seen[teacher_a.username] == set()
    both = {school_a.slug, school_b.slug}
    assert seen[editor.username] == seen[director.username] == both


def test_the_longest_waiting_comes_first_and_then_the_newest(school_a, clerk_a, editor):
    made = [make_submission(school_a, clerk_a) for _one in range(4)]
    start = timezone.now()
    for place, one in enumerate(made):
        at = start - timedelta(hours=10 - place)
        Submission.objects.filter(pk=one.pk).update(submitted_at=at)
    for one in made[:2]:
        accept(submission=one, by=editor)
    found = [one.pk for one in Submission.objects.in_order()]
    assert found == [made[2].pk, made[3].pk, made[1].pk, made[0].pk]
