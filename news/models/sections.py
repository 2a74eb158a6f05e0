"""The two columns of what is published: news, and notices (通知公示)."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.pages import SectionPage
from news.choices import NEWS_KINDS, NOTICE_KINDS
from news.permissions import NewsSectionPermissionTester
from schools.admin.page_form import TenantPageForm


class ColumnPage(SectionPage):
    """A column below its parent: of the whole site, or of one school."""

    kinds: ClassVar[tuple[Any, ...]]

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "schools.SchoolPage"]
    subpage_types: ClassVar[list[str]] = ["news.NewsPage"]
    base_form_class = TenantPageForm

    class Meta:
        abstract = True

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from news.reading import read_news

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | read_news(request, section=self)

    def permissions_for_user(self, user: Any) -> NewsSectionPermissionTester:
        return NewsSectionPermissionTester(user, self)


class NewsIndexPage(ColumnPage):
    """What has happened."""

    kinds: ClassVar[tuple[Any, ...]] = NEWS_KINDS
    # Wagtail names a template after each class that names none itself.
    template = "news/news_index_page.html"

    class Meta:
        verbose_name = _("新闻列表")


class NoticeIndexPage(ColumnPage):
    """What is made known: a notice from before there was this column is listed too."""

    kinds: ClassVar[tuple[Any, ...]] = NOTICE_KINDS
    template = "news/news_index_page.html"

    class Meta:
        verbose_name = _("通知公示列表")
