"""Courses in the page tree."""

from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageManager
from wagtail.search import index

from core.deletion import HeldPageMixin
from core.kept_sql import KeptQuery, kept
from core.pages import SectionPage, last_below
from core.pictures import read_renditions
from core.previews import LearnerPreviewMixin
from core.routing import OpenPageQuerySet
from core.slots import slot_context
from core.slugs import SpareSlugMixin
from courses.admin_forms import CoursePageForm
from courses.choices import CoverPattern, Mode
from courses.completion_rule import CompletionRule
from courses.exceptions import HasLearnersError
from courses.models.vocabulary import Audience
from courses.permissions import CoursePermissionTester, CourseSectionPermissionTester
from schools.admin.page_form import TenantPageForm
from schools.models import StaffProfile
from schools.placed import InSchoolMixin

# What only the course's own page shows: a list leaves it out (`core.pages.unlisted`).
OWN_TEXTS = ("summary", "outcomes", "needs", "questions_asked")

# The classes of a course: what takes place before what was called off, the next first.
CLASS_ORDER = ("cancelled_at", "starts_on", "pk")


class CoursePageQuerySet(OpenPageQuerySet):
    """Courses, as readers and teachers see them."""

    def in_catalogue(self) -> Self:
        """Live courses that everybody may see, with what a card shows."""
        return (
            self.open_to_all()
            .select_related("category", "cover")
            .prefetch_related("teachers")
            .annotate_lesson_counts()
        )

    def annotate_lesson_counts(self) -> Self:
        """`lesson_total`: the live lessons of each course, counted in the same query."""
        return self.annotate(lesson_total=lesson_count())

    def taught_by(self, user: Any) -> Self:
        """Courses that this account teaches."""
        return self.filter(teachers__user=user).distinct()


def lesson_count() -> models.functions.Coalesce:
    """How many live lessons a course has, as a part of the query that reads courses.

    Nothing but lessons stands below a course (`subpage_types`), so the pages are counted:
    a range over the path's index, which a join might not use.
    """
    lessons = (
        Page.objects.filter(
            live=True,
            depth=models.OuterRef("depth") + 1,
            path__gt=models.OuterRef("path"),
            path__lte=last_below(models.OuterRef("path")),
        )
        .order_by()
        .values("depth")
        .annotate(total=models.Count("pk"))
        .values("total")
    )
    return models.functions.Coalesce(
        models.Subquery(lessons, output_field=models.IntegerField()), 0
    )


class CourseIndexPage(HeldPageMixin, SectionPage):
    """The courses below its parent: of the whole site, or of one school."""

    intro = models.CharField(_("一句话"), max_length=120, blank=True)

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "schools.SchoolPage"]
    subpage_types: ClassVar[list[str]] = [
        "courses.CoursePage",
        "courses.QuestionBankPage",
    ]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    template = "courses/course_index_page.html"
    base_form_class = TenantPageForm
    held_error = HasLearnersError

    class Meta:
        verbose_name = _("课程列表")

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from courses.catalogue import read_catalogue

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | read_catalogue(request, section=self)

    def permissions_for_user(self, user: Any) -> CourseSectionPermissionTester:
        return CourseSectionPermissionTester(user, self)


