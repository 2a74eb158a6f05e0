"""What is loaded before the workers begin."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.template import engines
from django.urls import get_resolver

from learning_site import warm


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
