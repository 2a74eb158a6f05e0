"""Uploads in an object store: the same names, addresses and answers as on a disk."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import Http404
from django.test import RequestFactory

from core.models.files import SiteRendition
from core.services.deliver import deliver
from core.services.uploads import drop_upload, finish_upload
from core.storage import originals
from tests.core.test_uploads import begin, picture, send

moto = pytest.importorskip("moto.server")

BUCKET = "street"
FILM = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def server():
    """A store that speaks S3, in this process, on a free port of its own."""
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield "http://{}:{}".format(*running.get_host_and_port())
    running.stop()


@pytest.fixture
def store(server, settings):
    """The site with its uploads there; nothing of it on the disk."""
    settings.OBJECT_STORE = {
        "bucket_name": BUCKET,
        "endpoint_url": server,
        "access_key": "key",
        "secret_key": "secret",
        "region_name": "us-east-1",
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "core.object_store.PrivateObjects"},
        "public": {"BACKEND": "core.object_store.PublicObjects"},
        "parts": {"BACKEND": "core.object_store.PartsObjects"},
    }
    kept = storages["default"]
    client = kept.connection.meta.client
    client.create_bucket(Bucket=BUCKET)
    yield kept
    kept.bucket.objects.all().delete()
    client.delete_bucket(Bucket=BUCKET)


def ask(name, method="get", **headers):
    request = getattr(RequestFactory(), method)("/files/x", headers=headers)
    return deliver(request, name=name)


def body(answer):
    return b"".join(answer.streaming_content)


def test_the_fields_of_the_site_follow_the_setting(store):
    assert originals() is storages["default"] is store


def test_two_under_one_name_are_two_files(store):
    first = store.save("课/面.png", ContentFile(b"first"))
    second = store.save("课/面.png", ContentFile(b"second"))
    assert first != second
    assert store.open(first).read() == b"first"
    assert store.open(second).read() == b"second"
    assert first.startswith("课/面_")
    assert first.endswith(".png")


def test_a_long_name_has_room_for_its_own_end(store):
    name = store.get_available_name("a/" + "面" * 200 + ".png", max_length=100)
    assert len(name) == 100
    assert name.endswith(".png")


def test_what_is_kept_under_its_own_name_is_there_and_goes(store):
    store.keep("copies/a.zip", ContentFile(b"zip"))
    assert store.exists("copies/a.zip")
    assert store.exists("copies")
    assert store.listdir("copies") == ([], ["a.zip"])
    store.delete("copies/a.zip")
    assert not store.exists("copies")


def test_a_film_is_played_in_ranges(store):
    name = store.save("film.mp4", ContentFile(FILM))
    whole = ask(name)
    assert (whole.status_code, body(whole)) == (200, FILM)
    assert whole["Content-Type"] == "video/mp4"
    assert whole["Accept-Ranges"] == "bytes"
    assert whole["Content-Security-Policy"].startswith("sandbox")
    part = ask(name, range="bytes=2-5")
    assert (part.status_code, body(part)) == (206, FILM[2:6])
    assert part["Content-Range"] == f"bytes 2-5/{len(FILM)}"
    assert body(ask(name, range="bytes=-3")) == FILM[-3:]
    # Several ranges are answered with the whole file, as from the disk.
    assert body(ask(name, range="bytes=0-1,4-5")) == FILM
    assert ask(name, range="bytes=999999-").status_code == 416
    head = ask(name, "head")
    assert (head.status_code, head["Content-Length"]) == (200, str(len(FILM)))


def test_what_the_phone_has_is_not_sent_again(store):
    name = store.save("film.mp4", ContentFile(FILM))
    tag = ask(name)["ETag"]
    assert ask(name, **{"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("name", ["none.mp4", "../private/film.mp4", "/etc/passwd"])
def test_what_is_not_there_is_not_found(store, name):
    store.save("film.mp4", ContentFile(FILM))
    with pytest.raises(Http404):
        ask(name)


def test_html_is_a_download_there_too(store):
    name = store.save("a.html", ContentFile(b"<script>"))
    assert ask(name)["Content-Disposition"].startswith("attachment")


def test_nginx_is_told_an_address_that_soon_means_nothing(store, settings):
    settings.MEDIA_DELIVERY = "x-accel"
    name = store.save("课/film.mp4", ContentFile(FILM))
    told = ask(name)["X-Accel-Redirect"]
    assert told.startswith(f"/_objects/{BUCKET}/private/%E8%AF%BE/film_")
    assert "X-Amz-Signature=" in told
    assert "X-Amz-Expires=60" in told
    assert "response-content-type=video%2Fmp4" in told
    assert "secret" not in told


def test_addresses_are_those_of_the_disk(store):
    name = store.save("a.png", ContentFile(b"a"))
    assert store.url(name) == f"/files/{name}"
    assert storages["public"].url("a.png").endswith("/media/a.png")
    with pytest.raises(ValueError, match="no address"):
        storages["parts"].url("x")


@pytest.mark.django_db
def test_a_picture_that_comes_in_parts_arrives(store, teacher_a, client, monkeypatch):
    # A field asks for its storage once, when the process begins.
    field = SiteRendition._meta.get_field("file")
    monkeypatch.setattr(field, "storage", storages["public"])
    upload = begin(teacher_a, picture(), name="面.png", key="k")
    send(upload, picture())
    taken, is_known = finish_upload(upload=upload)
    assert not is_known
    assert taken.file.storage.exists(taken.file.name)
    assert storages["parts"].listdir("")[0] == []
    small = taken.get_rendition("width-40|format-webp")
    assert storages["public"].exists(small.file.name)
    shown = client.get(f"/media/{small.file.name}")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")


@pytest.mark.django_db
def test_parts_that_are_given_up_go(store, teacher_a):
    upload = begin(teacher_a, picture(), name="面.png", key="k")
    send(upload, picture())
    drop_upload(upload=upload)
    assert not storages["parts"].exists("")
