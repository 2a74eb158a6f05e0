"""The home page and the standard pages."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from core.slots import slot_context
from core.slugs import SpareSlugMixin
from courses.blocks import ArticleStreamBlock
from schools.admin.page_form import TenantPageForm
from schools.admin.permission_testers import (
    FixedPagePermissionTester,
    TreePermissionTester,
)


class HomePage(Page):
    """The first page. Its sections draw from what stands elsewhere."""

    intro = models.CharField(_("一句话"), max_length=120, blank=True)
    picked_courses: ClassVar[int] = 8

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    template = "home/home_page.html"
    base_form_class = TenantPageForm

    class Meta:
        verbose_name = _("首页")

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from home.sections import read_coming, read_sections

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context |= read_sections() | read_coming(request)
        return context | slot_context("home.context", request, self)

    def permissions_for_user(self, user: Any) -> FixedPagePermissionTester:
        return FixedPagePermissionTester(user, self)

    def can_move_to(self, parent: Any) -> bool:
        return False


class StandardPage(SpareSlugMixin, Page):
    """A page of text: about, privacy, help."""

    body = StreamField(ArticleStreamBlock(), verbose_name=_("内容"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("body")]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("body"),
    ]
    template = "home/standard_page.html"
    base_form_class = TenantPageForm

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["siblings"] = list(StandardPage.objects.sibling_of(self).live())
        return context

    class Meta:
        verbose_name = _("普通页面")
        verbose_name_plural = _("普通页面")

    def permissions_for_user(self, user: Any) -> TreePermissionTester:
        return TreePermissionTester(user, self)
