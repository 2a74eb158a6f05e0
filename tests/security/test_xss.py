"""S-XSS: what people write is shown as text, wherever it comes out."""

import pytest
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from tests.schools import test_isolation as sweep
from tests.schools.foreign import make_foreign
from tests.security.poison import MARK, poison
from tests.security.reading import dangers
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
        seen += not response.streaming and MARK in response.content.decode(errors="ignore")
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
