"""The timetable of a run: which sessions are its lessons, and in which order."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.choices import SessionState
from core.pages import unlisted
from courses.models.course import OWN_TEXTS as COURSE_TEXTS
from schools.models import TenantModel, TenantQuerySet
from schools.models.pages import OWN_TEXTS as SCHOOL_TEXTS


class RunSessionQuerySet(TenantQuerySet):
    """Lessons of runs, with what a timetable shows of each."""

    def for_timetable(self) -> Self:
        """In one query: when, where, which course, by whom; of runs that take place."""
        return (
            self.filter(run__cancelled_at__isnull=True, run__course__live=True)
            .select_related(
                "session__venue",
                "session__school",
                "session__teacher",
                "run__course__category",
            )
            .defer(
                *unlisted("run__course__", *COURSE_TEXTS),
                *unlisted("session__school__", *SCHOOL_TEXTS),
            )
            .order_by("session__starts_at", "pk")
        )

    def taking_place(self) -> Self:
        return self.exclude(session__state=SessionState.CANCELLED)


class RunSession(TenantModel):
    """A session that is a lesson of a run."""

    run = models.ForeignKey(
        "courses.CourseRun", on_delete=models.CASCADE, related_name="run_sessions"
    )
    session = models.OneToOneField(
        "attendance.Session", on_delete=models.PROTECT, related_name="run_session"
    )
    # 1, 2, 3 … in the order of time; a cancelled lesson has none.
    number = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = RunSessionQuerySet.as_manager()
    tenant_path: ClassVar[str] = "run__school"

    class Meta:
        verbose_name = _("课次")
        verbose_name_plural = _("课次")
        ordering = ["session__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"],
                condition=Q(number__isnull=False),
                name="courses_one_session_a_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.number or '-'}"
