"""The forms with which pictures, videos and recordings are added."""

from collections.abc import Callable
from functools import partial
from typing import Any

import willow
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

from core.exceptions import MediaRefusedError
from core.services.media_probe import probe

DAMAGED_PICTURE = _(
    "这张图片不完整或者打不开。请在手机或电脑上打开看一看，重新保存或者截图，再上传。"
)


class MediaFileForm(BaseMediaForm):
    """Refuses what phones cannot play, with a sentence that says what to do."""

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return upload
        if upload.size > settings.MEDIA_MAX_UPLOAD_SIZE:
            limit_mb = settings.MEDIA_MAX_UPLOAD_SIZE // (1024 * 1024)
            raise forms.ValidationError(
                _(
                    "文件太大了。请分成几段，每段不超过 %(limit)s 兆，或者把清晰度调低再上传。"
                ),
                params={"limit": limit_mb},
                code="too_large",
            )
        try:
            probe(upload)
        except MediaRefusedError as error:
            raise forms.ValidationError(str(error), code="not_playable") from error
        return upload


class SiteImageForm(BaseImageForm):
    """Refuses a picture whose data is cut, before it breaks the page that shows it.

    Wagtail reads no more than the header. Its size in pixels has been checked when this
    runs, so decoding it is bounded.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["file"]
        field.to_python = partial(_picture, field.to_python)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data or not upload:
            return upload
        try:
            upload.seek(0)
            picture = willow.Image.open(upload)
            picture.auto_orient()
            if picture.format_name == "heic":
                _decode_every_picture(upload)
        except Exception as error:
            # Whatever the decoders raise (OSError, SyntaxError, ValueError, bombs).
            raise forms.ValidationError(DAMAGED_PICTURE, code="damaged") from error
        finally:
            upload.seek(0)
        return upload


def _picture(to_python: Callable[[Any], Any], data: Any) -> Any:
    """What the field reads; a head of a picture with something else behind it is none."""
    try:
        return to_python(data)
    except forms.ValidationError:
        raise
    except Exception as error:
        # Whatever the decoders raise, as below.
        raise forms.ValidationError(DAMAGED_PICTURE, code="damaged") from error


def _decode_every_picture(upload: Any) -> None:
    """An iPhone's file may hold several pictures; a cut file lacks the later ones."""
    upload.seek(0)
    with Image.open(upload) as container:
        for number in range(getattr(container, "n_frames", 1)):
            container.seek(number)
            container.load()
