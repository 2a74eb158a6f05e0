"""What the pages of learning together show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import CoursePage
from learning.counter import reference_of
from learning.models import (
    Attempt,
    Enrolment,
    GroupSeat,
    GroupSitting,
    LessonProgress,
)
from learning.paper import content_of
from learning.rules import judge
from learning.services.answers import shares_of, sheet_of
from learning.services.lesson_row import state_of

# The salt of the code on the screen: see `attendance.checkin`.
SALT = "learning.group"


@dataclass(frozen=True)
class SeatView:
    """One person of a sitting, and what the lesson still asks of them."""

    seat: GroupSeat
    is_complete: bool
    missing: tuple[str, ...] = ()

    @property
    def is_credited(self) -> bool:
        return self.seat.credited_at is not None


@dataclass(frozen=True)
class SittingView:
    """A sitting with its people."""

    sitting: GroupSitting
    course: CoursePage
    seats: list[SeatView]

    @property
    def total(self) -> int:
        return len(self.seats)

    @property
    def left(self) -> int:
        """To how many nothing could be credited."""
        return sum(not one.is_credited for one in self.seats)

    @property
    def words(self) -> str:
        """To how many it was credited, and who has finished: «记好了 20 人，其中 …»."""
        credited = self.total - self.left
        complete = sum(one.is_complete for one in self.seats)
        first = ngettext("记好了 %(number)s 人", "记好了 %(number)s 人", credited)
        second = ngettext(
            "其中 %(number)s 人这一课学完了", "其中 %(number)s 人这一课学完了", complete
        )
        sentence = _("%(first)s，%(second)s。")
        return sentence % {
            "first": first % {"number": credited},
            "second": second % {"number": complete},
        }


@dataclass(frozen=True)
class Candidate:
    """Somebody of the class list who may be there."""

    name: str
    masked_phone: str
    reference: str


def read_sitting(sitting: GroupSitting) -> SittingView:
    """The people of a sitting in the order in which they came; a few queries."""
    seats = list(sitting.seats.select_related("learner"))
    rows = _progress(sitting, [one.learner_id for one in seats])
    attempts = _attempts(sitting, rows.values())
    return SittingView(
        sitting=sitting,
        course=sitting.lesson.course,
        seats=[
            _seat(one, sitting, rows.get(one.learner_id), attempts) for one in seats
        ],
    )


def _seat(
    seat: GroupSeat,
    sitting: GroupSitting,
    row: LessonProgress | None,
    attempts: dict[int, Attempt],
) -> SeatView:
    if row is None or seat.credited_at is None:
        return SeatView(seat, is_complete=False)
    if row.completed_at is not None:
        return SeatView(seat, is_complete=True)
    attempt = attempts.get(row.enrolment_id)
    verdict = judge(
        content_of(sitting.lesson, attempt),
        state_of(row),
        shares_of(attempt.responses.all()) if attempt else {},
        sitting.lesson.pass_percent,
        passed_before=bool(row.passed),
        sheet=sheet_of(sitting.lesson, attempt),
    )
    return SeatView(seat, is_complete=False, missing=verdict.missing)


def _progress(sitting: GroupSitting, learners: list[int]) -> dict[int, LessonProgress]:
    """The lesson's row of each person; of several episodes the one that is furthest."""
    found: dict[int, LessonProgress] = {}
    rows = LessonProgress.objects.filter(
        lesson=sitting.lesson, enrolment__learner__in=learners
    )
    for row in rows.select_related("enrolment").order_by("seen_until", "pk"):
        known = found.get(row.enrolment.learner_id)
        if known is None or known.completed_at is None:
            found[row.enrolment.learner_id] = row
    return found


def _attempts(
    sitting: GroupSitting, rows: Iterable[LessonProgress]
) -> dict[int, Attempt]:
    """The newest attempt of each, with its responses, by the number of the enrolment."""
    if not sitting.lesson.content.asks:
        return {}
    found = Attempt.objects.filter(
        lesson=sitting.lesson, enrolment__in=[row.enrolment_id for row in rows]
    )
    ordered = found.order_by("number").prefetch_related("responses")
    return {one.enrolment_id: one for one in ordered}


def candidates(user: Any, sitting: GroupSitting) -> list[Candidate]:
    """Who studies the course, by what the person may see, and has no seat yet."""
    rows = (
        Enrolment.objects.of_staff_view(user)
        .studying()
        .filter(run__course=sitting.lesson.course, learner__is_active=True)
        .exclude(learner__in=sitting.seats.values("learner"))
        .select_related("learner")
    )
    people = {row.learner_id: row.learner for row in rows}
    ordered = sorted(people.values(), key=lambda one: (one.get_full_name(), one.pk))
    return as_candidates(user, ordered)


def as_candidates(user: Any, people: Iterable[Any]) -> list[Candidate]:
    """These people as they can be chosen by that person, and by nobody else."""
    return [
        Candidate(one.get_full_name(), one.masked_phone, reference_of(user, one))
        for one in people
    ]
