"""What the pages about a class show: who asks for what, and which other ways there are."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import Session
from core.civil_time import civil_date, clock_in_words, short_day_in_words
from courses.choices import RunState
from courses.models import CourseRun
from courses.run_words import RunCard, read_cards
from learning.models import Enrolment
from learning.places import SHOWN_STATES, Place
from learning.services.limits import needs_signature
from learning.windows import TAKES_PEOPLE, opens_at, state_for

OTHERS_KEPT_S = 5
OTHERS_SHOWN = 3


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
    return read_wish_of(request, run, request.user)


def read_wish_of(request: HttpRequest, run: CourseRun, who: Any) -> Wish:
    """The class as somebody may have it, for whom perhaps another one asks."""
    moment = timezone.now()
    state = state_for(run, who, moment)
    opens = opens_at(run, who, moment) if state is RunState.SOON else None
    return Wish(
        card=read_cards(request, [run], moment)[0],
        state=state,
        opens_at=opens,
        next_session=_next_session(run, moment),
        needs_signature=needs_signature(who, run, moment),
    )


def read_place(enrolment: Any, at: datetime) -> Place:
    """An enrolment of `with_queue_position()` with the next session of its class."""
    return Place(
        enrolment=enrolment,
        at=at,
        next_session=_next_session(enrolment.run, at),
        position=enrolment.queue_position,
    )


def classes_to_join(places: Iterable[Place], at: datetime) -> list[CourseRun]:
    """The classes that take people now, but for those of these places; two queries.

    Whether this person may have one is asked when they are put on it.
    """
    mine = {one.run.pk for one in places if one.is_live}
    runs = CourseRun.objects.shown(at).not_cancelled().exclude(pk__in=mine)
    found = runs.select_related("course", "school").order_by("starts_on", "pk")
    return [one for one in found if one.state(at) in TAKES_PEOPLE]


def other_ways(request: HttpRequest, run: CourseRun) -> list[RunCard]:
    """Other classes of the same course or kind of course that still take people.

    The classes are the same for everybody and kept for a few seconds: when a popular
    class is full in minutes, everybody who came too late asks for them at once. Seats
    are never given out by what a card says.
    """
    cards = [one for one in _open_cards(request, run) if one.run.pk != run.pk]
    if cards and request.user.is_authenticated:
        own = Enrolment.objects.filter(
            learner=request.user.pk, state__in=SHOWN_STATES, run__in=_keys(cards)
        )
        mine = set(own.values_list("run_id", flat=True))
        cards = [one for one in cards if one.run.pk not in mine]
    # The same course at another school before another course.
    cards.sort(key=lambda one: one.run.course_id != run.course_id)
    return cards[:OTHERS_SHOWN]


def _keys(cards: list[RunCard]) -> list[int]:
    return [one.run.pk for one in cards]


def _open_cards(request: HttpRequest, run: CourseRun) -> list[RunCard]:
    """The open classes of that kind of course, as a visitor sees them."""
    key = f"learning.others:{run.course.category_id}"
    found: list[RunCard] | None = cache.get(key)
    if found is None:
        visitor = copy(request)
        visitor.user = AnonymousUser()
        runs = (
            CourseRun.objects.shown()
            .with_meetings()
            .not_cancelled()
            .filter(course__category=run.course.category_id)
            .select_related("course__category")
            .order_by("starts_on", "pk")[:30]
        )
        cards = read_cards(visitor, runs)
        found = [one for one in cards if one.state is RunState.OPEN]
        cache.set(key, found, OTHERS_KEPT_S)
    return found


def _next_session(run: CourseRun, at: datetime) -> Session | None:
    return (
        Session.objects.taking_place()
        .filter(run_session__run=run, ends_at__gt=at)
        .select_related("venue")
        .order_by("starts_at")
        .first()
    )
