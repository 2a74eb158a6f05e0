"""Files are handed out as players and browsers need them."""

import os
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import Http404
from django.test import RequestFactory

from core.services.deliver import ASK_AGAIN, deliver

BODY = bytes(range(256)) * 40
SIZE = len(BODY)


@pytest.fixture(autouse=True)
def no_end_of_request():
    """A closed answer ends its request, which looks after database connections."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.fixture
def storage(tmp_path, settings):
    settings.PRIVATE_MEDIA_ROOT = tmp_path
    settings.MEDIA_DELIVERY = "python"
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "八段锦 1.mp4").write_bytes(BODY)
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "page.html").write_text("<script>alert(1)</script>")
    return FileSystemStorage(location=tmp_path)


def ask(storage, *, method="get", name="media/八段锦 1.mp4", headers=None, **options):
    request = getattr(RequestFactory(), method)("/", headers=headers or {})
    return deliver(request, name=name, storage=storage, **options)


def content(response):
    body = response.getvalue() if response.streaming else response.content
    response.close()
    return body


def test_whole_file(storage):
    response = ask(storage)
    assert response.status_code == 200
    assert response["Content-Type"] == "video/mp4"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Length"] == str(SIZE)
    assert content(response) == BODY


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),  # how an iPhone asks whether ranges are known
        ("bytes=0-0", 0, 0),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        (f"bytes={SIZE - 1}-{SIZE - 1}", SIZE - 1, SIZE - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=5000-", 5000, SIZE - 1),
        ("bytes=-1", SIZE - 1, SIZE - 1),
        ("bytes=-500", SIZE - 500, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, SIZE - 1),
        (f"bytes=10-{SIZE * 2}", 10, SIZE - 1),
        ("Bytes=3-4", 3, 4),
    ],
)
def test_one_range(storage, asked, first, last):
    response = ask(storage, headers={"range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert response["Content-Type"] == "video/mp4"
    assert content(response) == BODY[first : last + 1]


@pytest.mark.parametrize(
    "asked", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE}", "bytes=-0"]
)
def test_range_beyond_the_end(storage, asked):
    response = ask(storage, headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert content(response) == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-2", "bytes=-", "bytes=a-b", "bytes=0-1,4-5", "items=0-1", "bytes 0-1",
     "bytes=--5", "bytes=0-1-2", "bytes=+1-+2", "bytes=" + "9" * 5000 + "-"],
)  # fmt: skip
def test_what_is_no_single_range_gets_the_whole_file(storage, asked):
    response = ask(storage, headers={"range": asked})
    assert response.status_code == 200
    assert content(response) == BODY


def test_range_of_an_empty_file(storage):
    response = ask(storage, name="empty.mp3", headers={"range": "bytes=0-1"})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */0"


def test_head_has_headers_and_no_body(storage):
    response = ask(storage, method="head")
    assert response.status_code == 200
    assert response["Content-Length"] == str(SIZE)
    assert content(response) == b""
    ranged = ask(storage, method="head", headers={"range": "bytes=0-1"})
    assert ranged["Content-Length"] == "2"
    assert content(ranged) == b""


def test_known_version_is_not_sent_again(storage):
    first = ask(storage)
    first.close()
    for headers in (
        {"if-none-match": first["ETag"]},
        {"if-none-match": f'"other", W/{first["ETag"]}'},
        {"if-modified-since": first["Last-Modified"]},
    ):
        response = ask(storage, headers=headers)
        assert response.status_code == 304
        assert response["ETag"] == first["ETag"]
        assert response["Cache-Control"] == ASK_AGAIN
        assert content(response) == b""
    changed = ask(storage, headers={"if-none-match": '"other"'})
    assert changed.status_code == 200
    changed.close()


def test_range_goes_on_only_in_the_same_version(storage, tmp_path):
    first = ask(storage)
    first.close()
    for known in (first["ETag"], first["Last-Modified"]):
        same = ask(storage, headers={"range": "bytes=10-19", "if-range": known})
        assert same.status_code == 206
        same.close()
    path = tmp_path / "media" / "八段锦 1.mp4"
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60))
    for known in (first["ETag"], first["Last-Modified"], "nonsense"):
        other = ask(storage, headers={"range": "bytes=10-19", "if-range": known})
        assert other.status_code == 200
        other.close()


def test_headers_keep_it_private_and_inert(storage):
    response = ask(storage)
    response.close()
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert not response.has_header("Content-Disposition")


def test_chinese_file_name_of_a_download(storage):
    response = ask(storage, filename="八段锦 “口诀”.pdf", inline=False)
    response.close()
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "%E5%85%AB%E6%AE%B5%E9%94%A6" in disposition
    assert disposition.isascii()


def test_html_is_never_shown_as_a_page_of_ours(storage):
    response = ask(storage, name="page.html")
    response.close()
    assert response["Content-Disposition"] == "attachment"
    by_claim = ask(storage, content_type="image/svg+xml")
    by_claim.close()
    assert by_claim["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("name", ["none.mp4", "", "media", "../secret", "/etc/passwd"])
def test_only_files_of_the_storage_exist(storage, name):
    with pytest.raises(Http404):
        ask(storage, name=name)


def test_proxy_is_told_where_the_file_is(storage, settings):
    settings.MEDIA_DELIVERY = "x-accel"
    settings.MEDIA_ACCEL_PREFIX = "/_protected/"
    response = ask(storage, headers={"range": "bytes=0-1"})
    assert response.status_code == 200  # the proxy cuts the range
    assert (
        response["X-Accel-Redirect"]
        == "/_protected/media/%E5%85%AB%E6%AE%B5%E9%94%A6%201.mp4"
    )
    assert response["Content-Type"] == "video/mp4"
    assert response["Cache-Control"] == ASK_AGAIN
    assert content(response) == b""


def test_proxy_is_not_sent_outside_the_private_folder(storage, settings, tmp_path):
    settings.MEDIA_DELIVERY = "x-accel"
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "elsewhere"
    response = ask(storage)
    assert not response.has_header("X-Accel-Redirect")
    assert content(response) == BODY


def test_missing_file_is_404_behind_a_proxy_too(storage, settings):
    settings.MEDIA_DELIVERY = "x-accel"
    with pytest.raises(Http404):
        ask(storage, name="none.mp4")


def test_file_is_closed_after_the_answer(storage, tmp_path):
    response = ask(storage, headers={"range": "bytes=0-1"})
    opened = response.file_to_stream.fileobj
    response.close()
    assert opened.closed
    assert Path(opened.name).exists()


def test_the_stored_files_are_where_the_settings_say_now(settings, tmp_path):
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "first"
    assert default_storage.path("a.txt") == str(tmp_path / "first" / "a.txt")
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "second"
    assert default_storage.path("a.txt") == str(tmp_path / "second" / "a.txt")
