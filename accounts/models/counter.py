"""What a school gives to people without a telephone: a code to sign in, a card."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SignInCodeQuerySet(models.QuerySet["SignInCode"]):
    def open(self, at: datetime) -> Self:
        """Codes that still let somebody in."""
        return self.filter(ended_at__isnull=True, expires_at__gt=at)


class SignInCode(models.Model):
    """A code that staff gave to one person across the counter; good once and briefly.

    Only a keyed hash is kept: whoever reads the database cannot sign in (ASVS 6.5.2).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_codes"
    )
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(_("给出的时间"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("用到什么时候"))
    # Used, or taken back by the next one.
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(_("用过的时间"), null=True, blank=True)

    objects = SignInCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("登录码")
        verbose_name_plural = _("登录码")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="accounts_one_open_sign_in_code",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(ended_at__isnull=False),
                name="accounts_used_code_has_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issued_at:%Y-%m-%d %H:%M}"


class ResidentCard(models.Model):
    """A printed card with a code of 130 bits, for people without a telephone.

    The code stands on the card alone; here is its hash. It signs nobody in: it says to
    staff of the street who stands before them.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(_("发卡的时间"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("作废的时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("学习卡")
        verbose_name_plural = _("学习卡")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="accounts_one_card_each",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number printed on the card; says nothing of its holder."""
        return f"{self.pk:06d}"
