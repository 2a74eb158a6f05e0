"""Files in parts: cut anywhere and gone on with, twice the same, nothing left behind (R-10)."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.services.erasure import erase_person
from core.exceptions import UploadBusyError, UploadRefusedError
from core.models import MediaFile, SiteDocument, SiteImage, Upload
from core.models import uploads as model
from core.services import uploads as service
from core.uploads import collections_of
from schools.services.provisioning import collection_of

pytestmark = pytest.mark.django_db
PAGE = "desk:uploads"


@pytest.fixture(autouse=True)
def small_parts(settings, tmp_path, monkeypatch):
    """Parts of 64 KB and a disk of their own: the film of the demo has a few of them."""
    settings.MEDIA_ROOT = tmp_path
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"
    settings.PUBLIC_MEDIA_ROOT = tmp_path / "public"
    settings.UPLOAD_PARTS_ROOT = tmp_path / "parts"
    for place in ("core.models.uploads", "core.upload_views"):
        monkeypatch.setattr(f"{place}.PART_BYTES", 64 * 1024)


@pytest.fixture(scope="module")
def film():
    return (settings.BASE_DIR / "demo" / "media" / "baduanjin.mp4").read_bytes()


def picture(colour="red", kind="PNG"):
    made = BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, kind)
    return made.getvalue()


def begin(user, data, *, name="IMG_0001.mp4", key="k", **facts):
    collection = facts.pop("collection", None) or collections_of(user).first()
    return service.open_upload(
        user=user, collection=collection, key=key, name=name, size=len(data), **facts
    )


def cut(upload, data, number):
    begins = number * model.PART_BYTES
    return data[begins : begins + upload.part_size(number)]


def send(upload, data, numbers=None):
    chosen = range(upload.total) if numbers is None else numbers
    for number in chosen:
        part = cut(upload, data, number)
        checksum = hashlib.sha256(part).hexdigest()
        service.store_part(upload=upload, number=number, data=part, checksum=checksum)


def sum_of(upload, data):
    """The sums of the parts, one after the other, and of these one."""
    parts = [cut(upload, data, number) for number in range(upload.total)]
    joined = "".join(hashlib.sha256(one).hexdigest() for one in parts)
    return hashlib.sha256(joined.encode()).hexdigest()


def folders():
    storage = storages["parts"]
    return storage.listdir("")[0] if storage.exists("") else []


# --- Cut, gone on with, retried -----------------------------------------------------


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_film_that_was_cut_goes_on_where_it_was(teacher_a, film, share):
    upload = begin(teacher_a, film, title="揉面的动作")
    assert upload.total > 3
    stopped = int(upload.total * share)
    send(upload, film, range(stopped))
    half = cut(upload, film, stopped)[: upload.part_size(stopped) // 3]
    with pytest.raises(UploadRefusedError):
        service.store_part(upload=upload, number=stopped, data=half)
    with pytest.raises(UploadRefusedError, match="还差"):
        service.finish_upload(upload=upload)
    again = begin(teacher_a, film)
    assert (again.pk, again.have()) == (upload.pk, list(range(stopped)))
    send(again, film, set(range(again.total)) - set(again.have()))
    made, is_known = service.finish_upload(upload=again, checksum=sum_of(again, film))
    assert (made.title, is_known) == ("揉面的动作", False)
    with made.file.open() as stored:
        assert stored.read() == film, "byte for byte"
    assert made.uploaded_by_user == teacher_a
    assert made.duration > 0
    assert folders() == []


def test_a_part_that_a_dying_process_left_short_is_none(teacher_a, film):
    upload = begin(teacher_a, film)
    send(upload, film, [0])
    path = storages["parts"].path(upload.part_name(0))
    with open(path, "wb") as short:
        short.write(b"x")
    assert upload.have() == []
    send(upload, film)
    service.finish_upload(upload=upload, checksum=sum_of(upload, film))
    assert MediaFile.objects.count() == 1


def test_the_same_part_again_and_out_of_order_changes_nothing(teacher_a, film):
    upload = begin(teacher_a, film)
    order = [*reversed(range(upload.total)), 0, 1, 1]
    send(upload, film, order)
    made, _is_known = service.finish_upload(upload=upload)
    assert made.size_bytes == len(film)


def test_a_part_that_was_changed_on_its_way_is_not_kept(teacher_a, film):
    upload = begin(teacher_a, film)
    part = bytearray(cut(upload, film, 0))
    right = hashlib.sha256(part).hexdigest()
    part[7] ^= 1
    with pytest.raises(UploadRefusedError):
        service.store_part(upload=upload, number=0, data=bytes(part), checksum=right)
    assert upload.have() == []
    for number in (-1, upload.total, 10**6):
        with pytest.raises(UploadRefusedError):
            service.store_part(upload=upload, number=number, data=b"x")


def test_a_whole_that_is_not_what_was_sent_is_not_kept(teacher_a, film):
    upload = begin(teacher_a, film)
    send(upload, film)
    with pytest.raises(UploadRefusedError, match="坏了"):
        service.finish_upload(upload=upload, checksum="0" * 64)
    assert not MediaFile.objects.exists()
    assert not Upload.objects.exists()
    assert folders() == []


def test_who_did_not_hear_the_answer_asks_again_and_gets_the_same(teacher_a, film):
    upload = begin(teacher_a, film)
    send(upload, film)
    made, _is_known = service.finish_upload(upload=upload)
    assert service.finish_upload(upload=upload) == (made, True)
    again = begin(teacher_a, film)
    assert again.pk == upload.pk
    made.delete()
    assert begin(teacher_a, film).file_id is None, "it was deleted: it comes anew"


def test_two_who_finish_at_once_finish_once(teacher_a, film):
    upload = begin(teacher_a, film)
    send(upload, film)
    Upload.objects.filter(pk=upload.pk).update(claimed_at=timezone.now())
    with pytest.raises(UploadBusyError):
        service.finish_upload(upload=upload)
    died = timezone.now() - service.LONGEST_FINISH - timedelta(seconds=1)
    Upload.objects.filter(pk=upload.pk).update(claimed_at=died)
    service.finish_upload(upload=upload)
    assert MediaFile.objects.count() == 1


# --- One copy -------------------------------------------------------------------------


def test_the_same_film_of_two_people_is_one_copy(teacher_a, clerk_a, film, tmp_path):
    rows = []
    for user in (teacher_a, clerk_a):
        upload = begin(user, film, name=f"{user.username}.mp4")
        send(upload, film)
        rows.append(service.finish_upload(upload=upload))
    assert rows[1] == (rows[0][0], True)
    stored = list((tmp_path / "private").rglob("*.mp4"))
    assert len(stored) == MediaFile.objects.count() == 1


def test_another_school_gets_a_copy_of_its_own(teacher_a, teacher_b, film):
    for user in (teacher_a, teacher_b):
        upload = begin(user, film)
        send(upload, film)
        _made, is_known = service.finish_upload(upload=upload)
        assert not is_known
    assert {one.collection for one in MediaFile.objects.all()} == {
        collections_of(user).first() for user in (teacher_a, teacher_b)
    }


# --- Nothing left behind ----------------------------------------------------------------


def test_after_a_day_without_a_word_nothing_is_left(teacher_a, film):
    old, new = (begin(teacher_a, film, key=key) for key in ("old", "new"))
    for upload in (old, new):
        send(upload, film, [0])
    day = timedelta(hours=24, minutes=1)
    Upload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - day)
    storages["parts"].save("0" * 32 + "/00000", BytesIO(b"of a row that is gone"))
    call_command("tick", verbosity=0)
    assert list(Upload.objects.all()) == [new]
    assert folders() == [new.folder.hex]
    service.drop_upload(upload=new)
    assert folders() == []


def test_an_erasure_takes_what_is_on_the_way(learner, course_a, film):
    collection = collection_of(course_a.school)
    upload = begin(learner, film, collection=collection)
    send(upload, film, [0])
    erase_person(user=learner)
    assert folders() == []


# --- Limits and tenancy -----------------------------------------------------------------


def test_too_many_too_big_and_unknown_files_are_refused_in_words(teacher_a, film):
    for name, size, words in (
        ("a.exe", 10, "这种文件用不了"),
        ("a.jpg", 0, "是空的"),
        ("a.jpg", 11 * 1024 * 1024, "最多 10 兆"),
        ("a.mp4", 501 * 1024 * 1024, "最多 500 兆"),
    ):
        with pytest.raises(UploadRefusedError, match=words):
            service.open_upload(
                user=teacher_a, collection=collections_of(teacher_a).first(), key=name,
                name=name, size=size,
            )  # fmt: skip
    for number in range(service.MOST_OPEN):
        begin(teacher_a, film, key=str(number))
    with pytest.raises(UploadRefusedError, match="没传完的文件太多了"):
        begin(teacher_a, film, key="more")


def test_no_name_leads_out_of_the_folder(teacher_a):
    data = picture()
    upload = begin(teacher_a, data, name="../../..\\etc/pass\u202ewd\x00.png")
    assert upload.name == "passwd.png"
    send(upload, data)
    made, _is_known = service.finish_upload(upload=upload)
    assert made.title == "未命名", "never what the phone called it"
    assert ".." not in made.file.name
    assert getattr(made, "description", "") == ""


def test_what_is_none_of_its_kind_is_refused_and_nothing_is_kept(teacher_a):
    for name, data in (("a.png", b"no picture" * 10), ("a.mp4", b"no film" * 10)):
        upload = begin(teacher_a, data, name=name, key=name)
        send(upload, data)
        with pytest.raises(UploadRefusedError):
            service.finish_upload(upload=upload)
    assert not Upload.objects.exists()
    assert not SiteImage.objects.exists()
    assert folders() == []


def test_files_go_into_the_own_school_alone(client, teacher_a, teacher_b, school_b):
    assert list(collections_of(teacher_a)) != list(collections_of(teacher_b))
    client.force_login(teacher_a)
    sent = {"key": "k", "name": "a.png", "size": "10"}
    url = reverse("desk:open_upload")
    theirs = collection_of(school_b).pk
    assert client.post(url, {**sent, "collection": theirs}).status_code == 404
    upload = begin(teacher_b, picture(), name="a.png")
    for name, args in (("upload_part", [0]), ("finish_upload", [])):
        address = reverse(f"desk:{name}", args=[upload.pk, *args])
        assert client.post(address).status_code == 404
    client.post(reverse("desk:drop_upload", args=[upload.pk]))
    assert Upload.objects.filter(pk=upload.pk).exists()


# --- The pages --------------------------------------------------------------------------


def test_a_script_sends_parts_and_hears_what_is_there(client, teacher_a, film):
    client.force_login(teacher_a)
    mine = collections_of(teacher_a).first().pk
    facts = {
        "key": "k", "name": "a.mp4", "size": len(film), "title": "八段锦",
        "collection": mine,
    }  # fmt: skip
    opened = client.post(reverse("desk:open_upload"), facts).json()
    upload = Upload.objects.get()
    for number in range(upload.total):
        part = cut(upload, film, number)
        answer = client.post(
            f"{opened['parts']}{number}/", part,
            content_type="application/octet-stream",
            headers={"X-Checksum": hashlib.sha256(part).hexdigest()},
        )  # fmt: skip
        assert answer.status_code == 200
    assert answer.json() == {"percent": 100}
    assert "100%" in client.get(reverse(PAGE)).content.decode()
    done = client.post(opened["finish"], {"checksum": sum_of(upload, film)}).json()
    assert (done["title"], done["is_known"]) == ("八段锦", False)
    assert client.get(done["href"]).status_code == 200, "it stands in Wagtail"
    assert client.post(opened["finish"]).json()["is_known"]
    wrong = client.post(
        f"{opened['parts']}0/", b"x", content_type="application/octet-stream"
    )
    assert wrong.status_code == 200, "it has arrived: nothing more is taken"


def test_a_part_larger_than_one_is_refused(client, teacher_a, film):
    client.force_login(teacher_a)
    upload = begin(teacher_a, film)
    answer = client.post(
        reverse("desk:upload_part", args=[upload.pk, 0]), film,
        content_type="application/octet-stream",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "没有传好" in answer.json()["error"]


def test_without_a_script_several_files_come_in_one_form(client, teacher_a):
    client.force_login(teacher_a)
    files = [
        SimpleUploadedFile("IMG_1.png", picture("red")),
        SimpleUploadedFile("IMG_2.png", picture("red")),
        SimpleUploadedFile("bad.png", b"no picture"),
        SimpleUploadedFile("notes.txt", "三光".encode()),
    ]
    form = {
        "files": files, "title": "揉面", "collection": collections_of(teacher_a)[0].pk,
    }  # fmt: skip
    response = client.post(reverse(PAGE), form)
    page = response.content.decode()
    assert response.status_code == 422
    assert SiteImage.objects.get().title == "揉面"
    assert SiteDocument.objects.count() == 1
    assert "bad.png" in page
    assert "以前传过" in page
    assert client.post(reverse(PAGE), {"title": "x"}).status_code == 422


def test_nothing_of_it_for_who_writes_nothing(client, learner, site_admin):
    client.force_login(learner)
    assert client.get(reverse(PAGE)).status_code == 403
