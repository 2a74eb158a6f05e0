"""Own image, document and media models, so that the first migration names them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.utils.file import hash_filelike
from wagtailmedia.models import AbstractMedia


def without_tags(fields: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of a form, less the tags.

    Wagtail keeps one list of tags for the whole site and shows it in every chooser, so
    a tag would tell one school what another works on.
    """
    return tuple(name for name in fields if name != "tags")


class SiteImage(AbstractImage):
    """A picture. Its alternative text belongs to the place where it is used."""

    admin_form_fields = without_tags(Image.admin_form_fields)

    class Meta(AbstractImage.Meta):
        verbose_name = _("图片")
        verbose_name_plural = _("图片")


class SiteRendition(AbstractRendition):
    """A smaller copy of a picture, upright and without the phone's metadata."""

    image = models.ForeignKey(
        SiteImage, on_delete=models.CASCADE, related_name="renditions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="core_one_rendition_per_filter",
            )
        ]


class SiteDocument(AbstractDocument):
    """A printable file."""

    admin_form_fields = without_tags(Document.admin_form_fields)

    class Meta(AbstractDocument.Meta):
        verbose_name = _("文件")
        verbose_name_plural = _("文件")


class MediaFile(AbstractMedia):
    """A video or a recording that every phone can play (H.264/AAC, M4A, MP3).

    The file is kept byte for byte. `duration` is in seconds and is read from the file.
    """

    size_bytes = models.PositiveBigIntegerField(
        _("大小（字节）"), default=0, editable=False
    )
    content_type = models.CharField(max_length=40, blank=True, editable=False)
    # As Wagtail keeps it of pictures and documents: the same file is known again.
    file_hash = models.CharField(max_length=40, blank=True, editable=False)

    admin_form_fields = ("title", "file", "collection", "thumbnail")

    class Meta(AbstractMedia.Meta):
        verbose_name = _("视频和录音")
        verbose_name_plural = _("视频和录音")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Read length, size and kind from the file itself when it is new.

        A file that was stored before the row (`file.save(save=False)`) is new too.
        """
        if self.file and (not self.file._committed or not self.size_bytes):
            self._read_from_file()
        super().save(*args, **kwargs)

    def _read_from_file(self) -> None:
        from core.services.media_probe import probe

        facts = probe(self.file)
        self.type = facts.kind
        self.duration = facts.duration_s
        self.width, self.height = facts.width, facts.height
        self.content_type = facts.content_type
        self.size_bytes = self.file.size
        self.file.seek(0)
        self.file_hash = hash_filelike(self.file)
        self.file.seek(0)
