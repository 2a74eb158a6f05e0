"""Certificates: what was true on the day of issue, frozen."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exceptions import AppendOnlyError
from core.models.append_only import AppendOnlyQuerySetMixin, NeverDeletedMixin
from core.typed_codes import in_fours
from learning.choices import CertificateState
from schools.models import TenantModel, TenantQuerySet

# Once issued these never change; erasure alone empties two of them (P-5).
FROZEN = (
    "enrolment_id", "year", "number", "serial", "token", "token_hash",
    "snapshot", "snapshot_hash", "issued_at", "replaces_id",
)  # fmt: skip


class CertificateQuerySet(AppendOnlyQuerySetMixin, TenantQuerySet):
    """Certificates as their holder and the school ask for them."""

    def own_rows(self, user: Any) -> Q:
        return Q(enrolment__learner=user)

    def waiting(self) -> Self:
        """Earned, and looked at by nobody yet."""
        return self.filter(issued_at__isnull=True, revoked_at__isnull=True)

    def valid(self) -> Self:
        return self.filter(issued_at__isnull=False, revoked_at__isnull=True)

    def shown_to_holder(self) -> Self:
        """Issued ones, revoked or not: what was in somebody's hands."""
        return self.filter(issued_at__isnull=False)


class CertificateYear(models.Model):
    """The last number given out in a year; its row is the lock of the next one."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Certificate(NeverDeletedMixin, TenantModel):
    """What completing a course earned.

    `snapshot` holds what the sheet says, name and title included, so that neither a new
    name nor a new title changes a sheet that was given out. `token` is what the sheet's
    QR code holds; it is looked up by its hash.
    """

    enrolment = models.ForeignKey(
        "learning.Enrolment", on_delete=models.PROTECT, related_name="certificates"
    )
    created_at = models.DateTimeField(default=timezone.now)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    # Empty is null: of an empty text there could be one alone.
    serial = models.CharField(  # noqa: DJ001
        _("编号"), max_length=30, null=True, unique=True
    )
    token = models.CharField(max_length=16, blank=True)
    token_hash = models.CharField(  # noqa: DJ001
        max_length=64, null=True, unique=True
    )
    snapshot = models.JSONField(default=dict)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(_("发证的时间"), null=True, blank=True)
    # Nobody where it was issued by the rule alone.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(_("撤销的时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(_("为什么"), max_length=120, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )

    objects = CertificateQuerySet.as_manager()
    tenant_path: ClassVar[str] = "enrolment__run__school"

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(revoked_at__isnull=True),
                name="learning_one_live_certificate",
            ),
            models.UniqueConstraint(
                fields=["year", "number"], name="learning_certificate_is_numbered"
            ),
            models.CheckConstraint(
                condition=Q(
                    issued_at__isnull=True,
                    serial__isnull=True,
                    token_hash__isnull=True,
                )
                | Q(
                    issued_at__isnull=False,
                    serial__isnull=False,
                    token_hash__isnull=False,
                    snapshot_hash__gt="",
                ),
                name="learning_issued_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(reason__gt=""),
                name="learning_revoked_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.serial or f"{self.enrolment_id}"

    @property
    def state(self) -> CertificateState:
        """What it is now, from its own fields."""
        if self.revoked_at is not None:
            if self.issued_at is None:
                return CertificateState.REFUSED
            was_replaced = getattr(self, "replaced_by", None) is not None
            return (
                CertificateState.REPLACED if was_replaced else CertificateState.REVOKED
            )
        if self.issued_at is None:
            return CertificateState.WAITING
        return CertificateState.VALID

    @property
    def code_words(self) -> str:
        """The token as it is printed: four groups of four."""
        return in_fours(self.token)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a step; what was issued is never written again."""
        known = Certificate.objects.filter(pk=self.pk).first() if self.pk else None
        if known is not None and known.issued_at is not None:
            if any(getattr(known, name) != getattr(self, name) for name in FROZEN):
                raise AppendOnlyError
            if known.revoked_at is not None and known.revoked_at != self.revoked_at:
                raise AppendOnlyError
        super().save(*args, **kwargs)
