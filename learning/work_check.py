"""Is this something that may be handed over? Read from the bytes, not from the name.

Photos are drawn anew: smaller, the right way up, and without what a phone writes into
them (where they were taken). Nothing is unpacked and nothing is run.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.exceptions import MediaRefusedError
from core.services.media_probe import probe
from learning.choices import WorkKind
from learning.exceptions import WorkRefusedError

MIB = 1024 * 1024
MOST_BYTES = {
    WorkKind.PHOTO: 20 * MIB,
    WorkKind.AUDIO: 30 * MIB,
    WorkKind.FILE: 20 * MIB,
}
# Pixels of the longer side: enough to see a stitch, little enough for a phone's net.
LONGEST_SIDE = 2000
MOST_PIXELS = 60_000_000
PICTURES = ("JPEG", "PNG", "WEBP", "HEIF")
OFFICE_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
MOST_PARTS = 5000
MOST_OF_A_NAME = 80


@dataclass(frozen=True)
class Checked:
    """A file as it is kept. `sha256` is of what was sent."""

    kind: WorkKind
    ending: str
    content: bytes
    sha256: str
    name: str


def check_work(upload: Any, kinds: list[str]) -> Checked:
    """The file as it may be kept, of one of these kinds.

    Raises:
        WorkRefusedError: with the sentence for who sent it.
    """
    if upload.size > max(MOST_BYTES.values()):
        raise WorkRefusedError(_too_large(max(MOST_BYTES.values())))
    data = upload.read()
    upload.seek(0)
    found = _photo(data) or _file(data) or _audio(upload)
    if found is None or found[0] not in kinds:
        raise WorkRefusedError(_what_is_taken(kinds))
    kind, ending, content = found
    if len(data) > MOST_BYTES[kind]:
        raise WorkRefusedError(_too_large(MOST_BYTES[kind]))
    digest = hashlib.sha256(data).hexdigest()
    return Checked(kind, ending, content, digest, plain_name(upload.name, ending))


def plain_name(name: str, ending: str) -> str:
    """The name that the file had, as a line of text that cannot mislead anybody."""
    stem = PurePath(str(name).replace("\\", "/")).stem
    shown = "".join(one for one in stem if one.isprintable()).strip(" .")
    nameless = _("没有名字")
    return f"{shown[: MOST_OF_A_NAME - 10] or nameless}.{ending}"


def _photo(data: bytes) -> tuple[WorkKind, str, bytes] | None:
    pillow_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(data), formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise WorkRefusedError(_("照片太大了，请用手机相机重新拍一张。"))
            upright = ImageOps.exif_transpose(picture) or picture
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            target = io.BytesIO()
            upright.convert("RGB").save(target, "JPEG", quality=85, exif=b"")
            return WorkKind.PHOTO, "jpg", target.getvalue()
    except WorkRefusedError:
        raise
    except Exception:  # noqa: BLE001
        # Whatever the decoders raise (OSError, SyntaxError, bombs): it is no photo.
        return None


def _file(data: bytes) -> tuple[WorkKind, str, bytes] | None:
    if data.startswith(b"%PDF-"):
        return WorkKind.FILE, "pdf", data
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or len(names) > MOST_PARTS:
        return None
    # A macro is a program.
    if any(one.lower().endswith("vbaproject.bin") for one in names):
        return None
    for start, ending in OFFICE_PARTS.items():
        if any(one.startswith(start) for one in names):
            return WorkKind.FILE, ending, data
    return None


def _audio(upload: Any) -> tuple[WorkKind, str, bytes] | None:
    try:
        facts = probe(upload)
    except MediaRefusedError:
        return None
    if facts.kind != "audio":
        return None
    upload.seek(0)
    ending = "mp3" if facts.content_type == "audio/mpeg" else "m4a"
    return WorkKind.AUDIO, ending, upload.read()


def _too_large(most: int) -> str:
    return _("文件太大了，请不要超过 %(most)s 兆。") % {"most": most // MIB}


def _what_is_taken(kinds: list[str]) -> str:
    names = {
        WorkKind.PHOTO: _("照片（JPG、PNG、苹果手机的照片）"),
        WorkKind.AUDIO: _("录音（M4A、MP3）"),
        WorkKind.FILE: _("文件（PDF、Word、Excel、PPT）"),
    }
    taken = _("、").join(str(names[WorkKind(one)]) for one in kinds)
    return _("这个文件打不开，或者不是要交的东西。这里可以交：%(taken)s。") % {
        "taken": taken
    }
