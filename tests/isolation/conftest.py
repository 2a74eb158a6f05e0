"""The street of two schools, made once for a file of tests and taken away after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import override_settings

from tests.isolation.school import Street, make_street


@pytest.fixture(scope="module")
def street(
    django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Street]:
    """Whoever writes into it takes back what they wrote: see `engine.Watch`."""
    root = tmp_path_factory.mktemp("files")
    files = override_settings(
        STAFF_SECOND_FACTOR=False,
        MEDIA_ROOT=root,
        PRIVATE_MEDIA_ROOT=root / "private",
        PUBLIC_MEDIA_ROOT=root / "public",
        UPLOAD_PARTS_ROOT=root / "parts",
    )
    with files, django_db_blocker.unblock(), transaction.atomic():
        yield make_street()
        transaction.set_rollback(True)


@pytest.fixture
def lean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What does not exist is answered in a word, and without a look at the redirects.

    Thousands of requests of the walk end so; the full answer has its own test.
    """
    monkeypatch.setattr("learning_site.urls.handler404", _not_found)
    chosen = [one for one in settings.MIDDLEWARE if "RedirectMiddleware" not in one]
    with override_settings(MIDDLEWARE=chosen):
        yield


def _not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseNotFound("404")
