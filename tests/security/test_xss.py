"""S-XSS: what people write is shown as text, wherever it comes out."""

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from accounts.sms import MemoryBackend
from tests.schools import test_isolation as sweep
from tests.schools.foreign import make_foreign
from tests.security.poison import MARK, poison, text_fields
from tests.security.reading import body_of, dangers, in_html
from tests.site import test_permission_matrix as matrix

pytestmark = pytest.mark.django_db
# Who meets what others wrote. The rest of the matrix sees a part of the same.
READERS = ("visitor", "enrolled", "teacher_a", "clerk_a", "principal_a", "editor",
           "director", "site_admin")  # fmt: skip
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