class CoursePage(
    LearnerPreviewMixin, InSchoolMixin, SpareSlugMixin, HeldPageMixin, Page
):
    """A thing that is taught. Its lessons are its children, in the order of the tree."""

    # What a list tells a course for its card; templates ask each for it.
    card: ClassVar[Any] = None
    is_open_at_home: ClassVar[bool] = False

    category = models.ForeignKey(
        "courses.Category",
        on_delete=models.PROTECT,
        null=True,
        related_name="courses",
        verbose_name=_("分类"),
    )
    audiences = ParentalManyToManyField(
        "courses.Audience", blank=True, related_name="courses", verbose_name=_("适合谁")
    )
    teachers = ParentalManyToManyField(
        "schools.StaffProfile",
        blank=True,
        related_name="courses",
        verbose_name=_("老师"),
    )
    mode = models.CharField(
        _("怎么学"), max_length=10, choices=Mode.choices, default=Mode.ONLINE
    )
    summary = models.CharField(
        _("一句话介绍"), max_length=120, help_text=_("像跟邻居说话，说清学了有什么用。")
    )
    outcomes = models.TextField(
        _("学完您能做到"),
        blank=True,
        max_length=400,
        help_text=_("一行一条，用动词开头，比如：能自己发一条语音。"),
    )
    needs = models.TextField(_("要准备什么"), blank=True, max_length=200)
    questions_asked = models.TextField(
        _("常有人问"),
        blank=True,
        max_length=1200,
        help_text=_("一问一答各占一行，两组之间空一行。"),
    )
    cover = models.ForeignKey(
        "core.SiteImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("封面"),
        help_text=_("没有也可以，会自动画一张。"),
    )
    cover_pattern = models.CharField(
        _("封面花纹"),
        max_length=10,
        blank=True,
        choices=CoverPattern.choices,
        help_text=_("没放封面图的时候画这种花纹。不选就自动挑一种。"),
    )
    hours = models.DecimalField(
        _("学时"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    # What completes the course, in whole per cent; 0 asks for nothing of the kind.
    rule_sessions = models.PositiveSmallIntegerField(
        _("到校班要来百分之几的课"),
        default=75,
        validators=[MaxValueValidator(100)],
        help_text=_("按上过的课次算，迟到也算来。填 0 就不看来没来。"),
    )
    rule_lessons = models.PositiveSmallIntegerField(
        _("在家学要学完百分之几的必学课"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    rule_marks = models.PositiveSmallIntegerField(
        _("小测平均要到百分之几"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("填 0 就不看分数。"),
    )
    rule_version = models.PositiveSmallIntegerField(default=1, editable=False)
    gives_certificate = models.BooleanField(_("结业发证书"), default=True)
    reviews_certificate = models.BooleanField(
        _("证书先看过再发"),
        default=False,
        help_text=_("勾上以后，社教专干或校长在工作台上看过，才发给学员。"),
    )

    objects = PageManager.from_queryset(CoursePageQuerySet)()

    # What a reviewer reads and may remark on (schools.review).
    review_fields: ClassVar[tuple[str, ...]] = (
        "title", "summary", "outcomes", "needs", "questions_asked",
    )  # fmt: skip
    # Read together with the page (core.routing).
    shown_with: ClassVar[list[str]] = ["category", "cover", "origin"]
    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["courses.LessonPage"]
    template = "courses/course_page.html"
    sheet_slot = "course.sheet"
    base_form_class = CoursePageForm
    held_error = HasLearnersError

    # The address and the rest of «promote» find themselves.
    promote_panels: ClassVar[list[Any]] = []
    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading=_("课名")),
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("category"), FieldPanel("audiences"), FieldPanel("mode")],
            heading=_("讲什么，给谁"),
        ),
        FieldPanel("teachers"),
        FieldPanel("outcomes"),
        FieldPanel("needs"),
        FieldPanel("questions_asked"),
        MultiFieldPanel(
            [
                FieldPanel("hours"),
                FieldPanel("rule_sessions"),
                FieldPanel("rule_lessons"),
                FieldPanel("rule_marks"),
                FieldPanel("gives_certificate"),
                FieldPanel("reviews_certificate"),
            ],
            heading=_("怎么算结业"),
        ),
        MultiFieldPanel(
            [FieldPanel("cover"), FieldPanel("cover_pattern")], heading=_("封面")
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("outcomes"),
        index.RelatedFields("teachers", [index.SearchField("name")]),
        index.RelatedFields("category", [index.SearchField("name")]),
        index.SearchField("school_name"),
        index.FilterField("category"),
    ]

    class Meta:
        verbose_name = _("课程")
        verbose_name_plural = _("课程")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    rule_sessions__lte=100,
                    rule_lessons__range=(1, 100),
                    rule_marks__lte=100,
                ),
                name="courses_rule_is_in_per_cent",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Every course has its self-paced run from the moment it exists.

        A changed rule of completion is a new version of it.
        """
        known = CoursePage.objects.filter(pk=self.pk).first() if self.pk else None
        if known is not None and known.completion_rule.parts != (
            self.completion_rule.parts
        ):
            self.rule_version = known.rule_version + 1
        super().save(*args, **kwargs)
        from courses.services.runs import ensure_self_paced_run

        ensure_self_paced_run(course=self)

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from courses.run_words import read_course_cards

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["school"] = self.school
        context["teacher_list"] = self._chosen("teachers", _teachers_of)
        context["audience_list"] = self._chosen("audiences", _audiences_of)
        context["run_cards"] = read_course_cards(request, self)
        read_renditions([self.cover])
        return context | slot_context("course.context", request, self)

    def _chosen(self, name: str, read: KeptQuery) -> list[Any]:
        """What was chosen in that field: in a draft it stands with the page itself."""
        if name in self.__dict__.get("_cluster_related_objects", {}):
            return list(getattr(self, name).all())
        return read(course=self.pk)

    def classes(self) -> Any:
        """Its classes with dates that have not ended, the next to begin first."""
        return self.runs.shown().with_meetings().order_by(*CLASS_ORDER)

    @property
    def needs_health_check(self) -> bool:
        """Whether its review asks that nothing is sold (LAW-22)."""
        return bool(self.category and self.category.needs_health_check)

    @property
    def print_link(self) -> str:
        """The sheet with the code that leads to the course."""
        return reverse("courses:print_course", args=[self.pk])

    def school_name(self) -> str:
        """The name by which a search for the school finds its courses."""
        return self.school.title if self.school else ""

    @property
    def completion_rule(self) -> CompletionRule:
        """What completes the course, as the course says it now."""
        return CompletionRule(
            sessions=self.rule_sessions,
            lessons=self.rule_lessons,
            marks=self.rule_marks,
            mode=Mode(self.mode),
            version=self.rule_version,
        )

    @property
    def outcome_lines(self) -> list[str]:
        return [line.strip() for line in self.outcomes.splitlines() if line.strip()]

    @property
    def need_lines(self) -> list[str]:
        return [line.strip() for line in self.needs.splitlines() if line.strip()]

    @property
    def question_pairs(self) -> list[tuple[str, str]]:
        """The common questions and their answers."""
        pairs = []
        for group in self.questions_asked.replace("\r", "").split("\n\n"):
            lines = [line.strip() for line in group.splitlines() if line.strip()]
            if len(lines) > 1:
                pairs.append((lines[0], "".join(lines[1:])))
        return pairs

    @cached_property
    def teacher_names(self) -> list[str]:
        """Who teaches it; of many courses at once, `attach_teachers` tells each."""
        return [one.name for one in self.teachers.all()]

    def is_taught_by(self, user: Any) -> bool:
        """Whether the account belongs to one of the course's teachers."""
        return any(profile.user_id == user.pk for profile in self.teachers.all())

    def permissions_for_user(self, user: Any) -> CoursePermissionTester:
        return CoursePermissionTester(user, self)


def course_at(path: str) -> CoursePage:
    """The course at that place of the tree, with what its lessons show of it.

    Raises:
        CoursePage.DoesNotExist: there is none.
    """
    found: CoursePage | None = _course_at.first(path=path)
    if found is None:
        raise CoursePage.DoesNotExist
    return found


@kept(path=models.CharField())
def _course_at(path: Any) -> models.QuerySet[CoursePage]:
    return CoursePage.objects.select_related("category", "cover").filter(path=path)


@kept(course=models.BigIntegerField())
def _teachers_of(course: Any) -> models.QuerySet[StaffProfile]:
    return StaffProfile.objects.filter(courses=course)


@kept(course=models.BigIntegerField())
def _audiences_of(course: Any) -> models.QuerySet[Audience]:
    return Audience.objects.filter(courses=course)
