"""The schools in the page tree. The tree is the tenancy (design §2)."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageManager
from wagtail.search import index

from core.deletion import HeldPageMixin
from core.pictures import read_renditions
from core.routing import OpenPageQuerySet
from core.slots import slot_context
from core.slugs import SpareSlugMixin
from schools.admin.page_form import TenantPageForm
from schools.choices import Kind, Level
from schools.exceptions import SchoolInUseError
from schools.models.names import NamedSchool


class SchoolIndexPage(HeldPageMixin, Page):
    """All the schools of the street, the centre first."""

    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["schools.SchoolPage"]
    max_count = 1
    template = "schools/school_index_page.html"
    base_form_class = TenantPageForm
    held_error = SchoolInUseError

    class Meta:
        verbose_name = _("学校列表")

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        schools = SchoolPage.objects.child_of(self).open_to_all().in_order()
        context["schools"] = list(schools.select_related("lead_image"))
        read_renditions(school.lead_image for school in context["schools"])
        return context

    def permissions_for_user(self, user: Any) -> Any:
        # Testers ask for memberships, whose models are loaded after this module.
        from schools.admin.permission_testers import SchoolIndexPermissionTester

        return SchoolIndexPermissionTester(user, self)

    def can_move_to(self, parent: Any) -> bool:
        """The list of schools stays where it is, for superusers too (design §2)."""
        return False


class SchoolPageQuerySet(OpenPageQuerySet):
    """Schools, as readers see them."""

    def in_order(self) -> "SchoolPageQuerySet":
        """The centre first, then the schools in the order of the tree."""
        is_school = models.Case(models.When(level=Level.CENTRE, then=0), default=1)
        return self.order_by(is_school, "path")


# What only the school's own page shows: a list leaves it out (`core.pages.unlisted`).
OWN_TEXTS = ("intro", "transit", "opening_hours")


class SchoolPage(NamedSchool, SpareSlugMixin, HeldPageMixin, Page):
    """The centre or one citizen school; made by `create_school` alone.

    Where the admin's form makes one, a hook ends in the same provisioning.
    """

    level = models.CharField(
        _("级别"), max_length=10, choices=Level.choices, default=Level.SCHOOL
    )
    kind = models.CharField(
        _("类型"), max_length=10, choices=Kind.choices, default=Kind.URBAN
    )
    community = models.CharField(_("社区"), max_length=40, blank=True)
    intro = models.TextField(_("介绍"), max_length=400, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    transit = models.CharField(_("怎么去"), max_length=160, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    opening_hours = models.CharField(_("开放时间"), max_length=160, blank=True)
    lead_image = models.ForeignKey(
        "core.SiteImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("照片"),
    )

    objects = PageManager.from_queryset(SchoolPageQuerySet)()

    # Read together with the page (core.routing).
    shown_with: ClassVar[list[str]] = ["lead_image"]
    parent_page_types: ClassVar[list[str]] = ["schools.SchoolIndexPage"]
    template = "schools/school_page.html"
    base_form_class = TenantPageForm
    held_error = SchoolInUseError

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("community")], heading=_("哪一类")
        ),
        FieldPanel("intro"),
        MultiFieldPanel(
            [
                FieldPanel("address"),
                FieldPanel("transit"),
                FieldPanel("phone"),
                FieldPanel("opening_hours"),
            ],
            heading=_("怎么找到我们"),
        ),
        FieldPanel("lead_image"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("intro"),
        index.SearchField("community"),
        index.SearchField("address"),
        index.FilterField("level"),
    ]

    class Meta:
        verbose_name = _("学校")
        verbose_name_plural = _("学校")

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["staff"] = list(self.staff_profiles.filter(is_active=True))
        return context | slot_context("school.context", request, self)

    def permissions_for_user(self, user: Any) -> Any:
        from schools.admin.permission_testers import SchoolPermissionTester

        return SchoolPermissionTester(user, self)

    def can_move_to(self, parent: Any) -> bool:
        """A school stays where it is, for superusers too (design §2)."""
        return False
