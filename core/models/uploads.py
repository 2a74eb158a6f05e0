"""Files that come in parts: a big film over a line that drops."""

from datetime import timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PART_BYTES = 8 * 1024 * 1024
# Nothing that nobody goes on with is kept for longer.
KEPT_FOR = timedelta(hours=24)


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads as their person and the cleaner ask for them."""

    def open(self) -> Self:
        """Those that have not arrived yet."""
        return self.filter(file_id__isnull=True)

    def stale(self, now: object = None) -> Self:
        """Those that nobody has gone on with for a day, arrived or not."""
        moment = now or timezone.now()
        return self.filter(touched_at__lt=moment - KEPT_FOR)  # type: ignore[operator]


class Upload(models.Model):
    """One file on its way, by whom and into which collection.

    Its parts lie in a private folder named by `folder`, never by what the file is
    called. Once it has arrived the row says what came of it, so that a page that did not
    hear the answer asks again and gets the same.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    collection = models.ForeignKey(
        "wagtailcore.Collection", on_delete=models.CASCADE, related_name="+"
    )
    # By what a page that was opened anew knows the file again.
    key = models.CharField(max_length=64)
    folder = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("文件名"), max_length=120)
    title = models.CharField(_("名称"), max_length=120, blank=True)
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    # Somebody is putting the parts together: two who finish at once finish once.
    claimed_at = models.DateTimeField(null=True, blank=True)
    # The row of the picture, film or document that it became.
    file_id = models.PositiveBigIntegerField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("正在传的文件")
        verbose_name_plural = _("正在传的文件")
        ordering = ["-touched_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="core_one_upload_of_a_file"
            ),
            models.CheckConstraint(
                condition=models.Q(size__gt=0), name="core_an_upload_holds_something"
            ),
        ]
        indexes = [models.Index(fields=["touched_at"], name="core_uploads_by_age")]

    def __str__(self) -> str:
        return self.name

    @property
    def total(self) -> int:
        """How many parts the file has."""
        return -(-self.size // PART_BYTES)

    def part_size(self, number: int) -> int:
        """How long that part is; only the last is shorter."""
        return min(PART_BYTES, self.size - number * PART_BYTES)

    def part_name(self, number: int) -> str:
        """Where that part lies."""
        return f"{self.folder.hex}/{number:05d}"

    def have(self) -> list[int]:
        """The parts that are there in full; one that was cut off is none."""
        storage = storages["parts"]
        if not storage.exists(self.folder.hex):
            return []
        _folders, names = storage.listdir(self.folder.hex)
        there = set(names)
        return [
            number
            for number in range(self.total)
            if f"{number:05d}" in there
            and storage.size(self.part_name(number)) == self.part_size(number)
        ]

    @property
    def percent(self) -> int:
        """How much of it is there."""
        return 100 * sum(self.part_size(one) for one in self.have()) // self.size
