"""Whose pages these are, the worker's script, the offline page."""

import json
import re

import pytest
from django.conf import settings
from django.urls import reverse

from core.service_worker import READER_HEADER, VISITOR, reader_key
from tests.factories import make_learner

pytestmark = pytest.mark.django_db


def test_the_worker_serves_the_whole_site_and_is_asked_for_anew(client):
    response = client.get("/sw.js")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "no-cache"
    assert READER_HEADER not in response


def test_the_worker_knows_what_the_offline_page_needs(client):
    text = client.get("/sw.js").content.decode()
    known = json.loads(re.match(r"self\.KNOWN = (\{.*?\});\n", text)[1])
    assert known["offline"] == reverse("core:offline")
    assert known["version"]
    page = client.get(known["offline"]).content.decode()
    for address in known["shell"]:
        assert address.startswith(known["static"])
        assert address in page


def test_a_name_of_a_reader_tells_nothing_and_differs(django_user_model):
    one, other = make_learner("one"), make_learner("other")
    names = {reader_key(one), reader_key(other)}
    assert len(names) == 2
    for name in names:
        assert re.fullmatch(r"[0-9a-f]{16}", name)
    assert reader_key(one) == reader_key(django_user_model.objects.get(pk=one.pk))


def test_every_page_says_whose_it_is(client, learner):
    assert client.get("/help/")[READER_HEADER] == VISITOR
    client.force_login(learner)
    for path in ("/", "/learn/", "/nothing-here/"):
        assert client.get(path)[READER_HEADER] == reader_key(learner)
    assert "no-store" in client.get("/learn/")["Cache-Control"]


def test_signing_out_empties_the_cache_and_names_a_visitor(client, learner):
    client.force_login(learner)
    assert "Clear-Site-Data" not in client.post("/display/", {"size": "large"})
    response = client.post(reverse("account_logout"), follow=True)
    first = client.post(reverse("account_logout"))
    assert "Clear-Site-Data" not in first
    client.force_login(learner)
    left = client.post(reverse("account_logout"))
    # What others of this phone could not send yet stays in the storage.
    assert left["Clear-Site-Data"] == '"cache"'
    assert response[READER_HEADER] == VISITOR


def test_the_page_of_signing_out_knows_the_queue_of_who_leaves(client, learner):
    client.force_login(learner)
    text = client.get(reverse("account_logout")).content.decode()
    assert f'data-leave="{reader_key(learner)}"' in text
    assert 'id="unsent"' in text


def test_the_offline_page_is_a_visitors_page_in_the_readers_size(client, learner):
    client.force_login(learner)
    client.cookies["display"] = "xlarge.contrast"
    response = client.get(reverse("core:offline"))
    text = response.content.decode()
    assert response[READER_HEADER] == reader_key(learner)
    assert 'data-size="xlarge" data-theme="contrast"' in text
    assert learner.display_name not in text
    assert reverse("account_logout") not in text
    assert reverse("account_login") in text


def test_the_policy_lets_the_worker_in():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["worker-src"] == ["'self'"]
