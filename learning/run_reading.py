"""What the pages about a class show: who asks for what, and which other ways there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import Session
from core.civil_time import civil_date, clock_in_words, short_day_in_words
from courses.choices import RunState
from courses.models import CourseRun
from courses.run_words import RunCard, read_cards
from learning.places import Place
from learning.services.limits import needs_signature
from learning.windows import opens_at, state_for


@dataclass
class Wish:
    """A class and what one person can do about it now."""

    card: RunCard
    state: RunState
    opens_at: datetime | None
    next_session: Session | None
    needs_signature: bool

    @property
    def run(self) -> Any:
        return self.card.run

    @property
    def is_open(self) -> bool:
        return self.state is RunState.OPEN

    @property
    def is_draw(self) -> bool:
        return self.is_open and self.card.is_draw

    @property
    def is_queue(self) -> bool:
        return not self.is_open and self.card.place.takes_queue

    @property
    def can_be_sent(self) -> bool:
        return self.is_open or self.is_queue

    @property
    def closed_words(self) -> str:
        """Why nothing can be sent now, and what to do."""
        if self.state is RunState.SOON and self.opens_at is not None:
            return _("%(day)s %(clock)s 开始报名，到时候再来点就行。") % {
                "day": short_day_in_words(civil_date(self.opens_at)),
                "clock": clock_in_words(self.opens_at),
            }
        return self.card.seats_label


def read_wish(request: HttpRequest, run: CourseRun) -> Wish:
    """The class as this person may have it: in their own window already."""
    moment = timezone.now()
    state = state_for(run, request.user, moment)
    opens = opens_at(run, request.user, moment) if state is RunState.SOON else None
    return Wish(
        card=read_cards(request, [run], moment)[0],
        state=state,
        opens_at=opens,
        next_session=_next_session(run, moment),
        needs_signature=needs_signature(request.user, run, moment),
    )


def read_place(enrolment: Any, at: datetime) -> Place:
    """An enrolment of `with_queue_position()` with the next session of its class."""
    return Place(
        enrolment=enrolment,
        at=at,
        next_session=_next_session(enrolment.run, at),
        position=enrolment.queue_position,
    )


def other_ways(request: HttpRequest, run: CourseRun) -> list[RunCard]:
    """Other classes of the same course or kind of course that still take people."""
    runs = (
        CourseRun.objects.shown()
        .with_meetings()
        .not_cancelled()
        .filter(course__category=run.course.category_id)
        .exclude(pk=run.pk)
        .select_related("course__category")
        .order_by("starts_on", "pk")[:30]
    )
    cards = [one for one in read_cards(request, runs) if one.state is RunState.OPEN]
    # The same course at another school before another course.
    cards.sort(key=lambda one: one.run.course_id != run.course_id)
    return [one for one in cards if not one.is_mine][:3]


def _next_session(run: CourseRun, at: datetime) -> Session | None:
    return (
        Session.objects.taking_place()
        .filter(run_session__run=run, ends_at__gt=at)
        .select_related("venue")
        .order_by("starts_at")
        .first()
    )
