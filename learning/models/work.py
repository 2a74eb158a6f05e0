"""Work that learners hand over: photos, recordings, files. Never public."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.storage import originals
from learning.choices import WorkKind
from schools.models import TenantModel, TenantQuerySet


def _stored_name(work: Any, name: str) -> str:
    """Under the key; the file's own name is somebody's words and is kept apart."""
    ending = name.rpartition(".")[2].lower()
    return f"work/{work.enrolment_id}/{work.key.hex}.{ending}"


class WorkFile(TenantModel):
    """One file handed over for a question; the answer names it by its key.

    The same file sent twice is kept once.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(
        "learning.Enrolment", on_delete=models.CASCADE, related_name="work_files"
    )
    lesson = models.ForeignKey(
        "courses.LessonPage", on_delete=models.PROTECT, related_name="+"
    )
    block_id = models.CharField(max_length=36)
    kind = models.CharField(max_length=8, choices=WorkKind.choices)
    file = models.FileField(storage=originals, upload_to=_stored_name)
    name = models.CharField(_("文件叫什么"), max_length=80)
    size = models.PositiveIntegerField()
    # Of what was sent, before a photo was made smaller.
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()
    tenant_path: ClassVar[str] = "enrolment__run__school"

    class Meta:
        verbose_name = _("作品")
        verbose_name_plural = _("作品")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson", "block_id", "sha256"],
                name="learning_a_work_file_is_kept_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=WorkKind.values),
                name="learning_work_kind_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], name="learning_work_by_age"),
        ]

    def __str__(self) -> str:
        return self.key.hex
