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
from core.pages import StaysPutMixin
from core.previews import LearnerPreviewMixin
from core.slots import slot_context
from core.slugs import SpareSlugMixin
from courses.admin_forms import LessonPageForm
from courses.blocks import LessonStreamBlock
from courses.choices import AnswersShown, AttemptCounts
from courses.content import LessonContent, read_content
from courses.exceptions import HasLearnersError
from courses.permissions import LessonPermissionTester


class LessonPage(
    LearnerPreviewMixin, StaysPutMixin, SpareSlugMixin, HeldPageMixin, Page
):
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
    attempts_allowed = models.PositiveSmallIntegerField(
        _("最多答几次"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("不填就不限。"),
    )
    attempt_counts = models.CharField(
        _("算哪一次"),
        max_length=10,
        choices=AttemptCounts.choices,
        default=AttemptCounts.BEST,
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("限几分钟答完"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("不填就不限。用长辈版的人从来不限；个别人可以在名单里多给时间。"),
    )
    shuffles_questions = models.BooleanField(
        _("打乱题目的先后"),
        default=False,
        help_text=_("每个人的题目先后不一样。连在一起的题打乱，讲解的位置不动。"),
    )
    answers_shown = models.CharField(
        _("什么时候看答案"),
        max_length=10,
        choices=AnswersShown.choices,
        default=AnswersShown.EACH,
    )

    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "courses/lesson_page.html"
    sheet_slot = "lesson.sheet"
    base_form_class = LessonPageForm
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
        MultiFieldPanel(
            [
                FieldPanel("attempts_allowed"),
                FieldPanel("attempt_counts"),
                FieldPanel("time_limit_minutes"),
                FieldPanel("shuffles_questions"),
                FieldPanel("answers_shown"),
            ],
            heading=_("小测怎么考（可以不管）"),
            classname="collapsed",
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
            models.CheckConstraint(
                condition=models.Q(attempts_allowed__isnull=True)
                | models.Q(attempts_allowed__range=(1, 20)),
                name="courses_attempts_between_1_and_20",
            ),
            models.CheckConstraint(
                condition=models.Q(time_limit_minutes__isnull=True)
                | models.Q(time_limit_minutes__range=(1, 240)),
                name="courses_time_limit_between_1_and_240",
            ),
        ]

    @cached_property
    def content(self) -> LessonContent:
        """The media and questions that completion depends on."""
        return read_content(self.body)

    @property
    def is_handed_in(self) -> bool:
        """Whether its questions count only after a press on «交卷»."""
        return bool(self.time_limit_minutes or self.answers_shown != AnswersShown.EACH)

    @property
    def begins_by_button(self) -> bool:
        """Whether an attempt begins by a press, not with the first answer."""
        return bool(self.time_limit_minutes or self.content.draws)

    @cached_property
    def course(self) -> Any:
        """The course that the lesson belongs to."""
        from courses.models.course import course_at

        return course_at(self.path[: -self.steplen])

    @property
    def needs_health_check(self) -> bool:
        """A lesson is of the topic of its course."""
        return bool(self.course.needs_health_check)

    @property
    def print_link(self) -> str:
        """The sheet of the course that it belongs to."""
        return str(self.course.print_link)

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

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        """A gated lesson is in no sitemap (design §8)."""
        if not self.is_preview:
            return []
        urls: list[dict[str, Any]] = super().get_sitemap_urls(request)
        return urls
