"""Questions of a file that somebody looks at before they are taken over."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import TenantModel, TenantQuerySet

# How long what was read may be looked at, and what became of it be read.
LIVES = timedelta(hours=24)


class ImportDraftQuerySet(TenantQuerySet):
    """What was read and not yet forgotten."""

    def visible_to(self, user: Any, at: datetime | None = None) -> Self:
        """Nobody looks at what somebody else has uploaded."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(by=user, created_at__gt=(at or timezone.now()) - LIVES)

    def old(self, now: datetime) -> Self:
        return self.filter(created_at__lte=now - LIVES)


class ImportDraft(TenantModel):
    """What was read of one file, for one bank or lesson.

    `entries` are dicts as `courses.question_import` makes them; `result` says what became
    of each once the person has confirmed.
    """

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.CASCADE, related_name="+"
    )
    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(_("读文件的时间"), auto_now_add=True)
    file_sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=20)
    entries: Any = models.JSONField(default=list)
    notes: Any = models.JSONField(default=list)
    dropped: Any = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True, blank=True)
    result: Any = models.JSONField(default=dict, blank=True)

    objects: ClassVar[Any] = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("读进来的题")
        verbose_name_plural = _("读进来的题")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["by", "file_sha256"], name="courses_draft_by_file")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.pk}"
