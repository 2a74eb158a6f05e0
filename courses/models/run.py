"""Course runs: a course with its dates and seats. A run is never part of a page."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.civil_time import civil_date
from courses.choices import Allocation, RunState
from schools.models import TenantModel, TenantQuerySet


class CourseRunQuerySet(TenantQuerySet):
    def self_paced(self) -> Self:
        """Runs without dates and seats, one for each course."""
        return self.filter(is_self_paced=True)


class CourseRun(TenantModel):
    """A course offered once: with dates and seats, or self-paced without either.

    `seats_taken` is written only by `learning.services.seats`; the database refuses
    more of them than there are seats (invariant 1).
    """

    # A run goes with its course unless somebody is on it: enrolments PROTECT the run.
    course = models.ForeignKey(
        "courses.CoursePage", on_delete=models.CASCADE, related_name="runs"
    )
    school = models.ForeignKey(
        "schools.SchoolPage", on_delete=models.PROTECT, related_name="runs"
    )
    is_self_paced = models.BooleanField(default=False)
    term = models.CharField(_("学期"), max_length=40, blank=True)
    enrol_from = models.DateTimeField(_("报名开始"), null=True, blank=True)
    enrol_until = models.DateTimeField(_("报名截止"), null=True, blank=True)
    starts_on = models.DateField(_("开课"), null=True, blank=True)
    ends_on = models.DateField(_("结束"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    min_seats = models.PositiveIntegerField(_("最少开班人数"), default=0)
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    allocation = models.CharField(
        max_length=12, choices=Allocation.choices, default=Allocation.FIRST_COME
    )
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
        )


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
) -> RunState:
    """The state of a run as a pure function of its dates, its seats and now.

    Dates are civil days in Shanghai; the last day of a run still belongs to it. A run
    without dates is open from the start and never ends.
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
        return RunState.DRAW if allocation == Allocation.DRAW else RunState.FULL
    is_full = capacity is not None and seats_taken >= capacity
    if is_full and allocation == Allocation.FIRST_COME:
        return RunState.FULL
    return RunState.OPEN
