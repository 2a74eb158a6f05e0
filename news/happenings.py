"""What has happened at a school and can be told: lessons that took place (PUB-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from attendance.choices import CAME, SessionState
from core.civil_time import civil_date
from courses.models import RunSession

SHOWN = 12
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Happening:
    """A lesson that was held: its facts, written down once when the roll was taken."""

    session_id: int
    course: Any
    school: Any
    day: date
    starts_at: datetime
    place: str
    teacher: str
    number: int
    people: int

    @property
    def title(self) -> str:
        """A first title. Content, so Chinese whatever the writer reads."""
        return f"「{self.course.title}」上了第 {self.number} 课"

    @property
    def sentence(self) -> str:
        """A first sentence: when, where, who, how many."""
        day = f"{self.day.month} 月 {self.day.day} 日"
        place = f"在{self.place}" if self.place else ""
        people = f"，到了 {self.people} 人" if self.people else ""
        teacher = f"，由{self.teacher}老师主讲" if self.teacher else ""
        return f"{day}，「{self.course.title}」{place}上了第 {self.number} 课{teacher}{people}。"


def recent_happenings(
    schools: Iterable[Any], *, at: datetime | None = None
) -> list[Happening]:
    """The lessons that these schools held in the last thirty days; one query.

    Who came by name, or the number that was counted in the room: the larger.
    """
    moment = at or timezone.now()
    found = _held(schools).filter(
        session__starts_at__gte=moment - LOOKED_BACK, session__starts_at__lte=moment
    )
    return [_happening(row) for row in found[:SHOWN]]


def happening_of(
    session_id: int, schools: Iterable[Any], *, at: datetime | None = None
) -> Happening | None:
    """That lesson, if one of these schools has held it."""
    moment = at or timezone.now()
    row = _held(schools).filter(session=session_id, session__starts_at__lte=moment)
    first = row.first()
    return _happening(first) if first else None


def _held(schools: Iterable[Any]) -> QuerySet[RunSession]:
    came = Count("session__records", filter=Q(session__records__state__in=CAME))
    found: QuerySet[RunSession] = (
        RunSession.objects.filter(
            session__school__in=list(schools), session__state=SessionState.HELD
        )
        .select_related(
            "run__course", "session__school", "session__venue", "session__teacher"
        )
        .annotate(came=came)
        .order_by("-session__starts_at", "-pk")
    )
    return found


def _happening(row: Any) -> Happening:
    session = row.session
    return Happening(
        session_id=session.pk,
        course=row.run.course,
        school=session.school,
        day=civil_date(session.starts_at),
        starts_at=session.starts_at,
        place=session.venue.name if session.venue else "",
        teacher=session.teacher.name if session.teacher else "",
        number=row.number or 1,
        people=max(row.came, session.headcount or 0),
    )
