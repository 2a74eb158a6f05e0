"""The same file taken in twice at the same second: with real threads."""

import threading
from contextlib import suppress

import pytest
from django.core.files.storage import storages

from core.exceptions import UploadBusyError
from core.models import SiteImage, Upload
from core.services import uploads as service
from tests.core.test_uploads import begin, folders, picture, send
from tests.learning.test_race import at_once, errors_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "public"
    settings.UPLOAD_PARTS_ROOT = tmp_path / "parts"


def whole(user, key="k"):
    """An upload whose parts have all come."""
    data = picture()
    upload = begin(user, data, name="面.png", key=key)
    send(upload, data)
    return upload


def finish(pk):
    """As a request does it: with the row as it is now."""
    return service.finish_upload(upload=Upload.objects.get(pk=pk))


def stored_pictures():
    """The originals on the disk, of which each row has one."""
    storage = SiteImage._meta.get_field("file").storage
    return storage.listdir("original_images")[1]


def test_an_upload_that_is_finished_at_once_in_two_tabs_becomes_one_file(teacher_a):
    upload = whole(teacher_a)
    outcomes = at_once(lambda _n: finish(upload.pk), 4)
    assert not errors_of(outcomes, UploadBusyError), outcomes
    taken = [one for one in outcomes if not isinstance(one, Exception)]
    assert {one.pk for one, _is_known in taken} == {SiteImage.objects.get().pk}
    assert sum(not is_known for _one, is_known in taken) == 1
    assert finish(upload.pk)[1]
    assert folders() == []


def test_who_reads_the_row_just_before_another_is_done_gets_the_file(teacher_a):
    """The parts are gone then: that does not mean that they are missing."""
    upload = whole(teacher_a)
    read_before = Upload.objects.get(pk=upload.pk)
    taken, _is_known = finish(upload.pk)
    assert service.finish_upload(upload=read_before) == (taken, True)


def test_without_the_claim_two_tabs_put_the_same_parts_together(teacher_a, monkeypatch):
    upload = whole(teacher_a)
    both = threading.Barrier(2)
    put, times = service._put_together, []

    def put_together(*args):
        with suppress(threading.BrokenBarrierError):
            both.wait(5)
        times.append(1)
        return put(*args)

    monkeypatch.setattr(service, "_claim", lambda _upload: True)
    monkeypatch.setattr(service, "_put_together", put_together)
    at_once(lambda _n: finish(upload.pk), 2)
    assert len(times) == 2


def test_two_people_who_bring_the_same_file_at_once_share_one(
    teacher_a, other_teacher_a
):
    keys = [whole(one).pk for one in (teacher_a, other_teacher_a)]
    outcomes = at_once(lambda n: finish(keys[n]), 2)
    assert not errors_of(outcomes), outcomes
    assert {one.pk for one, _is_known in outcomes} == {SiteImage.objects.get().pk}
    assert sorted(is_known for _one, is_known in outcomes) == [False, True]
    assert len(stored_pictures()) == 1
    assert not storages["parts"].exists("") or folders() == []


def test_without_the_lock_two_people_leave_two_copies(
    teacher_a, other_teacher_a, monkeypatch
):
    keys = [whole(one).pk for one in (teacher_a, other_teacher_a)]
    both = threading.Barrier(2)

    def keep_both(form, same, collection):
        with suppress(threading.BrokenBarrierError):
            both.wait(5)
        form.save()

    monkeypatch.setattr(service, "_keep_one", keep_both)
    outcomes = at_once(lambda n: finish(keys[n]), 2)
    assert not errors_of(outcomes), outcomes
    assert SiteImage.objects.count() == 2
