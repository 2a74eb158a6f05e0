"""A link by which one draft is looked at on a phone, without signing in there."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models import TenantModel, TenantQuerySet


class PreviewLinkQuerySet(TenantQuerySet):
    """Links, as those see them who made them."""

    def own_rows(self, user: Any) -> models.Q:
        return models.Q(made_by=user)

    def open_at(self, at: datetime) -> Self:
        """Those that still show their page."""
        return self.filter(until__gt=at, revoked_at__isnull=True)


class PreviewLink(TenantModel):
    """Shows the latest draft of one page, read-only, for a day.

    Its token is no field: it is signed over the key (`services/preview_links.py`), so
    that nothing in the database opens a draft.
    """

    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.CASCADE, related_name="+"
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("哪一页"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("谁做的"),
    )
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(_("到什么时候"))
    revoked_at = models.DateTimeField(_("什么时候收回"), null=True, blank=True)

    objects: ClassVar[Any] = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("看草稿的链接")
        verbose_name_plural = _("看草稿的链接")
        ordering = ["-until", "-pk"]

    def __str__(self) -> str:
        return f"{self.page_id} · {self.until:%Y-%m-%d %H:%M}"
