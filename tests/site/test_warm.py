"""What is loaded before the workers begin."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.template import engines
from django.urls import get_resolver

from core.kept_changes import KEPT_INSERTS, KEPT_UPDATES
from core.kept_sql import KEPT
from learning_site import warm

# Large, and of use to few requests: what they are for imports them when it is asked.
SELDOM = (
    "docx", "fontTools", "icalendar", "numpy", "openpyxl", "pypinyin", "weasyprint",
)  # fmt: skip
START = """
import sys
from learning_site.wsgi import application
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture
def closed(monkeypatch):
    """How often all connections were closed; those of the tests stay open."""
    asked = []
    monkeypatch.setattr(connections, "close_all", lambda: asked.append(1))
    return asked


def test_workers_share_templates_and_addresses_and_no_connection(closed, monkeypatch):
    loaders = engines["django"].engine.template_loaders
    for loader in loaders:
        loader.reset()
    warm.warm_up()
    known = {str(name) for loader in loaders for name in loader.get_template_cache}
    folder = Path(settings.BASE_DIR) / "templates"
    ours = {found.relative_to(folder).as_posix() for found in folder.rglob("*.html")}
    assert len(ours) > 100
    assert ours <= known
    assert "url_patterns" in get_resolver().__dict__
    assert closed == [1]


def test_who_develops_waits_for_no_template(closed, settings):
    settings.DEBUG = True
    for loader in engines["django"].engine.template_loaders:
        loader.reset()
    warm.warm_up()
    loaders = engines["django"].engine.template_loaders
    assert not [name for loader in loaders for name in loader.get_template_cache]
    assert not closed


def test_what_few_requests_need_is_not_loaded_with_the_site(
    django_db_setup, django_db_blocker, tmp_path
):
    path = tmp_path / "street.sqlite3"
    with django_db_blocker.unblock():
        with closing(sqlite3.connect(path)) as copy, connection.cursor() as cursor:
            cursor.connection.backup(copy)
        connection.close()
    started = subprocess.run(  # noqa: S603
        [sys.executable, "-c", START],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{path}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "beforehand" not in started.stderr
    loaded = set(started.stdout.split())
    assert {"django", "rjieba", "search"} <= loaded
    assert loaded & set(SELDOM) == set()


@pytest.fixture
def asked():
    """A site that notes what it is asked, and what it answered is at its end."""
    seen = []

    def application(environ, start_response):
        assert environ["HTTP_COOKIE"]
        start_response("200 OK", [])
        yield b"one"
        seen.append(environ["PATH_INFO"])

    application.seen = seen
    return application


def test_pages_are_made_to_their_end_before_the_workers_begin(
    db, closed, asked, monkeypatch
):
    kept = [*KEPT.values(), *KEPT_UPDATES.values(), *KEPT_INSERTS.values()]
    for one in kept:
        monkeypatch.setattr(one, "_known", {})
    warm.answer_once(asked)
    assert set(asked.seen) == set(warm.PAGES)
    assert all("default" in one._known for one in kept)
    assert closed == [1]


def test_a_page_that_is_refused_is_told(db, closed, caplog):
    def elsewhere(_environ, start_response):
        start_response("301 Moved Permanently", [])
        yield b""

    warm.answer_once(elsewhere)
    assert "/courses/ was not made beforehand: 301" in caplog.text


def test_a_site_begins_without_its_database(monkeypatch, asked, closed, caplog):
    def refuse(*_args):
        raise OperationalError("no server")

    monkeypatch.setattr(connections["default"], "ensure_connection", refuse)
    warm.answer_once(asked)
    assert asked.seen == []
    assert "no page was made" in caplog.text


def test_a_site_begins_with_a_page_that_cannot_be_made(db, closed, caplog):
    def broken(_environ, _start_response):
        raise ValueError("no such table")

    warm.answer_once(broken)
    assert closed == [1]
    assert "could not be made" in caplog.text
