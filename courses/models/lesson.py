"""Lessons: children of their course; the order of the tree is the order of lessons."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from core.deletion import HeldPageMixin
from core.slots import slot_context
from core.slugs import SpareSlugMixin
from courses.blocks import LessonStreamBlock
from courses.content import LessonContent, read_content
from courses.exceptions import HasLearnersError
from courses.permissions import LessonPermissionTester
from schools.admin.page_form import TenantPageForm


class LessonPage(SpareSlugMixin, HeldPageMixin, Page):
    """One lesson: blocks that teach, and questions that ask."""

    part_heading = models.CharField(
        _("从这一课起是新的一部分"),
        max_length=40,
        blank=True,
        help_text=_("只在新部分的第一课填，比如：第二部分：动手做。"),
    )
    body = StreamField(LessonStreamBlock(), verbose_name=_("内容"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("大约几分钟"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    is_required = models.BooleanField(_("必学"), default=True)
    is_preview = models.BooleanField(
        _("不报名也能看"), default=False, help_text=_("给还没报名的人试看。")
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("小测要答对多少（百分数）"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("不填就只要求答完，不看对错。"),
    )

    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "courses/lesson_page.html"
    base_form_class = TenantPageForm
    held_error = HasLearnersError
    # What it shows is served by the gate alone: see core.files_access.
    is_gated_page = True

    # The address and the rest of «promote» find themselves.
    promote_panels: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading=_("这一课叫什么")),
        FieldPanel("part_heading"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("minutes"),
                FieldPanel("is_required"),
                FieldPanel("is_preview"),
                FieldPanel("pass_percent"),
            ],
            heading=_("怎么算学完"),
        ),
    ]
    # A gated lesson is found by its title and course alone, never by its text.
    search_fields: ClassVar[list[Any]] = [*Page.search_fields]

    class Meta:
        verbose_name = _("课")
        verbose_name_plural = _("课")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pass_percent__isnull=True)
                | models.Q(pass_percent__range=(1, 100)),
                name="courses_pass_percent_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(1, 240)),
                name="courses_lesson_minutes_between_1_and_240",
            ),
        ]

    @cached_property
    def content(self) -> LessonContent:
        """The media and questions that completion depends on."""
        return read_content(self.body)

    @cached_property
    def course(self) -> Any:
        """The course that the lesson belongs to."""
        from courses.models.course import CoursePage

        return CoursePage.objects.select_related("category", "cover").get(
            path=self.path[: -self.steplen]
        )

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["course"] = self.course
        return context | slot_context("lesson.context", request, self)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> None:
        """Publish only what every resident can use, by whatever route it comes.

        Raises:
            NotReadyError: a spoken video lacks captions or transcript, or a picture
                its words. The form says so earlier, beside the field; this also holds
                for scheduled publishing, the workflow and scripts.
        """
        from courses.services.publishing import require_ready

        require_ready(revision.as_object())
        super().publish(revision, *args, **kwargs)

    def permissions_for_user(self, user: Any) -> LessonPermissionTester:
        return LessonPermissionTester(user, self)

    def can_move_to(self, parent: Any) -> bool:
        """A lesson stays in its course, for superusers too (design §2)."""
        return bool(super().can_move_to(parent)) and parent.pk == self.get_parent().pk

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        """A gated lesson is in no sitemap (design §8)."""
        if not self.is_preview:
            return []
        urls: list[dict[str, Any]] = super().get_sitemap_urls(request)
        return urls
