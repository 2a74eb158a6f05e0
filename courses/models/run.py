"""Course runs: a course with its dates and seats. A run is never part of a page."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.civil_time import civil_date
from courses.choices import Allocation, RunState, Weekday
from schools.models import TenantModel, TenantQuerySet

# What no list says of a class: its rules, and how its draw went.
UNLISTED = (
    "term", "end_time", "returning_from", "residents_from", "min_seats", "settled_at",
    "age_min", "age_max", "offer_hours", "draw_quotas", "first_time_first", "draw_seed",
    "draw_list_hash", "note",
)  # fmt: skip


def in_order(first: str, second: str, *, strictly: bool = False) -> models.Q:
    """Either is empty, or the first is not after (strictly: before) the second."""
    lookup = "lt" if strictly else "lte"
    return (
        models.Q(**{f"{first}__isnull": True})
        | models.Q(**{f"{second}__isnull": True})
        | models.Q(**{f"{first}__{lookup}": models.F(second)})
    )


class CourseRunQuerySet(TenantQuerySet):
    def self_paced(self) -> Self:
        """Runs without dates and seats, one for each course."""
        return self.filter(is_self_paced=True)

    def dated(self) -> Self:
        """Classes: runs with a timetable and seats."""
        return self.filter(is_self_paced=False)

    def not_over(self, at: datetime | None = None, today: Any = None) -> Self:
        """Runs whose last day has not passed; one without a last day never ends.

        `today` is the civil date of `at`, for a question that is given both.
        """
        day = today or civil_date(at)
        return self.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day))

    def not_cancelled(self) -> Self:
        """Runs that nobody called off."""
        return self.filter(cancelled_at__isnull=True)

    def awaiting_draw(self) -> Self:
        """Classes whose seats will be drawn, and are not drawn yet."""
        return (
            self.dated()
            .not_cancelled()
            .filter(allocation=Allocation.DRAW, drawn_at__isnull=True)
        )

    def shown(self, at: datetime | None = None, today: Any = None) -> Self:
        """Classes with dates that have not ended, of courses that everybody may see."""
        from courses.models.course import CoursePage

        courses = CoursePage.objects.open_to_all(at).order_by()
        return self.dated().not_over(at, today).filter(course__in=courses)

    def with_meetings(self, at: datetime | None = None) -> Self:
        """With what a card says of a class, in the same query.

        `session_total` and `session_begun` count what takes place; `next_at` is the
        next session.
        """
        from attendance.choices import SessionState
        from attendance.models import Session

        moment = at or timezone.now()
        of_run = (
            Session.objects.filter(run_session__run=models.OuterRef("pk"))
            .exclude(state=SessionState.CANCELLED)
            .order_by()
        )

        def counted(sessions: Any) -> Any:
            number = (
                sessions.values("run_session__run")
                .annotate(number=models.Count("pk"))
                .values("number")
            )
            subquery = models.Subquery(number, output_field=models.IntegerField())
            return models.functions.Coalesce(subquery, 0)

        return (
            self.with_next(moment)
            .select_related("venue", "teacher", "school")
            .annotate(
                session_total=counted(of_run),
                session_begun=counted(of_run.filter(starts_at__lte=moment)),
            )
        )

    def with_next(self, at: Any) -> Self:
        """With `next_at`, the next session: all that a list says of when."""
        from attendance.choices import SessionState
        from attendance.models import Session

        ahead = Session.objects.filter(
            run_session__run=models.OuterRef("pk"), starts_at__gt=at
        ).exclude(state=SessionState.CANCELLED)
        first = ahead.order_by("starts_at").values("starts_at")[:1]
        return self.annotate(next_at=models.Subquery(first))


class CourseRun(TenantModel):
    """A course offered once: with dates and seats, or self-paced without either.

    `seats_taken` is written only by `learning.services.seats`; the database refuses
    more of them than there are seats (invariant 1).
    """

    # Of a run that is locked: when it was asked for, by the clock of the database.
    asked_at: datetime

    # A run goes with its course unless somebody is on it: enrolments PROTECT the run.
    course = models.ForeignKey(
        "courses.CoursePage", on_delete=models.CASCADE, related_name="runs"
    )
    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="runs"
    )
    is_self_paced = models.BooleanField(default=False)
    term = models.CharField(_("学期"), max_length=40, blank=True)
    # When and where it usually meets; a school may also name single dates, and then
    # these three stay empty. What is real are the sessions.
    weekday = models.PositiveSmallIntegerField(
        _("星期"), choices=Weekday.choices, null=True, blank=True
    )
    start_time = models.TimeField(_("上课时间"), null=True, blank=True)
    end_time = models.TimeField(_("下课时间"), null=True, blank=True)
    venue = models.ForeignKey(
        "schools.Venue",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("场地"),
    )
    teacher = models.ForeignKey(
        "schools.StaffProfile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("老师"),
    )
    # Earlier windows (domain §6): who has learnt at this school before, then who lives
    # in the street; `enrol_from` is for everybody.
    returning_from = models.DateTimeField(_("老学员报名开始"), null=True, blank=True)
    residents_from = models.DateTimeField(
        _("本街道居民报名开始"), null=True, blank=True
    )
    enrol_from = models.DateTimeField(_("报名开始"), null=True, blank=True)
    enrol_until = models.DateTimeField(_("报名截止"), null=True, blank=True)
    starts_on = models.DateField(_("开课"), null=True, blank=True)
    ends_on = models.DateField(_("结束"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    min_seats = models.PositiveIntegerField(_("最少开班人数"), default=0)
    # When everybody who met the rule was completed («结课»).
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    allocation = models.CharField(
        max_length=12, choices=Allocation.choices, default=Allocation.FIRST_COME
    )
    age_min = models.PositiveSmallIntegerField(_("最小年龄"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("最大年龄"), null=True, blank=True)
    # Hours that a seat offered to the queue is kept.
    offer_hours = models.PositiveSmallIntegerField(
        _("候补确认时限（小时）"), default=48
    )
    # Seats set aside in a draw: {school's id: seats}.
    draw_quotas = models.JSONField(_("各社区名额"), default=dict, blank=True)
    first_time_first = models.BooleanField(_("没上过的先"), default=False)
    # What was published before and after the draw; written once, by learning's service.
    draw_seed = models.CharField(max_length=64, blank=True, editable=False)
    draw_list_hash = models.CharField(max_length=64, blank=True, editable=False)
    drawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = CourseRunQuerySet.as_manager()
    tenant_path: ClassVar[str] = "school"

    class Meta:
        verbose_name = _("班次")
        verbose_name_plural = _("班次")
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=models.Q(is_self_paced=True),
                name="courses_one_self_paced_run_per_course",
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True)
                | models.Q(seats_taken__lte=models.F("capacity")),
                name="courses_seats_taken_within_capacity",
            ),
            models.CheckConstraint(
                condition=models.Q(is_self_paced=False)
                | models.Q(
                    starts_on__isnull=True, ends_on__isnull=True, capacity__isnull=True
                ),
                name="courses_self_paced_has_no_dates_or_seats",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="courses_run_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__isnull=True)
                | models.Q(weekday__range=(1, 7)),
                name="courses_run_weekday_is_iso",
            ),
            models.CheckConstraint(
                condition=models.Q(start_time__isnull=True, end_time__isnull=True)
                | models.Q(
                    start_time__isnull=False,
                    end_time__isnull=False,
                    end_time__gt=models.F("start_time"),
                ),
                name="courses_run_lesson_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=in_order("enrol_from", "enrol_until", strictly=True)
                & in_order("returning_from", "enrol_from")
                & in_order("residents_from", "enrol_from")
                & in_order("returning_from", "residents_from"),
                name="courses_run_windows_in_order",
            ),
            models.CheckConstraint(
                condition=in_order("age_min", "age_max"),
                name="courses_run_ages_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(offer_hours__range=(1, 720)),
                name="courses_run_offer_between_an_hour_and_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.term}".strip()

    def state(self, at: datetime | None = None) -> RunState:
        """What the run is at that instant: see `run_state`."""
        return run_state(
            at=at or timezone.now(),
            cancelled_at=self.cancelled_at,
            enrol_from=self.enrol_from,
            enrol_until=self.enrol_until,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            capacity=self.capacity,
            seats_taken=self.seats_taken,
            allocation=self.allocation,
            drawn_at=self.drawn_at,
        )

    @property
    def seats_left(self) -> int | None:
        """Seats that nobody has; None where there is room for everybody."""
        if self.capacity is None:
            return None
        return max(0, self.capacity - self.seats_taken)


def is_open(at: Any, today: Any, prefix: str = "") -> models.Q:
    """`run_state` is OPEN, as a condition of a query; a test asks both.

    Args:
        at: the instant.
        today: its civil day in Shanghai.
        prefix: the way from the rows that are asked for to the run, as in «run__».
    """

    def says(**lookups: Any) -> models.Q:
        return models.Q(**{prefix + name: value for name, value in lookups.items()})

    is_held = says(cancelled_at=None) | says(cancelled_at__gt=at)
    has_days_left = says(ends_on=None) | says(ends_on__gte=today)
    has_begun = says(enrol_from=None) | says(enrol_from__lte=at)
    # Without a last day of enrolment a run takes people until its first day.
    is_ahead = says(starts_on=None) | says(starts_on__gt=today)
    takes_people = says(enrol_until__gt=at) | (says(enrol_until=None) & is_ahead)
    has_seats = (
        says(capacity=None)
        | says(seats_taken__lt=models.F(f"{prefix}capacity"))
        | ~says(allocation=Allocation.FIRST_COME)
    )
    return is_held & has_days_left & has_begun & takes_people & has_seats


def run_state(
    *,
    at: datetime,
    cancelled_at: datetime | None,
    enrol_from: datetime | None,
    enrol_until: datetime | None,
    starts_on: Any,
    ends_on: Any,
    capacity: int | None,
    seats_taken: int,
    allocation: str,
    drawn_at: datetime | None = None,
) -> RunState:
    """The state of a run as a pure function of its dates, its seats and now.

    Dates are civil days in Shanghai; the last day of a run still belongs to it. A run
    without dates is open from the start and never ends. The window is the one for
    everybody; who may come earlier is asked where people are known.
    """
    today = civil_date(at)
    if cancelled_at is not None and cancelled_at <= at:
        return RunState.CANCELLED
    if ends_on is not None and today > ends_on:
        return RunState.ENDED
    if enrol_from is not None and at < enrol_from:
        return RunState.SOON
    closed = enrol_until is not None and at >= enrol_until
    if starts_on is not None and today >= starts_on and (closed or enrol_until is None):
        return RunState.RUNNING
    if closed:
        waits = allocation == Allocation.DRAW and (drawn_at is None or at < drawn_at)
        return RunState.DRAW if waits else RunState.FULL
    is_full = capacity is not None and seats_taken >= capacity
    if is_full and allocation == Allocation.FIRST_COME:
        return RunState.FULL
    return RunState.OPEN
