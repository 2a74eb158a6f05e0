"""Clippings: pictures and PDFs, by what they hold and not by their name."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image

from news.exceptions import ClippingRefusedError

MOST_BYTES = 10 * 1024 * 1024
PICTURES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def read_clipping(upload: Any) -> tuple[str, str]:
    """The ending under which an upload is kept, and its SHA-256.

    Raises:
        ClippingRefusedError: with the sentence for who sent it.
    """
    if upload.size > MOST_BYTES:
        raise ClippingRefusedError(_("文件太大了，请不要超过 10 兆。"))
    data = upload.read()
    upload.seek(0)
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"%PDF-"):
        return "pdf", digest
    try:
        with Image.open(upload, formats=list(PICTURES)) as picture:
            picture.load()
            return PICTURES[str(picture.format)], digest
    except Exception as error:
        # Whatever the decoders raise.
        raise ClippingRefusedError(
            _("剪报请用照片、截图（JPG、PNG）或 PDF。")
        ) from error
    finally:
        upload.seek(0)
