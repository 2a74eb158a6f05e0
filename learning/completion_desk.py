"""Reading for «结课» and for the certificates of a class: fixed numbers of queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courses.completion_rule import Standing
from courses.models import CourseRun
from learning.choices import GOING_STATES, State
from learning.models import Certificate, Enrolment
from learning.models.certificate import CertificateQuerySet
from learning.permissions import managed_schools
from learning.standing import missing_of, read_standings


@dataclass
class FinishRow:
    """One person at the end of a class."""

    enrolment: Enrolment
    standing: Standing
    missing: list[str]

    @property
    def name(self) -> str:
        return str(self.enrolment.learner.get_full_name())

    @property
    def is_done(self) -> bool:
        return self.enrolment.is_complete

    @property
    def is_granted(self) -> bool:
        """Completed without meeting the rule: somebody made an exception (BC-40)."""
        return self.is_done and bool(self.missing)


def read_finish(user: Any, run: CourseRun, at: datetime) -> list[FinishRow]:
    """Everybody on the class, who has not met the rule first; never oneself."""
    rows = list(
        Enrolment.objects.of_staff_view(user)
        .filter(run=run, state__in=(*GOING_STATES, State.COMPLETED))
        .select_related("learner", "run")
        .order_by("learner__display_name", "pk")
    )
    standings, missing = read_standings(rows, at), missing_of(rows, at)
    found = [FinishRow(row, standings[row.pk], missing[row.pk]) for row in rows]
    return sorted(found, key=lambda one: (one.is_done, not one.missing))


def certificates_for_desk(user: Any, run: CourseRun) -> CertificateQuerySet:
    """The certificates of a run that the person may decide about; never one's own."""
    return (
        Certificate.objects.visible_to(user)
        .filter(enrolment__run=run)
        .exclude(enrolment__learner=user)
        .select_related(
            "enrolment__learner", "enrolment__run__course", "replaced_by", "replaces"
        )
        .order_by("-created_at", "-pk")
    )


def certificates_to_review(user: Any) -> QuerySet[Certificate]:
    """Earned certificates of the person's schools that wait for somebody to look."""
    return (
        Certificate.objects.waiting()
        .filter(enrolment__run__school__in=managed_schools(user))
        .exclude(enrolment__learner=user)
        .select_related("enrolment__learner", "enrolment__run__course")
        .order_by("created_at", "pk")
    )


def without_certificate(user: Any, run: CourseRun) -> QuerySet[Enrolment]:
    """Completions that have none: from before the course gave any."""
    if not run.course.gives_certificate:
        return Enrolment.objects.none()
    return (
        Enrolment.objects.of_staff_view(user)
        .filter(run=run, completed_at__isnull=False, certificates__isnull=True)
        .select_related("learner")
        .order_by("completed_at", "pk")
    )
