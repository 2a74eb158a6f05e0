"""S-XSS: what is sent in is refused or cleaned: blocks, files, links, imports."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse
from openpyxl import Workbook
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import nested_form_data, streamfield

from core.html import web_address
from core.models import SiteDocument, SiteImage
from courses.models import LessonPage, QuestionBankPage
from courses.question_desk import newest
from learning.models import WorkFile
from learning.services.enrolment import enrol_learner
from news.models import Adoption, NewsPage
from schools.services.provisioning import collection_of
from tests.courses.banks import make_bank, read_in
from tests.factories import make_news
from tests.learning.lessons import block_id, make_lesson
from tests.learning.written import work_block
from tests.news.stories import make_adoption, make_outlet
from tests.schools.admin_forms import lesson_data, link_to, news_data
from tests.security.payloads import SVG, drawings
from tests.security.poison import LONG, MARK, MIDDLE, RICH, SHORT
from tests.security.reading import body_of, dangers, in_html, look

pytestmark = pytest.mark.django_db


# --- S-XSS-2: blocks -----------------------------------------------------------------


def deep(depth):
    return json.dumps(
        {"blocks": json.loads("[" * depth + "]" * depth), "entityMap": {}}
    )


BODIES = {
    "an unknown block": ("table", {"rows": 1}),
    "an unknown attribute": ("tip", {"text": "好", "class": LONG, "onload": LONG}),
    "HTML in a line": ("tip", {"text": RICH[:150]}),
    "no content state": ("text", "<script>alert(1)</script>"),
    "another type": ("text", "[]"),
    "a number": ("text", "1"),
    "nothing": ("text", "null"),
    "a cut one": ("text", '{"blocks": [{"text": "'),
    "blocks of no kind": ("text", '{"blocks": [1, null, {}], "entityMap": {}}'),
    "two hundred levels": ("text", deep(200)),
    "an unknown entity": (
        "text",
        link_to(1).replace('"LINK"', '"EMBED"').replace("/x/", "javascript:alert(1)"),
    ),
    "a style of no kind": (
        "text",
        link_to(1).replace(
            '"inlineStyleRanges": []',
            '"inlineStyleRanges": [{"offset": 0, "length": 2, "style": "<script>"}]',
        ),
    ),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_crafted_body_is_refused_or_cleaned(client, teacher_a, lesson_a, what):
    """S-XSS-2: never an error of the site, never markup in the draft."""
    client.force_login(teacher_a)
    client.raise_request_exception = False
    address = reverse("wagtailadmin_pages:edit", args=[lesson_a.pk])
    response = client.post(address, lesson_data(BODIES[what]))
    assert response.status_code < 500
    assert not [one for one in dangers(response) if MARK in one or "alert" in one]
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson_a.pk])
    assert client.post(preview, lesson_data(BODIES[what])).status_code < 500
    draft = LessonPage.objects.get(pk=lesson_a.pk).get_latest_revision_as_object()
    for block in draft.body:
        assert not in_html(str(block.render()))


# --- S-XSS-3: files ------------------------------------------------------------------

GIF = b"GIF89a/*\x00\x00*/=1;alert(1)//<script>alert(1)</script><html onload=alert(1)>"
FILES = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "page.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
    "page.svg.png": SVG,
    "page.html.txt": b"<!doctype html><script>alert(1)</script>",
    "both.gif": GIF,
    "both.png": GIF,
    "both.pdf": b"%PDF-1.4\n<html><script>alert(1)</script>",
    "words.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\n<script>alert(1)</script>\n",
    **drawings(),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("door", ["images", "documents", "uploads"])
def test_a_file_with_a_script_is_refused_or_inert(
    client, teacher_a, school_a, name, door
):
    """S-XSS-3: nothing that was uploaded is ever a page of the site."""
    client.force_login(teacher_a)
    file = SimpleUploadedFile(name, FILES[name])
    collection = collection_of(school_a).pk
    if door == "uploads":
        sent = {"files": [file], "title": "面", "collection": collection}
        client.post(reverse("desk:uploads"), sent)
    else:
        sent = {"title": "面", "file": file, "collection": collection}
        client.post(f"/admin/{door}/add/", sent)
    kept = [*SiteImage.objects.all(), *SiteDocument.objects.all()]
    if name.endswith((".html", ".xhtml", ".svg", ".gif", ".png")):
        assert kept == []
    for one in kept:
        for address in (one.file.url, getattr(one, "url", one.file.url)):
            response = client.get(address)
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Content-Disposition"].startswith("attachment")
            assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
            body_of(response)
        one.file.delete(save=False)


def test_handed_in_work_is_inert_too(client, course_a, learner):
    """S-XSS-3: what a learner hands over is read from its bytes."""
    lesson = make_lesson(course_a, work_block(), title="要交的课")
    enrolment = enrol_learner(
        learner=learner, run=course_a.runs.get(is_self_paced=True)
    )
    client.force_login(learner)
    address = reverse("learning:hand_over", args=[lesson.pk, block_id("p")])
    for name, data in FILES.items():
        sent = SimpleUploadedFile(name.rpartition(".")[0] + ".jpg", data)
        client.post(address, {"files": [sent]})
    assert not WorkFile.objects.filter(enrolment=enrolment).exists()


# --- S-XSS-4: links ------------------------------------------------------------------

LINKS = ("javascript:alert(1)", "JaVa\tscript:alert(1)", "data:text/html,<script>1</script>",
         "vbscript:x", " \x01javascript:alert(1)")  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_runs_is_refused_at_save(client, editor, clerk_a, school_a, link):
    """S-XSS-4: the fields for an address, the editor's links and its dialogues."""
    item = make_news(school_a, "甲校新闻", live=False)
    edit = reverse("wagtailadmin_pages:edit", args=[item.pk])
    client.force_login(clerk_a)
    response = client.post(edit, news_data(source_url=link))
    assert "source_url" in response.context["form"].errors
    forged = json.loads(link_to(1))
    forged["entityMap"]["0"]["data"] = {"url": link}
    body = nested_form_data({"body": streamfield([("text", json.dumps(forged))])})
    client.post(edit, news_data() | body)
    draft = NewsPage.objects.get(pk=item.pk).get_latest_revision_as_object()
    raw = json.dumps(list(draft.body.raw_data))
    assert "script:" not in raw
    assert "data:" not in raw
    # Put there by another way, it is shown without.
    shown = render_to_string(
        "courses/blocks/text.html", {"value": RichText(f'<a href="{link}">x</a>')}
    )
    assert not in_html(shown)
    assert web_address(link) == ""
    for dialogue, field in (("external", "url"), ("phone", "phone_number")):
        name = f"{dialogue}-link-chooser-{field}"
        answer = client.post(
            f"/admin/choose-{dialogue}-link/",
            {name: link, f"{dialogue}-link-chooser-link_text": "x"},
        ).json()
        said = answer.get("result", {}).get("url", "")
        assert not said.lower().strip(" \x01").startswith(("java", "data", "vbs"))


