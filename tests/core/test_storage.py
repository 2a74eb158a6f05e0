"""A file is there whole or not at all."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils import timezone

from core.services.uploads import forget_uploads
from core.storage import PartsStorage, PrivateStorage, PublicStorage

STORAGES = [PrivateStorage, PublicStorage, PartsStorage]


@pytest.fixture(autouse=True)
def roots(settings, tmp_path):
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "public"
    settings.UPLOAD_PARTS_ROOT = tmp_path / "parts"
    return tmp_path


class Full(ContentFile):
    """Bytes, and then a disk without room."""

    def chunks(self, chunk_size=None):
        yield b"half of it"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def files(root: Path):
    return [one for one in root.rglob("*") if one.is_file()]


@pytest.mark.parametrize("kind", STORAGES)
def test_a_disk_without_room_leaves_nothing_behind(kind, roots):
    with pytest.raises(OSError, match="No space"):
        kind().save("课/film.mp4", Full(b""))
    assert files(roots) == []


@pytest.mark.parametrize("kind", STORAGES)
@pytest.mark.parametrize("content", [b"bytes", "words 字", b""])
def test_it_holds_what_it_was_given(kind, roots, content):
    name = kind().save("课/film.mp4", ContentFile(content))
    raw = content.encode() if isinstance(content, str) else content
    assert (Path(kind().location) / name).read_bytes() == raw
    again = kind().save("课/film.mp4", ContentFile(b"another"))
    assert again != name
    assert len(files(roots)) == 2


def test_what_a_browser_has_sent_is_moved_whole(roots):
    sent = TemporaryUploadedFile("a.jpg", "image/jpeg", 5, None)
    sent.write(b"photo")
    sent.seek(0)
    name = PrivateStorage().save("a.jpg", File(sent))
    assert (roots / "private" / name).read_bytes() == b"photo"
    assert (roots / "private" / name).stat().st_mode & 0o777 == 0o644


@pytest.mark.django_db
def test_what_an_ended_process_has_left_goes_after_a_day(roots):
    beside = roots / "private" / ".incoming"
    beside.mkdir(parents=True)
    old, new = beside / "old", beside / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = timezone.now().timestamp() - timedelta(days=2).total_seconds()
    os.utime(old, (long_ago, long_ago))
    forget_uploads(timezone.now())
    assert files(roots) == [new]


@pytest.mark.parametrize("kind", STORAGES)
def test_two_under_one_name_at_the_same_moment_are_two_files(kind, roots, monkeypatch):
    """Each finds the name free, and one comes first: the other must not replace it."""
    storage = kind()
    first = storage.save("课/面.png", ContentFile(b"first"))
    was_asked = []
    free = storage.get_available_name

    def as_if_free(name, max_length=None):
        was_asked.append(name)
        return name if len(was_asked) == 1 else free(name, max_length)

    monkeypatch.setattr(storage, "get_available_name", as_if_free)
    # Who looks first and moves then is told that nothing is there.
    monkeypatch.setattr("os.access", lambda *_args, **_named: False)
    second = storage.save("课/面.png", ContentFile(b"second"))
    assert first != second
    written = {path.read_bytes() for path in files(roots)}
    assert written == {b"first", b"second"}
