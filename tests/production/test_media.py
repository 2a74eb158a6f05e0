"""A film of a lesson: Django says who may, nginx sends the bytes, in ranges too."""

import json
import uuid
from pathlib import Path

import pytest

from tests.production.estate import FILES, SITE

FILM_FILE = Path(__file__).resolve().parents[2] / "demo" / "media" / "baduanjin.mp4"
FILM = FILM_FILE.read_bytes()


@pytest.fixture(scope="module", params=["street", "district"])
def site(request):
    """A machine whose uploads lie on its disk, and one whose lie in an object store."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def film(site):
    """The address of a lesson's film, and the session of somebody who may see it."""
    street = site
    session, lesson = street.facts["marks"][0]
    program = f"""
import json
from django.core.files.base import ContentFile
from wagtailmedia.models import get_media_model
from courses.models import LessonPage
lesson = LessonPage.objects.get(pk={lesson})
content = open({str(FILM_FILE)!r}, "rb").read()
media = get_media_model()(title="揉面", type="video", duration=60)
media.file.save("knead.mp4", ContentFile(content))
block = "{uuid.uuid4()}"
raw = list(lesson.body.raw_data) + [
    {{"type": "video", "id": block, "value": {{"video": media.pk, "title": "看一看",
     "is_spoken": False}}}}
]
lesson.body = lesson._meta.get_field("body").to_python(raw)
lesson.save_revision().publish()
print("FILM", json.dumps([lesson.pk, block]))
"""
    said = street.manage("shell", "-v0", "-c", program)
    line = next(one for one in said.splitlines() if one.startswith("FILM"))
    pk, block = json.loads(line.removeprefix("FILM"))
    return f"/learn/media/{pk}/{block}/video", f"__Host-session={session}"


def test_who_may_see_it_gets_it_whole_from_nginx(site, film):
    address, session = film
    answer = site.ask(address, Cookie=session)
    assert answer.status == 200
    assert answer.body == FILM
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "X-Accel-Redirect" not in answer.headers, "nginx has sent it, not Django"


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-0", 206, 0, 0),
        ("bytes=1000-1999", 206, 1000, 1999),
        ("bytes=-500", 206, len(FILM) - 500, len(FILM) - 1),
        (f"bytes={len(FILM) - 10}-", 206, len(FILM) - 10, len(FILM) - 1),
        (f"bytes={len(FILM)}-", 416, 0, -1),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    site, film, asked, status, first, last
):
    address, session = film
    answer = site.ask(address, Cookie=session, Range=asked)
    assert answer.status == status
    if status == 206:
        assert answer.body == FILM[first : last + 1]
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(FILM)}"


def test_who_may_not_gets_nothing(site, film):
    address, _session = film
    for headers in ({}, {"Cookie": f"__Host-session={'x' * 32}"}):
        answer = site.ask(address, **headers)
        assert answer.status in (302, 403, 404)
        assert FILM[:64] not in answer.body


def test_it_is_asked_for_again_without_sending_it_again(site, film):
    address, session = film
    first = site.ask(address, Cookie=session)
    again = site.ask(address, Cookie=session, If_None_Match=first.headers["ETag"])
    assert again.status == 304
    assert again.body == b""


def test_a_rendition_is_there_for_everybody_under_both_names(site):
    program = """
from willow.image import Image
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection
picture = get_image_model()(
    title="面", file=get_test_image_file("noodles.png"),
    collection=Collection.get_first_root_node(),
)
picture.save()
print("PICTURE", picture.get_rendition("width-20|format-webp").file.name)
"""
    said = site.manage("shell", "-v0", "-c", program)
    line = next(one for one in said.splitlines() if one.startswith("PICTURE"))
    address = f"/media/{line.removeprefix('PICTURE ')}"
    for host in (SITE, FILES):
        answer = site.ask(address, host=host)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.body[:4] == b"RIFF"
        assert site.ask("/media/images/none.webp", host=host).status == 404
