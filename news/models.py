"""News. The three reviews come with their own issue; until then the editor publishes."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from core.pages import SectionPage
from core.routing import OpenPageQuerySet
from core.slugs import SpareSlugMixin
from courses.blocks import ArticleStreamBlock
from news.permissions import NewsPermissionTester, NewsSectionPermissionTester
from schools.admin.page_form import TenantPageForm
from schools.tree import stands_in_school


class NewsKind(models.TextChoices):
    NEWS = "news", _("动态")
    FEATURE = "feature", _("特色")
    MODEL = "model", _("典型")
    NOTICE = "notice", _("通知")
    ANNOUNCEMENT = "announcement", _("公示")


class NewsPageQuerySet(OpenPageQuerySet):
    def newest(self) -> Self:
        """What everybody may read, the latest event first."""
        return (
            self.open_to_all()
            .select_related("lead_image", "category")
            .order_by("-event_date", "-pk")
        )


class NewsIndexPage(SectionPage):
    """The news below its parent: of the whole site, or of one school."""

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "schools.SchoolPage"]
    subpage_types: ClassVar[list[str]] = ["news.NewsPage"]
    template = "news/news_index_page.html"
    base_form_class = TenantPageForm

    class Meta:
        verbose_name = _("新闻列表")

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from news.reading import read_news

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | read_news(request, section=self)

    def permissions_for_user(self, user: Any) -> NewsSectionPermissionTester:
        return NewsSectionPermissionTester(user, self)


class NewsPage(SpareSlugMixin, Page):
    """One news item. The day of the event is apart from the day of publishing."""

    kind = models.CharField(
        _("种类"), max_length=12, choices=NewsKind.choices, default=NewsKind.NEWS
    )
    event_date = models.DateField(_("事情发生的日子"))
    summary = models.CharField(_("摘要"), max_length=160, blank=True)
    source = models.CharField(_("来源"), max_length=60, blank=True)
    author = models.CharField(_("作者"), max_length=60, blank=True)
    photographer = models.CharField(_("摄影"), max_length=60, blank=True)
    proofreader = models.CharField(_("校对"), max_length=60, blank=True)
    category = models.ForeignKey(
        "courses.Category",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("分类"),
    )
    lead_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("题图"),
    )
    body = StreamField(ArticleStreamBlock(), verbose_name=_("正文"), blank=True)

    objects = PageManager.from_queryset(NewsPageQuerySet)()

    # Read together with the page (core.routing).
    shown_with: ClassVar[list[str]] = ["category", "lead_image"]
    parent_page_types: ClassVar[list[str]] = ["news.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "news/news_page.html"
    base_form_class = TenantPageForm

    # The address and the rest of «promote» find themselves.
    promote_panels: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("event_date"), FieldPanel("category")],
            heading=_("什么事"),
        ),
        FieldPanel("summary"),
        FieldPanel("lead_image"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("source"),
                FieldPanel("author"),
                FieldPanel("photographer"),
                FieldPanel("proofreader"),
            ],
            heading=_("署名"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("新闻")
        verbose_name_plural = _("新闻")
        indexes = [models.Index(fields=["-event_date"], name="news_by_event_date")]

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from news.reading import read_item

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | read_item(self)

    def permissions_for_user(self, user: Any) -> NewsPermissionTester:
        return NewsPermissionTester(user, self)

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """News exists only under a school, not under the site's list (design §2)."""
        return bool(super().can_create_at(parent)) and stands_in_school(parent)

    def can_move_to(self, parent: Any) -> bool:
        """News stays in its school, for superusers too (design §2)."""
        return bool(super().can_move_to(parent)) and parent.pk == self.get_parent().pk

    @property
    def school(self) -> Any:
        from schools.tree import school_of

        return school_of(self)
