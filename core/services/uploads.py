"""Taking files in: whole from a form, or part by part over a line that drops (R-10).

Parts are kept until the file is whole; what it becomes goes through the same forms as an
upload in Wagtail. Of the same bytes a collection holds one copy.
"""

import hashlib
import tempfile
import unicodedata
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection
from wagtail.utils.file import hash_filelike

from core.exceptions import UploadBusyError, UploadRefusedError
from core.models import Upload
from core.models.uploads import KEPT_FOR
from core.services.each import each_alone
from core.storage import WholeFiles
from core.uploads import UNTITLED, FileKind, check_file, kind_named

# What one person may have on the way at a time.
MOST_OPEN = 10
MOST_OPEN_BYTES = 2 * 1024 * 1024 * 1024
LONGEST_NAME = 120
# Whoever has put parts together for so long has died of it.
LONGEST_FINISH = timedelta(minutes=5)


def safe_name(name: str) -> str:
    """What a file is called, without folders and signs that cannot be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip()
    suffix = PurePath(plain).suffix[:10]
    return plain.removesuffix(suffix)[: LONGEST_NAME - len(suffix)] + suffix


@transaction.atomic
def open_upload(
    *,
    user: Any,
    collection: Collection,
    key: str,
    name: str,
    size: int,
    title: str = "",
    at: datetime | None = None,
) -> Upload:
    """Begin to take a file, or go on with it: the same key of a person is one upload.

    The caller has asked that the person may add to the collection.

    Raises:
        UploadRefusedError: no file of ours, too big, or too much is on the way.
    """
    moment = at or timezone.now()
    named = safe_name(name)
    kind = check_file(named, size)
    known = hashlib.sha256(f"{collection.pk}\n{size}\n{key}".encode()).hexdigest()
    # Two pages of one person: one after the other, so that the limits hold.
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    found = Upload.objects.filter(user=user, key=known).first()
    if found is not None and _is_gone(found):
        _drop(found)
        found = None
    if found is None:
        _check_room(user, size)
        return Upload.objects.create(
            user=user, collection=collection, key=known, name=named,
            title=title.strip()[:120], kind=kind.name, size=size,
            created_at=moment, touched_at=moment,
        )  # fmt: skip
    found.title = title.strip()[:120] or found.title
    found.touched_at = moment
    found.save(update_fields=["title", "touched_at"])
    return found


def _is_gone(upload: Upload) -> bool:
    """Whether the file has arrived and somebody has deleted it since."""
    if upload.file_id is None:
        return False
    return not kind_named(upload.kind).model.objects.filter(pk=upload.file_id).exists()


def _check_room(user: Any, size: int) -> None:
    sizes = list(Upload.objects.open().filter(user=user).values_list("size", flat=True))
    if len(sizes) >= MOST_OPEN or sum(sizes) + size > MOST_OPEN_BYTES:
        raise UploadRefusedError(
            _("没传完的文件太多了。请先把它们传完，或者删掉几个，再传新的。")
        )


def store_part(*, upload: Upload, number: int, data: bytes, checksum: str = "") -> None:
    """Keep one part; the same part again is the same part.

    Raises:
        UploadRefusedError: it was cut on its way, or is no part of that file.
    """
    if upload.file_id is not None:
        return
    if not 0 <= number < upload.total:
        raise UploadRefusedError(_("文件和刚才的不一样了。请再选一次。"))
    whole = len(data) == upload.part_size(number)
    if not whole or (checksum and hashlib.sha256(data).hexdigest() != checksum):
        raise UploadRefusedError(_("这一段路上断了，没有传好。正在重新传。"))
    storage: Any = storages["parts"]
    name = upload.part_name(number)
    if number not in upload.have():
        # What an ended process has left in its place.
        storage.delete(name)
        storage.keep(name, ContentFile(data))
    Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())


def finish_upload(*, upload: Upload, checksum: str = "") -> tuple[Any, bool]:
    """Put the parts together and take the file in; finished again it is the same file.

    Args:
        upload: whose parts have come.
        checksum: SHA-256 of the parts' own in hexadecimal, one after the other: what
            the sender has, part by part. Empty where the sender cannot compute it.

    Returns:
        The picture, film or document; and whether it was there before.

    Raises:
        UploadRefusedError: parts are missing or damaged, or the file is none that the
            site can show; then nothing is kept of it.
    """
    kind = kind_named(upload.kind)
    known = _arrived(upload, kind)
    if known is not None:
        return known, True
    missing = upload.total - len(upload.have())
    if missing:
        # Or somebody else has just finished it, and the parts went with that.
        now = Upload.objects.filter(pk=upload.pk).first()
        known = _arrived(now, kind) if now is not None else None
        if known is not None:
            return known, True
        raise UploadRefusedError(
            _("还差 %(count)s 段没有传到。请再选一次这个文件，接着传。")
            % {"count": missing}
        )
    if not _claim(upload):
        raise UploadBusyError
    with tempfile.TemporaryFile() as whole:
        try:
            _put_together(upload, whole, checksum)
            taken = take_file(
                user=upload.user, collection=upload.collection, kind=kind,
                file=File(whole, name=upload.name), title=upload.title,
            )  # fmt: skip
        except UploadRefusedError:
            # Sending the same again would end the same way.
            drop_upload(upload=upload)
            raise
        except Exception:
            Upload.objects.filter(pk=upload.pk).update(claimed_at=None)
            raise
    upload.file_id = taken[0].pk
    upload.touched_at = timezone.now()
    upload.save(update_fields=["file_id", "touched_at"])
    _delete_parts(upload)
    return taken


def _arrived(upload: Upload, kind: FileKind) -> Any:
    """What the upload has become; None while it is on its way."""
    if upload.file_id is None:
        return None
    return kind.model.objects.filter(pk=upload.file_id).first()


def _claim(upload: Upload) -> bool:
    """Whether this request puts the parts together; one that died has done it long ago."""
    now = timezone.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LONGEST_FINISH)
    rows = Upload.objects.filter(free, pk=upload.pk, file_id__isnull=True)
    return bool(rows.update(claimed_at=now))


def _put_together(upload: Upload, whole: IO[bytes], checksum: str) -> None:
    storage = storages["parts"]
    sums = hashlib.sha256()
    for number in range(upload.total):
        with storage.open(upload.part_name(number)) as part:
            data = part.read()
        sums.update(hashlib.sha256(data).hexdigest().encode())
        whole.write(data)
    if checksum and sums.hexdigest() != checksum:
        raise UploadRefusedError(_("文件在路上坏了，没有存。请再选一次这个文件。"))
    whole.seek(0)


def take_file(
    *, user: Any, collection: Collection, kind: FileKind, file: File, title: str = ""
) -> tuple[Any, bool]:
    """Take a whole file into a collection, by the form that Wagtail uses for it.

    The caller has asked that the person may add to the collection.

    Returns:
        The row; and whether the collection held the same bytes before.

    Raises:
        UploadRefusedError: the form refuses the file, with its sentence.
    """
    file.seek(0)
    digest = hash_filelike(file)
    file.seek(0)
    same = kind.model.objects.filter(collection=collection, file_hash=digest)
    known = same.order_by("pk").first()
    if known is not None:
        return known, True
    form = _form(user, collection, kind, file, title.strip() or UNTITLED)
    if not form.is_valid():
        said = [str(one) for errors in form.errors.values() for one in errors]
        raise UploadRefusedError(" ".join(said))
    made = form.instance
    made.uploaded_by_user = user
    made.collection = collection
    # Before the transaction: copying a film holds up nobody.
    made.file.save(made.file.name, made.file.file, save=False)
    storage, stored = made.file.storage, made.file.name
    try:
        known = _keep_one(form, same, collection)
    except Exception:
        storage.delete(stored)
        raise
    if known is not None:
        storage.delete(stored)
        return known, True
    return made, False


@transaction.atomic
def _keep_one(form: Any, same: QuerySet[Any], collection: Collection) -> Any:
    """Write the row, unless somebody else has brought the same meanwhile: that one."""
    Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    known = same.order_by("pk").first()
    if known is None:
        form.save()
    return known


def _form(
    user: Any, collection: Collection, kind: FileKind, file: File, title: str
) -> Any:
    instance = kind.model()
    if kind.name == "media":
        is_film = PurePath(str(file.name)).suffix.lower() == ".mp4"
        instance.type = "video" if is_film else "audio"
    sent = UploadedFile(file.file, name=str(file.name), size=file.size)
    return kind.form(kind.model)(
        {"title": title, "collection": collection.pk},
        {"file": sent},
        instance=instance,
        user=user,
    )


def drop_upload(*, upload: Upload) -> None:
    """Give an upload up, with its parts."""
    _drop(upload)


def _drop(upload: Upload) -> None:
    _delete_parts(upload)
    upload.delete()


def _delete_parts(upload: Upload) -> None:
    """The folder and all that lies in it, those cut off included."""
    _delete_folder(upload.folder.hex)


def _delete_folder(folder: str) -> None:
    storage = storages["parts"]
    if not storage.exists(folder):
        return
    _folders, names = storage.listdir(folder)
    for name in names:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)


def _drop_one(upload: Upload) -> int:
    _drop(upload)
    return 1


def forget_uploads(now: datetime) -> int:
    """Drop what nobody has gone on with for a day, and parts without an upload."""
    dropped = each_alone(
        list(Upload.objects.stale(now)),
        _drop_one,
        trouble="upload %s not dropped",
    )
    for name in ("default", "public", "parts"):
        # Of a district they lie in an object store, which knows no half files.
        if isinstance(kept := storages[name], WholeFiles):
            kept.forget_incoming(before=now - KEPT_FOR)
    storage = storages["parts"]
    if not storage.exists(""):
        return dropped
    folders, _names = storage.listdir("")
    known = {one.hex for one in Upload.objects.values_list("folder", flat=True)}
    for folder in set(folders) - known:
        _delete_folder(folder)
    return dropped
