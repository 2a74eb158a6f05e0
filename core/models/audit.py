"""The audit log: who did what, when, to whom. Rows are written and never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.append_only import AppendOnlyMixin, AppendOnlyQuerySetMixin


class AuditQuerySet(AppendOnlyQuerySetMixin, models.QuerySet["AuditEntry"]):
    """Entries; none is ever changed."""


class AuditEntry(AppendOnlyMixin, models.Model):
    """One act that somebody may be asked about later.

    `school_id` is a plain number: `core` knows no schools, and an entry outlives them.
    """

    at = models.DateTimeField(_("时间"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("谁"),
    )
    action = models.CharField(_("做了什么"), max_length=60, db_index=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    school_id = models.BigIntegerField(null=True, db_index=True)
    detail = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
