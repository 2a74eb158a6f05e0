"""Brands (一社一品): what a school is known for, with all that belongs to it."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, IntegerBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from activities.choices import BrandStage
from core.pages import SectionPage, in_section
from core.pictures import read_renditions
from core.routing import OpenPageQuerySet
from core.slots import slot_context
from core.slugs import SpareSlugMixin
from courses.catalogue import attach_schools
from courses.models import CoursePage
from schools.admin.page_form import TenantPageForm
from schools.admin.permission_testers import (
    FixedPagePermissionTester,
    TreePermissionTester,
)
from schools.models import SchoolPage
from schools.placed import InSchoolMixin
from schools.tree import school_of

FIRST_YEAR, LAST_YEAR = 1949, 2100


class HonourBlock(StructBlock):
    """An honour that a brand was given."""

    level: Any = CharBlock(
        label=_("哪一级"), max_length=10, help_text=_("比如：区级。")
    )
    title = CharBlock(label=_("什么荣誉"), max_length=60)
    year: Any = IntegerBlock(
        label=_("哪一年"), min_value=FIRST_YEAR, max_value=LAST_YEAR
    )

    class Meta:
        icon = "pick"
        label = _("荣誉")
        template = "activities/blocks/honour.html"


class HonourStreamBlock(StreamBlock):
    """The honours of a brand, the newest first."""

    honour = HonourBlock()


class BrandPageQuerySet(OpenPageQuerySet):
    """Brands, as readers see them."""

    def in_order(self) -> Self:
        """Those that everybody may see: the furthest first, the retired last."""
        stages = [*reversed(BrandStage.values[:-1]), BrandStage.RETIRED]
        places = [
            models.When(stage=stage, then=place) for place, stage in enumerate(stages)
        ]
        return (
            self.open_to_all()
            .select_related("cover")
            .annotate(place=models.Case(*places, output_field=models.IntegerField()))
            .order_by("place", "-since", "pk")
        )


class BrandIndexPage(SectionPage):
    """The brands below its parent: of the whole site, or of one school."""

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "schools.SchoolPage"]
    subpage_types: ClassVar[list[str]] = ["activities.BrandPage"]
    template = "activities/brand_index_page.html"
    base_form_class = TenantPageForm

    class Meta:
        verbose_name = _("品牌列表")

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        schools = list(SchoolPage.objects.open_to_all().in_order())
        brands = list(in_section(BrandPage.objects.in_order(), self))
        attach_schools(brands, schools)
        read_renditions(brand.cover for brand in brands)
        context["brands"] = brands
        context["school"] = None if self.is_of_site else school_of(self)
        return context

    def permissions_for_user(self, user: Any) -> FixedPagePermissionTester:
        return FixedPagePermissionTester(user, self)


class BrandPage(InSchoolMixin, SpareSlugMixin, Page):
    """One brand: its idea, how far it has come, and what belongs to it."""

    theme = models.CharField(
        _("一句话"), max_length=60, help_text=_("比如：一根柳条，一条河。")
    )
    concept = models.TextField(_("为什么做、怎么做"), max_length=600)
    stage = models.CharField(
        _("到了哪一步"),
        max_length=12,
        choices=BrandStage.choices,
        default=BrandStage.PROPOSED,
    )
    since = models.PositiveSmallIntegerField(
        _("哪一年开始的"),
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    leader = models.CharField(_("谁带的"), max_length=40, blank=True)
    outcomes = models.TextField(
        _("做成了什么"),
        blank=True,
        max_length=600,
        help_text=_("一行一条，写得出数字最好，比如：志愿巡河 610 人次。"),
    )
    honours = StreamField(HonourStreamBlock(), verbose_name=_("荣誉"), blank=True)
    cover = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("封面"),
        help_text=_("没有也可以，会自动画一张。"),
    )
    courses = ParentalManyToManyField(
        CoursePage, blank=True, related_name="brands", verbose_name=_("这个品牌的课")
    )

    objects = PageManager.from_queryset(BrandPageQuerySet)()

    # Read together with the page (core.routing).
    shown_with: ClassVar[list[str]] = ["cover"]
    parent_page_types: ClassVar[list[str]] = ["activities.BrandIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "activities/brand_page.html"
    base_form_class = TenantPageForm
    promote_panels: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading=_("品牌叫什么")),
        FieldPanel("theme"),
        FieldPanel("concept"),
        MultiFieldPanel(
            [FieldPanel("stage"), FieldPanel("since"), FieldPanel("leader")],
            heading=_("到了哪一步"),
        ),
        FieldPanel("outcomes"),
        FieldPanel("honours"),
        FieldPanel("cover"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("theme"),
        index.SearchField("concept"),
        index.SearchField("outcomes"),
    ]

    class Meta:
        verbose_name = _("品牌")
        verbose_name_plural = _("品牌")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage__in=BrandStage.values),
                name="activities_brand_stage_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(since__range=(FIRST_YEAR, LAST_YEAR)),
                name="activities_brand_began_in_a_year",
            ),
        ]

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["school"] = self.school
        context["course_list"] = list(
            CoursePage.objects.in_catalogue().filter(brands=self)
        )
        read_renditions([self.cover, *(one.cover for one in context["course_list"])])
        return context | slot_context("brand.context", request, self)

    def permissions_for_user(self, user: Any) -> TreePermissionTester:
        return TreePermissionTester(user, self)

    @property
    def outcome_lines(self) -> list[str]:
        return [line.strip() for line in self.outcomes.splitlines() if line.strip()]
