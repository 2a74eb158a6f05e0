"""News pages and the list of them below a school or the whole site."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from core.deletion import HeldPageMixin
from core.pages import SectionPage, in_branches
from core.previews import LearnerPreviewMixin
from core.routing import OpenPageQuerySet
from core.slugs import SpareSlugMixin
from news.blocks import NewsStreamBlock
from news.digest import STORY_FIELDS, story_digest
from news.exceptions import HeldStoryError, NotReviewedError
from news.permissions import NewsPermissionTester, NewsSectionPermissionTester
from news.review_checks import STORY_CHECKS
from schools.admin.page_form import TenantPageForm
from schools.placed import InSchoolMixin


class NewsKind(models.TextChoices):
    NEWS = "news", _("动态")
    FEATURE = "feature", _("特色")
    MODEL = "model", _("典型")
    NOTICE = "notice", _("通知")
    ANNOUNCEMENT = "announcement", _("公示")


class NewsPageQuerySet(OpenPageQuerySet):
    def open_to_all(self) -> Self:
        """What everybody may read: live, and its content has passed (design §4)."""
        from news.models.review import passed

        found: Self = super().open_to_all().filter(passed())
        return found

    def newest(self) -> Self:
        """What everybody may read, the latest event first."""
        return (
            self.open_to_all()
            .select_related("lead_image", "category")
            .order_by("-event_date", "-pk")
        )

    def to_submit(self, schools: Iterable[Any]) -> Self:
        """Stories of these schools that were not offered yet, the latest event first.

        Notices are for residents and not for outlets.
        """
        below = in_branches(school.path for school in schools)
        return (
            self.filter(below, submission__isnull=True)
            .exclude(kind__in=(NewsKind.NOTICE, NewsKind.ANNOUNCEMENT))
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


class NewsPage(LearnerPreviewMixin, InSchoolMixin, SpareSlugMixin, HeldPageMixin, Page):
    """One news item. The day of the event is apart from the day of publishing.

    It is public only with a content that has passed its three reviews (REV-01): asked
    where it is saved, published, listed and served.
    """

    kind = models.CharField(
        _("种类"), max_length=12, choices=NewsKind.choices, default=NewsKind.NEWS
    )
    event_date = models.DateField(_("事情发生的日子"))
    event_place = models.CharField(_("在哪儿"), max_length=60, blank=True)
    summary = models.CharField(_("摘要"), max_length=160, blank=True)
    is_repost = models.BooleanField(
        _("是转载的"),
        default=False,
        help_text=_("转载要写清来源、原文网址和原作者。"),
    )
    source_url = models.URLField(_("原文网址"), blank=True, max_length=500)
    original_author = models.CharField(_("原作者"), max_length=60, blank=True)
    is_ai_generated = models.BooleanField(
        _("有人工智能写的字、画的图"),
        default=False,
        help_text=_("勾了，网页上会说明。"),
    )
    needs_extra_signoff = models.BooleanField(
        _("提到了街道以上的领导"),
        default=False,
        help_text=_("要先由上级办公室看过。"),
    )
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
    brand = models.ForeignKey(
        "activities.BrandPage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("属于哪个品牌"),
    )
    course = models.ForeignKey(
        "courses.CoursePage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("说的是哪门课"),
    )
    body = StreamField(NewsStreamBlock(), verbose_name=_("正文"), blank=True)
    # Which content is live, for lists; empty while none is.
    live_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = PageManager.from_queryset(NewsPageQuerySet)()

    # Read together with the page (core.routing).
    shown_with: ClassVar[list[str]] = ["category", "lead_image"]
    parent_page_types: ClassVar[list[str]] = ["news.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "news/news_page.html"
    base_form_class = TenantPageForm
    held_error = HeldStoryError
    review_fields: ClassVar[tuple[str, ...]] = (
        "title", "kind", "event_date", "event_place", "summary", "source", "author",
        "photographer", "proofreader", "source_url", "original_author",
    )  # fmt: skip
    review_checks = STORY_CHECKS
    digest_of = staticmethod(story_digest)

    # The address and the rest of «promote» find themselves.
    promote_panels: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldPanel("event_date"),
                FieldPanel("event_place"),
                FieldPanel("category"),
                PageChooserPanel("brand", "activities.BrandPage"),
                PageChooserPanel("course", "courses.CoursePage"),
                FieldPanel("needs_extra_signoff"),
            ],
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
                FieldPanel("is_ai_generated"),
            ],
            heading=_("署名"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("is_repost"),
                FieldPanel("source_url"),
                FieldPanel("original_author"),
            ],
            heading=_("转载"),
            classname="collapsed",
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

    def has_passed(self, digest: str) -> bool:
        """Whether that content of this story may be public."""
        from news.models.review import passed

        if not self.pk:
            return False
        asked = Page.objects.filter(pk=self.pk)
        return asked.filter(passed(page=self.pk, digest=digest)).exists()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; what is live has passed.

        Raises:
            NotReviewedError: it would be live with a content that has not.
        """
        names = kwargs.get("update_fields")
        if names is None or {"live", *STORY_FIELDS} & set(names):
            digest = story_digest(self.serializable_data()) if self.live else ""
            if self.live and not self.has_passed(digest):
                raise NotReviewedError
            self.live_digest = digest
            if names is not None:
                kwargs["update_fields"] = [*names, "live_digest"]
        super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """A change begins the reviews anew (REV-04); a save without one ends none."""
        revision = super().save_revision(*args, **kwargs)
        from news.services.reviews import begin_anew_if_changed

        begin_anew_if_changed(page=self, revision=revision)
        return revision

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Publish what has passed, whoever asks, now or at a set time.

        Raises:
            NotReviewedError: that content has not.
        """
        if not self.has_passed(story_digest(revision.content)):
            raise NotReviewedError
        super().publish(revision, *args, **kwargs)

    def is_public(self) -> bool:
        """Whether what stands in the row now has passed: asked before it is shown."""
        return bool(self.live) and self.has_passed(
            story_digest(self.serializable_data())
        )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The story.

        Raises:
            Http404: its content has not passed, however it came to be live.
        """
        if not self.is_public():
            raise Http404
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        """Nothing that is not shown."""
        if not self.is_public():
            return []
        urls: list[dict[str, Any]] = super().get_sitemap_urls(request)
        return urls

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from news.reading import read_item

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | read_item(self)

    def permissions_for_user(self, user: Any) -> NewsPermissionTester:
        return NewsPermissionTester(user, self)
