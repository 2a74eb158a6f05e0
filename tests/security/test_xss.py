"""S-XSS: what people write is shown as text, wherever it comes out."""

import io
import json
import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from openpyxl import Workbook
from wagtail.models import Page
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import nested_form_data, streamfield

from core.html import web_address
from core.models import SiteDocument, SiteImage
from courses.models import LessonPage, QuestionBankPage
from courses.question_desk import newest
from learning.certificate_pdf import sheet_of, sheets_html
from learning.models import Certificate, WorkFile
from learning.services.enrolment import enrol_learner
from news.models import Adoption, NewsPage
from schools.models import StaffProfile
from schools.services.provisioning import collection_of
from schools.services.review import send_back
from tests.courses.banks import make_bank, read_in
from tests.factories import make_course, make_news
from tests.learning.lessons import block_id, make_lesson
from tests.learning.written import work_block
from tests.news.stories import make_adoption, make_outlet
from tests.schools import test_isolation as sweep
from tests.schools.admin_forms import lesson_data, link_to, news_data
from tests.schools.foreign import make_foreign
from tests.security.payloads import SVG, drawings
from tests.security.poison import LONG, MARK, MIDDLE, RICH, SHORT, poison
from tests.security.reading import body_of, dangers, in_html
from tests.site import test_permission_matrix as matrix

pytestmark = pytest.mark.django_db
# Who meets what others wrote. The rest of the matrix sees a part of the same.
READERS = ("visitor", "enrolled", "teacher_a", "principal_a", "director", "editor")
OTHERS = ("/", "/search/?q=img", "/timetable/", "/sitemap.xml", "/accounts/",
          "/accounts/data/", "/accounts/name/", "/accounts/email/", "/robots.txt",
          "/news/", "/no-such-page/<img src=x>/")  # fmt: skip


@pytest.fixture
def attacked(street):
    """The same street with an attack in place of every text."""
    street["columns"] = poison()
    return street


def look(response, wrong, address):
    """Note what would run, in the page or in what leads to another."""
    wrong += [(address, one) for one in dangers(response)]
    if response.status_code >= 500:
        wrong.append((address, response.status_code))


@pytest.mark.long
@pytest.mark.parametrize("role", READERS)
def test_no_page_runs_what_somebody_wrote(client, request, attacked, role):
    """S-XSS-1: each page of the site, as it is after every form was filled in with an
    attack; and the pages that answer a form, with their messages."""
    matrix.sign_in(client, request, attacked, role)
    wrong = []
    for row in matrix.MATRIX:
        address = reverse(row.name, args=[attacked[name] for name in row.args])
        before = transaction.savepoint()
        response = getattr(client, row.method)(address, row.data or {}, follow=True)
        transaction.savepoint_rollback(before)
        look(response, wrong, address)
    for page in Page.objects.live().order_by("path"):
        response = client.get(page.url)
        look(response, wrong, page.url)
    for address in OTHERS:
        look(client.get(address, follow=True), wrong, address)
    assert not wrong, list(dict.fromkeys(wrong))


# --- The admin ----------------------------------------------------------------------


@pytest.fixture
def attacked_school(school_a):
    """A school with an attack in every text, and what of it goes into an address."""
    made = make_foreign()
    poison()
    return made


def admin_addresses(made):
    # One page of a kind, and one file of several, say what the others would.
    made.keys["page_id"] = [made.pages["lesson"].pk]
    for name in ("parent_page_id", "page_to_move_id", "page_pk"):
        made.keys[name] = [made.pages["course"].pk]
    made.keys["pk"] = [made.pages["news"].pk, made.image.pk, made.teacher.pk]
    for address in sweep.addresses(made):
        if "/bulk/" not in address or f"?id={made.pages['lesson'].pk}" in address:
            yield address
    yield from (one for one in sweep.lists() if "export=" not in one)


@pytest.mark.long
def test_no_list_and_no_dialogue_of_the_admin_runs_it(
    client, site_admin, attacked_school
):
    """S-XSS-1: lists, choosers, reports, history, dialogues that ask «are you sure?»;
    the site admin meets all that others meet."""
    client.force_login(site_admin)
    client.raise_request_exception = False
    wrong, seen = [], 0
    for address in dict.fromkeys(admin_addresses(attacked_school)):
        response = client.get(address)
        seen += not response.streaming and MARK in response.content.decode(
            errors="ignore"
        )
        look(response, wrong, address)
    assert not wrong, list(dict.fromkeys(wrong))
    assert seen > 50


