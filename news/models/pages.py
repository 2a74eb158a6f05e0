"""A story or a notice: one page type, public only as it has passed its reviews."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from core.civil_time import civil_date, day_in_words
from core.deletion import HeldPageMixin
from core.pages import in_branches
from core.previews import LearnerPreviewMixin
from core.routing import OpenPageQuerySet
from core.slugs import SpareSlugMixin
from news.blocks import NewsStreamBlock
from news.choices import NOTICE_KINDS, NewsKind
from news.digest import STORY_FIELDS, story_digest
from news.exceptions import HeldStoryError, NotReviewedError
from news.page_form import StoryForm
from news.permissions import NewsPermissionTester
from news.review_checks import STORY_CHECKS
from schools.placed import InSchoolMixin


class NewsPageQuerySet(OpenPageQuerySet):
    def open_to_all(self, at: Any = None) -> Self:
        """What everybody may read: live, and its content has passed (design §4)."""
        from news.models.review import passed

        found: Self = super().open_to_all(at).filter(passed())
        return found

    def newest(self, at: Any = None) -> Self:
        """What everybody may read, the latest event first."""
        return (
            self.open_to_all(at)
            .select_related("lead_image", "category")
            .order_by("-event_date", "-pk")
        )

    def news(self) -> Self:
        """What has happened: all that is no notice."""
        return self.exclude(kind__in=NOTICE_KINDS)

    def notices(self) -> Self:
        """What is made known: the column 通知公示."""
        return self.filter(kind__in=NOTICE_KINDS)

    def to_submit(self, schools: Iterable[Any]) -> Self:
        """Stories of these schools that were not offered yet, the latest event first.

        Notices are for residents and not for outlets.
        """
        below = in_branches(school.path for school in schools)
        return (
            self.filter(below, submission__isnull=True)
            .exclude(kind__in=NOTICE_KINDS)
            .order_by("-event_date", "-pk")
        )


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
    # Of notices: until when one can act on it or object, and to whom (domain, 公示).
    notice_until = models.DateField(
        _("到哪天为止"),
        null=True,
        blank=True,
        help_text=_("通知和公示用：报名、征集、公示的最后一天。"),
    )
    contact = models.CharField(
        _("有意见、有问题找谁"),
        max_length=60,
        blank=True,
        help_text=_("写称呼和学校的电话。"),
    )
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
    parent_page_types: ClassVar[list[str]] = [
        "news.NewsIndexPage",
        "news.NoticeIndexPage",
    ]
    subpage_types: ClassVar[list[str]] = []
    template = "news/news_page.html"
    base_form_class = StoryForm
    held_error = HeldStoryError
    review_fields: ClassVar[tuple[str, ...]] = (
        "title", "kind", "event_date", "event_place", "summary", "source", "author",
        "photographer", "proofreader", "source_url", "original_author",
        "notice_until", "contact",
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
        MultiFieldPanel(
            [FieldPanel("notice_until"), FieldPanel("contact")],
            heading=_("通知和公示"),
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

    @property
    def is_notice(self) -> bool:
        """Whether it stands in the column 通知公示."""
        return self.kind in NOTICE_KINDS

    @property
    def period_words(self) -> str:
        """«公示到 12 月 3 日 周四», «已经结束»; empty where no last day is named."""
        if not (self.is_notice and self.notice_until):
            return ""
        if self.is_over:
            return gettext("已经结束")
        day = {"day": day_in_words(self.notice_until)}
        if self.kind == NewsKind.ANNOUNCEMENT:
            return gettext("公示到 %(day)s") % day
        return gettext("到 %(day)s为止") % day

    @property
    def is_over(self) -> bool:
        """Whether the last day of a notice has passed."""
        return self.notice_until is not None and self.notice_until < civil_date()

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
