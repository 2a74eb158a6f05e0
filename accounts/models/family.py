"""Family members who help an elder: by the elder's consent, and until either ends it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import FamilyState


class FamilyLinkQuerySet(models.QuerySet["FamilyLink"]):
    def standing(self) -> Self:
        """Agreed, and ended by nobody."""
        return self.filter(state=FamilyState.AGREED)

    def asked(self) -> Self:
        return self.filter(state=FamilyState.ASKED)

    def helped_by(self, user: Any) -> Self:
        """Whom the person helps now: agreed, and the elder's account is open."""
        return (
            self.standing()
            .filter(helper=user, elder__is_active=True)
            .select_related("elder")
        )

    def between(self, helper: Any, elder: Any) -> Self:
        return self.filter(helper=helper, elder=elder)


class FamilyLink(models.Model):
    """One person helps another with enrolling; never with what is private of them."""

    elder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="helpers"
    )
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="helped"
    )
    state = models.CharField(
        max_length=10, choices=FamilyState.choices, default=FamilyState.ASKED
    )
    asked_at = models.DateTimeField(_("提出的时间"), default=timezone.now)
    agreed_at = models.DateTimeField(_("同意的时间"), null=True, blank=True)
    # On paper at the counter: who took the signature.
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # The words that were agreed to.
    text_sha256 = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(_("结束的时间"), null=True, blank=True)

    objects = FamilyLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("家人帮管")
        verbose_name_plural = _("家人帮管")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["elder", "helper"],
                condition=Q(ended_at__isnull=True),
                name="accounts_one_living_family_link",
            ),
            models.CheckConstraint(
                condition=~Q(elder=F("helper")), name="accounts_nobody_helps_themself"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=str(FamilyState.ASKED), agreed_at__isnull=True)
                    | Q(
                        state=str(FamilyState.AGREED),
                        agreed_at__isnull=False,
                        text_sha256__gt="",
                    )
                    | Q(state=str(FamilyState.ENDED))
                ),
                name="accounts_agreed_has_its_words",
            ),
            models.CheckConstraint(
                condition=Q(state=str(FamilyState.ENDED), ended_at__isnull=False)
                | (~Q(state=str(FamilyState.ENDED)) & Q(ended_at__isnull=True)),
                name="accounts_ended_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper_id} → {self.elder_id}: {self.state}"
