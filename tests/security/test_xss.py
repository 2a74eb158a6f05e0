"""S-XSS: what people write is shown as text, wherever it comes out."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse
from wagtail.models import Page

from learning.certificate_pdf import sheet_of, sheets_html
from learning.models import Certificate
from schools.models import StaffProfile
from schools.services.review import send_back
from tests.factories import make_course
from tests.schools import test_isolation as sweep
from tests.schools.foreign import make_foreign
from tests.security.poison import LONG, MARK, MIDDLE, poison
from tests.security.reading import dangers, in_html, look
from tests.site.matrix import MATRIX
from tests.site.world import sign_in

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


@pytest.mark.long
@pytest.mark.parametrize("role", READERS)
def test_no_page_runs_what_somebody_wrote(client, request, attacked, role):
    """S-XSS-1: each page of the site, as it is after every form was filled in with an
    attack; and the pages that answer a form, with their messages."""
    sign_in(client, request, attacked, role)
    wrong = []
    for row in MATRIX:
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
    sign_in(client, request, street, role)
    client.raise_request_exception = False
    addresses = [
        reverse(row.name, args=[street[name] for name in row.args])
        for row in MATRIX
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
