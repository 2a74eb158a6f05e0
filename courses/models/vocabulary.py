"""Categories and audiences: short lists that the centre keeps."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from core.language import is_chinese


class Vocabulary(models.Model):
    """A word of a list, in the order that the centre gave."""

    slug = models.SlugField(_("代号"), unique=True)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldPanel("name_en"),
        FieldPanel("slug"),
        FieldPanel("order"),
    ]

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The word in the reader's language; Chinese where no other was given."""
        return self.name if is_chinese() else self.name_en or self.name


class Category(index.Indexed, Vocabulary):
    """What a course is about. `icon` and `colour` are names of the design system."""

    description = models.CharField(_("一句话"), max_length=80, blank=True)
    icon = models.CharField(_("图标"), max_length=40, default="book-open")
    colour = models.CharField(_("颜色"), max_length=20, default="pine")
    needs_health_check = models.BooleanField(
        _("健康类（编辑要查有没有卖东西）"),
        default=False,
        help_text=_("勾上以后，编辑看课时多一条：不卖东西。"),
    )

    panels: ClassVar[list[Any]] = [
        *Vocabulary.panels,
        FieldPanel("description"),
        FieldPanel("needs_health_check"),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
    ]

    class Meta(Vocabulary.Meta):
        verbose_name = _("课程分类")
        verbose_name_plural = _("课程分类")


class Audience(index.Indexed, Vocabulary):
    """Whom a course is for."""

    search_fields: ClassVar[list[Any]] = [index.SearchField("name")]

    class Meta(Vocabulary.Meta):
        verbose_name = _("适合的人")
        verbose_name_plural = _("适合的人")
