"""The learning record (学习档案) of a resident: all they learnt, from what is written down.

Nothing is kept for it. Classes come from the roll, courses at home from the progress:
each thing that happened once stands once. Eight queries, however much somebody learnt.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.choices import CAME
from attendance.models import AttendanceRecord
from courses.models import RunSession
from learning.choices import STUDY_STATES, HoursKind
from learning.hours import class_hours, points_of
from learning.join import covered_s
from learning.models import Enrolment, HoursEntry, LessonProgress
from learning.reading import CourseStudy, read_studies


@dataclass
class ClassRow:
    """A class: how many of its days are over, and on how many the person came."""

    enrolment: Enrolment
    held: int = 0
    came: int = 0
    spent: timedelta = timedelta()

    @property
    def hours(self) -> float:
        return class_hours(self.spent)

    @property
    def words(self) -> str:
        """«上了 8 次，来了 7 次»."""
        if not self.held:
            return _("还没开课")
        return ngettext(
            "上了 %(held)s 次课，来了 %(came)s 次",
            "上了 %(held)s 次课，来了 %(came)s 次",
            self.held,
        ) % {"held": self.held, "came": self.came}


@dataclass
class VisitRow:
    """A lesson of a class to which somebody came without a place on it."""

    title: str
    school: str
    at: datetime
    spent: timedelta

    @property
    def hours(self) -> float:
        return class_hours(self.spent)


@dataclass
class CourseRow:
    """A course learnt at home, and how long its recordings were watched or heard."""

    study: CourseStudy
    watched_s: float = 0

    @property
    def enrolment(self) -> Enrolment | None:
        return self.study.enrolment

    @property
    def minutes(self) -> int:
        return int(self.watched_s // 60)


@dataclass
class LearningRecord:
    """What somebody learnt; hours in class and minutes online stand apart."""

    classes: list[ClassRow] = field(default_factory=list)
    courses: list[CourseRow] = field(default_factory=list)
    visits: list[VisitRow] = field(default_factory=list)
    # Worth of the ledger of hours: a view of it, kept nowhere.
    points: int = 0

    @property
    def hours(self) -> float:
        """The hours of 45 minutes in all classes, cut once and not row by row."""
        rows: list[ClassRow | VisitRow] = [*self.classes, *self.visits]
        return class_hours(sum((one.spent for one in rows), timedelta()))

    @property
    def minutes(self) -> int:
        """Minutes of recordings watched or heard, in all courses."""
        return int(sum(one.watched_s for one in self.courses) // 60)

    @property
    def finished(self) -> int:
        rows = [one.enrolment for one in self.classes]
        rows += [one.enrolment for one in self.courses if one.enrolment is not None]
        return sum(row.is_complete for row in rows)


def read_record(
    rows: QuerySet[Enrolment], at: datetime, attended: QuerySet[Any] | None = None
) -> LearningRecord:
    """The record that these enrolments of one person make, the latest first.

    Args:
        rows: enrolments of one person; those that the reader may see.
        at: now; days of a class that lie ahead do not count.
        attended: the person's attendance that the reader may see; of it come the lessons
            without a place.
    """
    found = list(
        rows.filter(state__in=STUDY_STATES)
        .select_related("run__course__category", "run__school")
        .order_by("-created_at", "-pk")
    )
    classes = {
        row.run_id: ClassRow(row)
        for row in reversed(found)
        if not row.run.is_self_paced
    }
    if classes:
        _count_days(classes, found[0].learner_id, at)
    at_home = [row for row in found if row.run.is_self_paced]
    watched = _watched(at_home)
    courses = [CourseRow(study) for study in read_studies(at_home)] if at_home else []
    for one in courses:
        one.watched_s = watched[one.study.enrolment.pk]  # type: ignore[union-attr]
    visits = [] if attended is None else _visits(attended, classes)
    entries = [
        *(_ledger(found) if found else []),
        *((HoursKind.CLASS, int(one.spent.total_seconds()), one.at) for one in visits),
    ]
    return LearningRecord(
        list(reversed(classes.values())), courses, visits, points_of(entries)
    )


def _ledger(rows: list[Enrolment]) -> list[tuple[str, int, datetime]]:
    """What the ledger says of these enrolments."""
    entries = HoursEntry.objects.filter(enrolment__in=[row.pk for row in rows])
    return list(entries.values_list("kind", "seconds", "at"))


def _visits(attended: QuerySet[Any], classes: dict[int, ClassRow]) -> list[VisitRow]:
    """Lessons of classes on which the person never was; the latest first."""
    rows = (
        attended.filter(state__in=CAME, session__run_session__isnull=False)
        .exclude(session__run_session__run__in=classes)
        .order_by("-session__starts_at", "-pk")
        .values_list(
            "session__run_session__run__course__title",
            "session__school__title",
            "session__starts_at",
            "session__ends_at",
        )
        .distinct()
    )
    return [
        VisitRow(title, school, start, end - start)
        for title, school, start, end in rows
    ]


def _count_days(classes: dict[int, ClassRow], learner_id: int, at: datetime) -> None:
    over = RunSession.objects.taking_place().filter(
        run__in=classes, session__ends_at__lte=at
    )
    counts = over.order_by().values("run").annotate(number=Count("pk"))
    for run_id, number in counts.values_list("run", "number"):
        classes[run_id].held = number
    came = (
        AttendanceRecord.objects.came()
        .filter(attendee=learner_id, session__run_session__run__in=classes)
        .values_list(
            "session__run_session__run", "session__starts_at", "session__ends_at"
        )
    )
    for run_id, start, end in came:
        classes[run_id].came += 1
        classes[run_id].spent += end - start


def _watched(rows: list[Enrolment]) -> dict[int, float]:
    """The seconds of recordings by enrolment; what was seen twice counts once."""
    seconds: dict[int, float] = defaultdict(float)
    if rows:
        kept: Any = LessonProgress.objects.filter(enrolment__in=rows)
        for enrolment_id, watched in kept.values_list("enrolment_id", "watched"):
            seconds[enrolment_id] += sum(covered_s(one) for one in watched.values())
    return seconds
