"""`/desk/publicity/` as its people use it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from core.models import AuditEntry
from news.choices import OutletKind, OutletLevel
from news.models import PointBonus, PointSettings, Submission
from news.publicity import Period, read_ranking
from tests.factories import make_news
from tests.news.stories import make_adoption, make_outlet, make_submission
from tests.news.test_submissions import picture_file

pytestmark = pytest.mark.django_db
NOVEMBER = Period.of_month(2026, 11)


def test_a_clerk_offers_a_story_with_what_stands_under_it(client, school_a, clerk_a):
    story = make_news(
        school_a, "一只柳篮", author="陈文", photographer="尤青", proofreader="宋校"
    )
    client.force_login(clerk_a)
    assert "一只柳篮" in client.get("/desk/publicity/new/").content.decode()
    page = client.get(f"/desk/publicity/new/{story.pk}/").content.decode()
    assert 'value="陈文"' in page
    assert 'value="2026-03-01T17:00"' in page
    sent = {"ended_at": "2026-03-01T17:00", "author": "陈文", "proofreader": "宋校"}
    answer = client.post(f"/desk/publicity/new/{story.pk}/", sent, follow=True)
    assert "等中心看" in answer.content.decode()
    assert "报晚了" in answer.content.decode()
    again = client.post(f"/desk/publicity/new/{story.pk}/", sent)
    assert again.url == reverse("desk:submission", args=[Submission.objects.get().pk])


def test_a_form_with_faults_says_what_to_do_and_keeps_the_rest(
    client, school_a, clerk_a
):
    story = make_news(school_a, "一只柳篮")
    client.force_login(clerk_a)
    sent = {"ended_at": "2999-01-01T10:00", "author": "陈文", "proofreader": "陈文"}
    answer = client.post(f"/desk/publicity/new/{story.pk}/", sent)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "事情还没有结束，结束了再报送。" in words
    assert "校对的人不能是作者，请换一个人看一遍。" in words
    assert 'value="陈文"' in words
    assert not Submission.objects.exists()


def test_notices_are_not_offered(client, school_a, clerk_a):
    make_news(school_a, "停课通知", kind="notice")
    client.force_login(clerk_a)
    assert "停课通知" not in client.get("/desk/publicity/new/").content.decode()


def test_the_editor_takes_sends_and_notes_and_the_school_sees_it(
    client, school_a, clerk_a, editor
):
    story, outlet = make_submission(school_a, clerk_a), make_outlet("区电视台")
    base = f"/desk/publicity/{story.pk}/"
    client.force_login(editor)
    client.post(f"{base}accept/")
    client.post(f"{base}deliver/", {"outlets": [outlet.pk], "method": "mail"})
    sent = story.deliveries.get()
    shot = SimpleUploadedFile("截图.png", picture_file())
    client.post(
        f"{base}deliveries/{sent.pk}/",
        {"published_on": "2026-11-20", "title": "柳篮送暖", "clipping": shot},
    )
    client.force_login(clerk_a)
    page = client.get(base).content.decode()
    assert "柳篮送暖" in page
    assert "采用了" in page
    kept = client.get(f"{base}deliveries/{sent.pk}/clipping/")
    assert kept["Content-Disposition"].startswith("attachment")
    assert b"".join(kept.streaming_content) == picture_file()
    sent.adoption.clipping.delete(save=False)


def test_a_clipping_that_is_none_is_refused_with_words(
    client, school_a, clerk_a, editor
):
    adopted = make_adoption(school_a, clerk_a, editor, make_outlet())
    sent = adopted.delivery
    client.force_login(editor)
    answer = client.post(
        f"/desk/publicity/{sent.submission_id}/deliveries/{sent.pk}/",
        {
            "published_on": "2026-11-20",
            "title": "柳篮送暖",
            "clipping": SimpleUploadedFile("a.png", b"<svg onload=alert(1)>"),
        },
    )
    assert answer.status_code == 422
    assert "剪报请用照片、截图（JPG、PNG）或 PDF。" in answer.content.decode()


def test_another_schools_story_is_none(client, school_a, school_b, clerk_a, clerk_b):
    story = make_submission(school_b, clerk_b)
    client.force_login(clerk_a)
    assert client.get(f"/desk/publicity/{story.pk}/").status_code == 404
    assert client.get(f"/desk/publicity/new/{story.page_id}/").status_code == 404


def test_the_ranking_counts_a_class_once_adds_praise_and_shows_who_was_late(
    school_a, school_b, clerk_a, clerk_b, editor
):
    paper = {"kind": OutletKind.PAPER}
    city = make_outlet("晚报", level=OutletLevel.CITY, **paper)
    district = make_outlet("区报", **paper)
    story = make_news(school_a, "一只柳篮")
    make_adoption(school_a, clerk_a, editor, city, page=story)
    make_adoption(school_a, clerk_a, editor, district, page=story)
    make_adoption(school_b, clerk_b, editor, district, author="周远")
    make_submission(school_b, clerk_b, hours=30, author="周远")
    PointBonus.objects.create(
        school=school_b,
        author="周远",
        points=Decimal(15),
        reason="批示",
        day=date(2026, 11, 3),
        key="k",
    )
    found = read_ranking(NOVEMBER)
    schools = {row.name: row for row in found.schools}
    first = schools[school_a.short_name or school_a.title]
    second = schools[school_b.short_name or school_b.title]
    assert (first.points, first.adopted) == (Decimal(4), 2)
    assert (second.points, second.adopted) == (Decimal(17), 1)
    assert found.schools[0] is second
    assert [(row.name, row.points) for row in found.authors] == [
        ("周远", Decimal(17)),
        ("陈文", Decimal(4)),
    ]
    # Submitted today, whatever month the test runs in.
    year = read_ranking(Period.of_year(date.today().year))  # noqa: DTZ011
    rows = {row.name: row for row in year.authors}
    assert (rows["周远"].submitted, rows["周远"].on_time_percent) == (2, 50)


def test_an_adoption_of_an_earlier_month_takes_the_points_of_the_class(
    school_a, clerk_a, editor
):
    paper = {"kind": OutletKind.PAPER}
    story = make_news(school_a, "一只柳篮")
    for outlet, day in (
        (make_outlet("晚报", level=OutletLevel.CITY, **paper), date(2026, 10, 30)),
        (make_outlet("区报", **paper), date(2026, 11, 2)),
    ):
        make_adoption(school_a, clerk_a, editor, outlet, page=story, published_on=day)
    assert [clip.points for clip in read_ranking(NOVEMBER).clips] == [0]
    october = read_ranking(Period.of_month(2026, 10))
    assert [clip.points for clip in october.clips] == [Decimal(4)]


def test_the_ranking_asks_as_many_queries_for_ten_stories_as_for_one(
    school_a, clerk_a, editor, django_assert_num_queries
):
    outlet = make_outlet()
    make_adoption(school_a, clerk_a, editor, outlet)
    read_ranking(NOVEMBER)
    with django_assert_num_queries(6):
        read_ranking(NOVEMBER)
    for _one in range(4):
        make_adoption(school_a, clerk_a, editor, outlet)
    with django_assert_num_queries(6):
        read_ranking(NOVEMBER)


def test_page_print_and_word_say_the_same(client, school_a, clerk_a, editor):
    make_adoption(school_a, clerk_a, editor, make_outlet("区电视台"))
    client.force_login(clerk_a)
    asked = {"year": "2026", "month": "11"}
    for path in ("", "print/"):
        page = client.get(f"/desk/publicity/ranking/{path}", asked).content.decode()
        assert "2026 年 11 月采用情况通报" in page
        assert "登出来了" in page
    answer = client.get("/desk/publicity/ranking/word/", asked)
    import io

    word = Document(io.BytesIO(answer.content))
    cells = [
        cell.text for table in word.tables for row in table.rows for cell in row.cells
    ]
    assert {"登出来了", "区电视台", "陈文", "2.0"} <= set(cells)
    assert word.paragraphs[0].text == "2026 年 11 月采用情况通报"


@pytest.mark.parametrize("asked", ["year=0&month=99", "year=x&month=-1", "month=all"])
def test_an_odd_address_shows_a_ranking_and_no_error(client, clerk_a, asked):
    client.force_login(clerk_a)
    assert client.get(f"/desk/publicity/ranking/?{asked}").status_code == 200


def test_the_switch_changes_every_ranking_and_who_changed_it_is_kept(
    client, school_a, clerk_a, editor
):
    outlet = make_outlet()
    make_adoption(school_a, clerk_a, editor, outlet, is_repost=True)
    assert [clip.points for clip in read_ranking(NOVEMBER).clips] == [0]
    client.force_login(editor)
    client.post(
        "/desk/publicity/points/", {"count_reposts": "on", "yearly_quota": "20"}
    )
    assert PointSettings.load().count_reposts
    assert [clip.points for clip in read_ranking(NOVEMBER).clips] == [Decimal(2)]
    entry = AuditEntry.objects.get(action="publicity.changed")
    assert set(entry.detail["fields"]) == {"count_reposts", "count_same_class_once"}


def test_praise_sent_twice_is_noted_once(client, school_a, editor):
    client.force_login(editor)
    sent = {
        "key": "one", "school": school_a.pk, "points": "15", "day": "2026-11-03",
        "reason": "区领导批示",
    }  # fmt: skip
    for _time in range(2):
        assert client.post("/desk/publicity/bonus/", sent).status_code == 302
    assert PointBonus.objects.get().points == Decimal(15)
