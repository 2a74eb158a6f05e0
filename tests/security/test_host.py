"""S-HOST: whatever host a request names, addresses that leave the site are the site's."""

import re

import pytest
from django.core import mail
from django.test import RequestFactory
from django.urls import reverse

from learning.certificate_pdf import sheet_of, sheets_html
from learning.models import Certificate
from tests.accounts.conftest import create_person

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
ORIGIN = "https://xuexi.example.org"
INSIDE = "10.0.0.7"


@pytest.mark.parametrize("host", [EVIL, f"testserver.{EVIL}", f"{EVIL}#testserver",
                                  f"testserver@{EVIL}", "testserver, evil", f"{EVIL}:80"])  # fmt: skip
def test_another_host_is_a_bad_request(client, learner, host):
    """S-HOST-1: for every kind of page, signed in or not."""
    for _signed_in in range(2):
        for address in (
            "/",
            "/courses/",
            "/accounts/password/reset/",
            "/learn/",
            "/z/",
        ):
            assert client.get(address, headers={"host": host}).status_code == 400
        client.force_login(learner)


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "forwarded",
                                    "x-forwarded-server", "x-original-host"])  # fmt: skip
def test_no_other_header_names_the_host(client, header):
    """S-HOST-1: a proxy's header is not read, so nothing of it can come back."""
    value = f"host={EVIL}" if header == "forwarded" else EVIL
    for address in (
        "/",
        "/courses/",
        "/accounts/login/",
        "/robots.txt",
        "/sitemap.xml",
    ):
        answer = client.get(address, headers={header: value})
        assert EVIL not in answer.content.decode() + str(answer.headers)


def test_a_letter_leads_to_the_configured_origin(client, settings):
    """S-HOST-1: also where the site has been opened by a name of its inside."""
    settings.SITE_URL = ORIGIN
    settings.ALLOWED_HOSTS = ["xuexi.example.org", INSIDE]
    create_person(display_name="王老师", email="wang@example.com", is_proved=True)
    for address in ("wang@example.com", "nobody@example.com"):
        client.post(
            "/accounts/password/reset/",
            {"email": address},
            headers={"host": INSIDE, "x-forwarded-host": EVIL},
        )
    assert mail.outbox
    for one in mail.outbox:
        assert INSIDE not in one.body
        assert EVIL not in one.body
        for link in re.findall(r"https?://[^/\s]+", one.body):
            assert link == ORIGIN


def test_paper_leads_to_the_configured_origin(client, settings, world, teacher_a):
    """S-HOST-1: the PDF of a certificate, a handout, a leaflet, a card."""
    settings.SITE_URL = ORIGIN
    settings.ALLOWED_HOSTS = ["xuexi.example.org", INSIDE]
    request = RequestFactory().get("/", headers={"host": INSIDE})
    certificate = Certificate.objects.get(pk=world["certificate"])
    html = sheets_html([sheet_of(request, certificate)])
    assert INSIDE not in html
    assert "xuexi.example.org" in html
    client.force_login(world["people"]["enrolled"])
    for address in (
        reverse("learning:certificate", args=[certificate.pk]),
        reverse("learning:handout", args=[world["lesson"]]),
        f"/print/courses/{world['course']}/",
    ):
        page = client.get(address, headers={"host": INSIDE})
        assert page.status_code == 200, address
        assert INSIDE not in page.content.decode(), address
        assert "xuexi.example.org" in page.content.decode(), address
