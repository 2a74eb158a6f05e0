"""Smaller copies of pictures: made by a task when a picture comes."""

import re
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django_tasks import default_task_backend
from wagtail.models import Collection

from core.models import SiteImage
from core.services import renditions
from tests.factories import make_image

TAG = re.compile(r"{%\s*(?:image|picture|srcset_image)\s+\S+\s+([^%]*?)%}")
OPERATION = re.compile(r"^(?:fill|max|min|width|height|scale|format|original)\b\S*$")
# The same where a piece is made of values: a whole form, in quotes.
FORM = re.compile(r"""["']((?:fill|max|min|width|height)-\d[^"'\s]*)["']""")


def specs_of(text):
    """The copies that a template asks for, as Wagtail writes them."""
    found = set()
    for rest in TAG.findall(text):
        words = [word for word in rest.split() if OPERATION.match(word)]
        found.add("|".join(words))
    return found


def test_every_copy_that_a_template_asks_for_is_on_the_list():
    asked = set()
    for path in Path(site_settings.BASE_DIR, "templates").rglob("*.html"):
        asked |= specs_of(path.read_text(encoding="utf-8"))
    of_pieces = set()
    for app in Path(site_settings.BASE_DIR).glob("*/apps.py"):
        for path in app.parent.rglob("*.py"):
            if path != Path(renditions.__file__):
                of_pieces |= set(FORM.findall(path.read_text(encoding="utf-8")))
    assert "fill-1120x500|format-webp" in of_pieces
    assert asked | of_pieces == set(renditions.SPECS)


@pytest.fixture
def queue(settings):
    """A queue that only notes what it is given."""
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}
    }
    default_task_backend.clear()
    return default_task_backend


@pytest.mark.django_db
def test_a_picture_that_comes_is_given_to_the_queue_once(
    queue, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.PUBLIC_MEDIA_ROOT = settings.PRIVATE_MEDIA_ROOT = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        picture = make_image(None, "面", Collection.get_first_root_node())
    with django_capture_on_commit_callbacks(execute=True):
        picture.save()
    own = renditions.make_renditions.module_path
    given = [one.args for one in queue.results if one.task.module_path == own]
    assert given == [[picture.pk]]


@pytest.mark.django_db
def test_the_task_makes_all_copies_and_the_page_finds_them(settings, tmp_path):
    settings.PUBLIC_MEDIA_ROOT = settings.PRIVATE_MEDIA_ROOT = tmp_path
    picture = make_image(None, "面", Collection.get_first_root_node())
    renditions.make_renditions.func(picture.pk)
    assert {one.filter_spec for one in picture.renditions.all()} == set(
        renditions.SPECS
    )
    renditions.make_renditions.func(picture.pk)
    assert picture.renditions.count() == len(renditions.SPECS)


@pytest.mark.django_db
def test_without_a_queue_nobody_waits_for_copies(
    settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.PUBLIC_MEDIA_ROOT = settings.PRIVATE_MEDIA_ROOT = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        picture = make_image(None, "面", Collection.get_first_root_node())
    assert not picture.renditions.exists()


@pytest.mark.django_db
def test_a_picture_or_file_that_is_gone_stops_no_worker(settings, tmp_path, caplog):
    settings.PUBLIC_MEDIA_ROOT = settings.PRIVATE_MEDIA_ROOT = tmp_path
    renditions.make_renditions.func(987654)
    picture = make_image(None, "面", Collection.get_first_root_node())
    picture.file.storage.delete(picture.file.name)
    renditions.make_renditions.func(SiteImage.objects.get(pk=picture.pk).pk)
    assert "cannot be read" in caplog.text
