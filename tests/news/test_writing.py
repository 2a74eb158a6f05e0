"""«写新闻»: from a lesson or empty, on a phone, kept with every button, handed in."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from attendance.choices import SessionState
from attendance.models import Session
from courses.models import RunSession
from news.exceptions import TextRefusedError
from news.models import NewsKind, NewsPage
from news.plain_text import is_plain, to_raw, to_text
from news.services.writing import NO_TITLE
from tests.courses.classes import make_class
from tests.factories import make_course, make_learner, make_news
from tests.news.reviews import say_no, waiting

pytestmark = pytest.mark.django_db
KEY = "5f0c4b0e-0000-4000-8000-000000000001"


def body_of(*blocks):
    return NewsPage._meta.get_field("body").to_python(list(blocks))


def text_block(*lines, block_id="11111111-0000-4000-8000-000000000001"):
    html = "".join(f'<p data-block-key="k">{line}</p>' for line in lines)
    return {"type": "text", "id": block_id, "value": html}


def photo_block(number=1):
    block_id = f"22222222-0000-4000-8000-00000000000{number}"
    return {"type": "photo", "id": block_id, "value": {"image": None, "alt": "篮"}}


def a_photo(name="篮.png", colour="red"):
    data = BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


# --- the text that is typed ---------------------------------------------------


def test_text_is_lines_and_marks():
    body = body_of(text_block("一", "二"), photo_block(), text_block("三"))
    assert to_text(body) == "一\n二\n【图1】\n三"


def test_what_is_not_touched_stays_the_very_same_block():
    body = body_of(text_block("一", "二"), photo_block())
    assert to_raw(to_text(body), body) == body.get_prep_value()


def test_a_photo_goes_where_its_mark_stands_and_to_the_end_without_one():
    body = body_of(text_block("一", "二"), photo_block(1), photo_block(2))
    raw = to_raw("一\n【图2】\n二", body)
    assert [one["type"] for one in raw] == ["text", "photo", "text", "photo"]
    assert raw[1]["id"] == photo_block(2)["id"]
    assert raw[3]["id"] == photo_block(1)["id"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("【图3】", "没有【图3】"), ("【图1】\n【图1】", "写了两次"), ("【图0】", "没有")],
)
def test_a_mark_without_its_photo_is_refused(text, words):
    with pytest.raises(TextRefusedError, match=words):
        to_raw(text, body_of(photo_block()))


def test_typed_html_is_text():
    (block,) = to_raw('<b>粗</b> & "好"', body_of())
    assert block["value"] == '<p>&lt;b&gt;粗&lt;/b&gt; &amp; "好"</p>'
    assert to_text(body_of(block)) == '<b>粗</b> & "好"'


@pytest.mark.parametrize(
    "html", ["<p>有<b>粗体</b></p>", "<h3>小标题</h3>", '<p><a href="/">x</a></p>']
)
def test_what_was_laid_out_in_the_large_editor_is_not_taken_apart(html):
    assert not is_plain(body_of({"type": "text", "value": html}))
    assert is_plain(body_of(text_block("一"), photo_block()))


# --- beginning ------------------------------------------------------------------


@pytest.fixture
def held(school_a):
    """A lesson that was held two days ago, with eleven people in the room."""
    course = make_course(school_a, "willow", title="柳编入门")
    run = make_class(course)
    start = timezone.now() - timedelta(days=2)
    session = Session.objects.create(
        school=school_a, starts_at=start, ends_at=start + timedelta(hours=1),
        state=SessionState.HELD, headcount=11,
    )  # fmt: skip
    RunSession.objects.create(run=run, session=session, number=99)
    return session


def begin(client, school, **facts):
    return client.post(
        reverse("desk:new_story"),
        {"key": KEY, "kind": "news", "school": school.pk} | facts,
    )


def test_a_story_begun_from_a_lesson_knows_when_where_and_how_many(
    client, school_a, clerk_a, held
):
    client.force_login(clerk_a)
    page = client.get(reverse("desk:new_story")).content.decode()
    assert "柳编入门" in page
    assert "到了 11 人" in page
    answer = begin(client, school_a, session=held.pk)
    story = NewsPage.objects.get()
    assert answer.url == reverse("desk:write_story", args=[story.pk])
    assert story.title == "「柳编入门」上了第 99 课"
    assert "到了 11 人" in to_text(story.body)
    assert story.course.title == "柳编入门"
    assert (story.live, story.owner, story.source) == (False, clerk_a, school_a.title)


def test_the_same_button_twice_begins_one_story(client, school_a, clerk_a, held):
    client.force_login(clerk_a)
    first, again = begin(client, school_a), begin(client, school_a)
    assert first.url == again.url
    # Another button of the same page is another story.
    assert begin(client, school_a, kind="notice").url != first.url
    assert NewsPage.objects.count() == 2


def test_a_notice_stands_in_its_column(client, school_a, clerk_a):
    client.force_login(clerk_a)
    begin(client, school_a, kind="notice")
    story = NewsPage.objects.get()
    assert story.kind == NewsKind.NOTICE
    assert story.get_parent().slug == "notices"


def test_nobody_begins_at_another_school_or_from_its_lessons(
    client, school_a, school_b, clerk_b, held
):
    client.force_login(clerk_b)
    assert begin(client, school_a).status_code == 422
    assert begin(client, school_b, session=held.pk).status_code == 404
    assert "柳编入门" not in client.get(reverse("desk:new_story")).content.decode()
    assert not NewsPage.objects.exists()


def test_a_teacher_writes_news_and_no_notice(client, school_a, teacher_a):
    client.force_login(teacher_a)
    assert begin(client, school_a).status_code == 302
    assert begin(client, school_a, kind="notice").status_code == 403


# --- writing --------------------------------------------------------------------


@pytest.fixture
def draft(school_a, clerk_a):
    item = make_news(school_a, "柳篮编好了", live=False, owner=clerk_a)
    item.body = body_of(text_block("第一段"))
    item.save_revision(user=clerk_a)
    return item


def sent(draft, **facts):
    fresh = NewsPage.objects.get(pk=draft.pk)
    newest = fresh.get_latest_revision_as_object()
    return {
        "seen": fresh.latest_revision_id, "title": newest.title, "kind": newest.kind,
        "event_date": newest.event_date.isoformat(), "text": to_text(newest.body),
        "author": newest.author, "proofreader": newest.proofreader,
    } | facts  # fmt: skip


def write(client, draft, **facts):
    return client.post(
        reverse("desk:write_story", args=[draft.pk]), sent(draft, **facts)
    )


def newest(draft):
    return NewsPage.objects.get(pk=draft.pk).get_latest_revision_as_object()


def test_what_is_typed_is_the_new_version_and_nothing_is_public(client, draft, clerk_a):
    client.force_login(clerk_a)
    answer = write(client, draft, title="新题目", text="第一段\n第二段")
    assert answer.status_code == 302
    assert newest(draft).title == "新题目"
    assert to_text(newest(draft).body) == "第一段\n第二段"
    assert not NewsPage.objects.get(pk=draft.pk).live


def test_a_save_without_a_change_makes_no_version(client, draft, clerk_a):
    client.force_login(clerk_a)
    write(client, draft)
    count = draft.revisions.count()
    assert write(client, draft).status_code == 302
    assert draft.revisions.count() == count


def test_photos_come_along_with_the_text_and_the_same_one_is_one(
    client, draft, clerk_a
):
    client.force_login(clerk_a)
    photos = [a_photo(), a_photo("第二张.png", "blue")]
    assert write(client, draft, photos=photos).status_code == 302
    write(client, draft, photos=[a_photo("又一次.png")])
    page = newest(draft)
    assert to_text(page.body) == "第一段\n【图1】\n【图2】"
    assert page.lead_image == page.body[1].value["image"]
    assert page.body[1].value["day"] == page.event_date


def test_what_is_no_photo_says_so_and_keeps_the_words(client, draft, clerk_a):
    client.force_login(clerk_a)
    bad = SimpleUploadedFile("坏.png", b"<script>", "image/png")
    answer = write(client, draft, text="写了很久", photos=[bad])
    assert answer.status_code == 422
    assert "写了很久" in answer.content.decode()
    assert to_text(newest(draft).body) == "第一段"


def test_somebody_else_has_saved_meanwhile(client, draft, clerk_a, principal_a):
    client.force_login(clerk_a)
    mine = sent(draft, text="我写的")
    newer = newest(draft)
    newer.title = "校长改的"
    newer.save_revision(user=principal_a)
    address = reverse("desk:write_story", args=[draft.pk])
    answer = client.post(address, mine)
    assert answer.status_code == 422
    assert "我写的" in answer.content.decode()
    assert newest(draft).title == "校长改的"
    latest = NewsPage.objects.get(pk=draft.pk).latest_revision_id
    assert f'value="{latest}"' in answer.content.decode()
    assert client.post(address, mine | {"seen": latest}).status_code == 302
    assert to_text(newest(draft).body) == "我写的"


def test_a_caption_is_written_and_a_photo_is_taken_out(client, draft, clerk_a):
    client.force_login(clerk_a)
    answer = write(client, draft, photos=[a_photo()])
    block = newest(draft).body[1]
    answer = write(client, draft, then=f"photo:{block.id}")
    address = reverse("desk:story_photo", args=[draft.pk, block.id])
    assert answer.url == address
    assert "照片说明" in client.get(address).content.decode()
    seen = NewsPage.objects.get(pk=draft.pk).latest_revision_id
    facts = {"seen": seen, "alt": "一只柳篮", "day": "2026-03-01", "place": "河堤"}
    assert client.post(address, facts | {"alt": ""}).status_code == 422
    assert client.post(address, facts).status_code == 302
    value = newest(draft).body[1].value
    assert (value["alt"], value["place"], value["has_consent"]) == (
        "一只柳篮", "河堤", False,
    )  # fmt: skip
    seen = NewsPage.objects.get(pk=draft.pk).latest_revision_id
    assert client.post(address, {"seen": seen, "remove": "1"}).status_code == 302
    assert to_text(newest(draft).body) == "第一段"
    assert newest(draft).lead_image is None
    assert client.get(address).status_code == 404


def test_laid_out_text_is_left_alone(client, draft, clerk_a):
    page = newest(draft)
    page.body = body_of({"type": "text", "value": "<p>有<b>粗体</b></p>"})
    page.save_revision(user=clerk_a)
    client.force_login(clerk_a)
    answer = client.get(reverse("desk:write_story", args=[draft.pk]))
    assert 'name="text"' not in answer.content.decode()
    write(client, draft, title="只改题目", text="这里不算")
    assert newest(draft).title == "只改题目"
    assert "粗体" in to_text(newest(draft).body)


# --- handing in -------------------------------------------------------------------


def hand_in_page(draft):
    return reverse("desk:hand_in_story", args=[draft.pk])


def test_it_is_handed_in_once_and_comes_back_to_be_mended(
    client, draft, clerk_a, principal_a
):
    client.force_login(clerk_a)
    assert write(client, draft, then="hand_in").url == hand_in_page(draft)
    assert client.get(hand_in_page(draft)).status_code == 200
    for _again in range(2):
        answer = client.post(hand_in_page(draft))
        assert answer.url == reverse("desk:review_of_page", args=[draft.pk])
    state = waiting(draft)
    assert state.workflow_state.requested_by == clerk_a
    say_no(draft, principal_a)
    listed = client.get(reverse("desk:my_news")).content.decode()
    assert "退回来了，要改" in listed
    write(client, draft, text="改过的一段")
    client.post(hand_in_page(draft))
    assert "正在审核" in client.get(reverse("desk:my_news")).content.decode()
    assert waiting(draft).workflow_state_id == state.workflow_state_id


def test_what_the_reviews_would_stop_at_is_said_before(client, draft, clerk_a):
    client.force_login(clerk_a)
    write(client, draft, title=NO_TITLE, text="")
    write(client, draft, photos=[a_photo()])
    answer = client.post(hand_in_page(draft))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "还没有题目" in page
    assert "第 1 张照片还没写「图里有什么」" in page
    assert not NewsPage.objects.get(pk=draft.pk).workflow_in_progress


def test_another_school_finds_nothing(client, draft, clerk_b):
    client.force_login(clerk_b)
    for name in ("write_story", "hand_in_story"):
        address = reverse(f"desk:{name}", args=[draft.pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404


def test_a_list_costs_the_same_however_long(
    client, school_a, clerk_a, django_assert_max_num_queries
):
    for number in range(8):
        make_news(school_a, f"第 {number} 条", live=bool(number % 2))
    client.force_login(clerk_a)
    client.get(reverse("desk:my_news"))
    with django_assert_max_num_queries(20):
        client.get(reverse("desk:my_news"))


def test_an_editor_writes_for_the_centre(client, centre_school, editor):
    client.force_login(editor)
    assert begin(client, centre_school).status_code == 302
    client.force_login(make_learner("wang"))
    assert client.get(reverse("desk:my_news")).status_code == 403