def test_an_adoption_takes_no_link_that_runs(client, editor, clerk_a, school_a):
    """S-XSS-4"""
    adoption = make_adoption(school_a, clerk_a, editor, make_outlet())
    sent = adoption.delivery
    address = reverse("desk:adoption", args=[sent.submission_id, sent.pk])
    client.force_login(editor)
    for link in LINKS:
        form = {"published_on": "2026-11-20", "title": "登", "url": link}
        assert client.post(address, form).status_code == 422
    Adoption.objects.filter(pk=adoption.pk).update(url=LINKS[0])
    page = client.get(reverse("desk:submission", args=[sent.submission_id]))
    assert page.status_code == 200
    assert not dangers(page)


# --- S-XSS-6: files that are imported ---------------------------------------------------


def test_what_is_imported_is_cleaned_like_what_is_typed(
    client, school_a, teacher_a, course_a
):
    """S-XSS-6: a question file with a script in every field, looked at, taken over, shown."""
    client.force_login(teacher_a)
    bank = make_bank(school_a, teacher_a, title=MIDDLE)
    rows = [
        ["题型", "题干", "答案", "解析", "标题", "选项A", "评语A", "选项B", "评语B"],
        [
            "单选题",
            f"哪样？{RICH[:100]}",
            "A",
            SHORT,
            MIDDLE,
            f"甲{MIDDLE}",
            MIDDLE,
            f"乙{SHORT}",
            SHORT,
        ],
        ["判断题", f"对吗？{LONG}", "对", MIDDLE, MIDDLE, "", "", "", ""],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    address = read_in(client, bank, held.getvalue())
    wrong = []
    page = client.get(address)
    assert MARK in page.content.decode()
    look(page, wrong, address)
    look(client.post(address, {"chosen": ["1", "2"]}, follow=True), wrong, "taken over")
    body = newest(QuestionBankPage.objects.get(pk=bank.pk)).body
    assert len(body)
    for name in ("desk:question_page", "desk:checks"):
        look(client.get(reverse(name, args=[bank.pk])), wrong, name)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[bank.pk]))
    look(edit, wrong, "edit")
    assert not wrong
