"""What the operator may say of the site without a release (LAW-27)."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from core.site_facts import forget_settings, keep_settings, site_settings


@register_setting(icon="cog")
class SiteSettings(BaseGenericSetting):
    """Name, organiser, help line and filing numbers; shown on every page."""

    name = models.CharField(_("网站名称"), max_length=60, default="社区学习网")
    slogan = models.CharField(_("一句话"), max_length=60, blank=True)
    district = models.CharField(_("区"), max_length=60, blank=True)
    street = models.CharField(_("街道"), max_length=60, blank=True)
    organiser = models.CharField(_("主办单位"), max_length=80, blank=True)
    operator = models.CharField(_("承办单位"), max_length=80, blank=True)
    certificate_prefix = models.CharField(
        _("证书编号的开头"),
        max_length=10,
        blank=True,
        help_text=_("几个字母或数字，印在编号最前面。改了只影响以后发的。"),
        validators=[RegexValidator("^[A-Za-z0-9]*$", _("这里只能填字母和数字。"))],
    )
    help_phone = models.CharField(_("求助电话"), max_length=30, blank=True)
    help_hours = models.CharField(_("接听时间"), max_length=80, blank=True)
    icp_no = models.CharField(_("ICP备案号"), max_length=60, blank=True)
    police_no = models.CharField(_("公安备案号"), max_length=60, blank=True)

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slogan")], heading=_("网站")),
        MultiFieldPanel(
            [
                FieldPanel("district"),
                FieldPanel("street"),
                FieldPanel("organiser"),
                FieldPanel("operator"),
                FieldPanel("certificate_prefix"),
            ],
            heading=_("单位"),
        ),
        MultiFieldPanel(
            [FieldPanel("help_phone"), FieldPanel("help_hours")], heading=_("求助")
        ),
        MultiFieldPanel(
            [FieldPanel("icp_no"), FieldPanel("police_no")], heading=_("备案")
        ),
    ]

    class Meta:
        verbose_name = _("网站设置")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_settings()

    @classmethod
    def current(cls) -> "SiteSettings":
        """The settings as every page shows them, read from the cache.

        Another process sees a change within a minute.
        """
        found: SiteSettings | None = site_settings()
        if found is None:
            found = cls.load()
            keep_settings(found)
        return found