def test_no_message_after_a_step_in_the_admin_runs_it(client, editor, attacked_school):
    """S-XSS-1: Wagtail says the page's title in what it says after each step."""
    client.force_login(editor)
    wrong, said = [], 0
    pages = [attacked_school.pages[name] for name in ("lesson", "news", "course")]
    for page in pages:
        for step in ("lock", "unlock", "unpublish", "delete"):
            address = reverse(f"wagtailadmin_pages:{step}", args=[page.pk])
            response = client.post(address, follow=True)
            words = response.content.decode()
            said += MARK in words and 'class="messages"' in words
            look(response, wrong, address)
        if not Page.objects.filter(pk=page.pk).exists():
            break
    assert not wrong
    assert said >= 3


# --- Letters and paper --------------------------------------------------------------


def test_letters_say_it_as_text(
    client, editor, teacher_a, school_a, django_capture_on_commit_callbacks
):
    """S-XSS-1: a letter about a review quotes a title and a reason."""
    profile = StaffProfile.objects.get(user=teacher_a)
    waiting = make_course(school_a, "waits", profile, live=False, title=MIDDLE)
    teacher_a.email = "teacher@example.org"
    teacher_a.save()
    with django_capture_on_commit_callbacks(execute=True):
        state = waiting.get_workflow().start(waiting, teacher_a)
        task = state.current_task_state.specific
        send_back(state=task, by=editor, seen=task.content_digest, reason=LONG)
    letters = [one.message() for one in mail.outbox]
    parts = [part for one in letters for part in one.walk()]
    assert {part.get_content_type() for part in parts} == {"text/plain"}
    said = "".join(one.body for one in mail.outbox)
    assert MIDDLE in said, "as it was written, without &lt;"
    assert LONG in said


def test_a_certificate_on_paper_says_it_as_text(client, attacked):
    """S-XSS-1: the drawing for the page and the document for the PDF."""
    request = RequestFactory().get("/")
    certificate = Certificate.objects.get(pk=attacked["certificate"])
    html = sheets_html([sheet_of(request, certificate)])
    assert MARK in html
    assert not in_html(html)
    client.force_login(attacked["people"]["enrolled"])
    address = reverse("learning:certificate_file", args=[certificate.pk])
    response = client.get(address)
    assert not dangers(response)


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


# --- S-XSS-5: the address ---------------------------------------------------------------


def asked_names():
    """Every name that our code reads from an address."""
    names = {"q", "page", "next", "p", "ordering", "export", "query", "sort"}
    pattern = re.compile(r"""(?:GET|asked)\.get(?:list)?\(\s*["'](\w+)["']""")
    for app in settings.INSTALLED_APPS:
        folder = settings.BASE_DIR / app
        for file in folder.rglob("*.py") if folder.is_dir() else ():
            names |= set(pattern.findall(file.read_text("utf-8")))
    return sorted(names)


@pytest.mark.long
@pytest.mark.parametrize("role", ["visitor", "enrolled", "director"])
def test_no_parameter_comes_back_as_markup(client, request, street, role):
    """S-XSS-5: each route with every parameter that any view reads."""
    names = asked_names()
    assert {"q", "page", "week", "show", "kind", "month"} <= set(names)
    matrix.sign_in(client, request, street, role)
    client.raise_request_exception = False
    addresses = [
        reverse(row.name, args=[street[name] for name in row.args])
        for row in matrix.MATRIX
        if row.method == "get"
    ]
    addresses += [page.url for page in Page.objects.live()] + list(OTHERS[:9])
    wrong = []
    for address in dict.fromkeys(addresses):
        look(client.get(address, dict.fromkeys(names, LONG)), wrong, address)
    assert not wrong


def test_no_odd_parameter_is_an_error(client, street):
    """S-XSS-5: each alone, and all of them with what no form sends."""
    client.raise_request_exception = False
    wrong = []
    for address in (
        "/search/",
        "/courses/",
        "/news/",
        "/timetable/",
        "/z/",
        "/display/",
    ):
        asked = [{name: LONG} for name in asked_names()]
        for value in ("\x00", "-1", "9" * 30, "[]", "\u202e", "%00"):
            asked.append(dict.fromkeys(asked_names(), value))
        for query in asked:
            look(client.get(address, query), wrong, (address, query))
    assert not wrong


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
