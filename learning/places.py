"""The place of a person on a class with dates, in words; the queue in front of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import CharField, Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.choices import Allocation
from courses.models import CourseRun
from courses.run_words import RunPlace, weekly_words
from learning.choices import GOING_STATES, LIVE_STATES, State
from learning.models import Draw, Enrolment
from learning.windows import has_begun, takes_queue

# As many people of a queue are drawn.
DRAWN_IN_QUEUE = 5
# Columns of a query of classes.
QUEUE, OWN, DRAW = "queue_length", "own_place", "draw_key"
SHOWN_STATES = (*LIVE_STATES, State.COMPLETED)


def place_columns(learner: Any, run_key: str) -> dict[str, Any]:
    """Annotations of a query of classes: the queue's length, own place, draw.

    `learner` is the key of who reads, 0 for a visitor.
    """
    rows = Enrolment.objects.filter(run=OuterRef(run_key)).order_by()
    queue = (
        rows.filter(state=State.WAITLISTED)
        .values("run")
        .annotate(number=Count("pk"))
        .values("number")
    )
    columns: dict[str, Any] = {
        QUEUE: Coalesce(Subquery(queue, output_field=IntegerField()), 0),
        DRAW: Subquery(Draw.objects.filter(run=OuterRef(run_key)).values("pk")[:1]),
    }
    own = rows.filter(learner=learner, state__in=SHOWN_STATES).order_by("-pk")
    # Key and state in one column: one look into the table instead of two.
    both = Concat(Cast("pk", CharField()), Value(" "), "state")
    columns[OWN] = Subquery(
        own.annotate(both=both).values("both")[:1], output_field=CharField()
    )
    return columns


def places(request: HttpRequest, runs: Sequence[CourseRun]) -> dict[str, Any]:
    """`places`: queue and own place of each class by its key.

    Without a query where the classes were read with `place_columns`.
    """
    if any(QUEUE not in run.__dict__ for run in runs):
        read = CourseRun.objects.filter(pk__in=[run.pk for run in runs])
        columns = place_columns(request.user.pk or 0, "pk")
        by_key = read.annotate(**columns).in_bulk()
        for run in runs:
            run.__dict__.update({one: getattr(by_key[run.pk], one) for one in columns})
    now = timezone.now()
    return {"places": {run.pk: _place(run, now) for run in runs}}


@lru_cache(maxsize=1000)
def _way_to(run: int, _prefix: str) -> str:
    return reverse("learning:run", args=[run])


def _place(run: CourseRun, at: datetime) -> RunPlace:
    place = RunPlace(
        queue=run.__dict__[QUEUE],
        takes_queue=takes_queue(run, run.state(at), at),
        enrol_href=_way_to(run.pk, get_script_prefix()),
    )
    draw_key = run.__dict__.get(DRAW)
    if draw_key and run.allocation == Allocation.DRAW:
        place.draw_href = reverse("draw", args=[draw_key])
    own = run.__dict__.get(OWN)
    if own:
        key, word = own.split(" ")
        state = State(word)
        place.own_label, place.own_kind = own_words(state)
        place.own_href = reverse("learning:place", args=[key])
        place.own_action = _("去确认") if state is State.OFFERED else _("看我的报名")
    return place


def own_words(state: State) -> tuple[str, str]:
    """What somebody's place is called, and the kind of its mark."""
    words = {
        State.APPLIED: (_("登记好了，等抽签"), "soon"),
        State.WAITLISTED: (_("您在排队"), "soon"),
        State.OFFERED: (_("轮到您了，请确认"), "few"),
        State.CONFIRMED: (_("报上了，有您的座"), "ok"),
        State.ATTENDING: (_("报上了，有您的座"), "ok"),
        State.COMPLETED: (_("学完了"), "ok"),
        State.WITHDRAWN: (_("您退出了"), ""),
        State.REJECTED: (_("这次没排上"), ""),
        State.NO_SHOW: (_("没有来上课"), ""),
        State.REMOVED: (_("不在这个班了"), ""),
    }
    return words[state]


@dataclass
class Place:
    """An enrolment on a class as its own page and «我的学习» show it."""

    enrolment: Enrolment
    at: datetime
    # The next session of the class, and what its timetable has in all.
    next_session: Any = None
    position: int = 0

    @property
    def run(self) -> CourseRun:
        return self.enrolment.run

    @property
    def number(self) -> str:
        """The number that a person says on the telephone or at the counter."""
        return f"{self.enrolment.pk:06d}"

    @property
    def when_words(self) -> str:
        """«周一 上午 9:00», where the class meets every week."""
        return weekly_words(self.run)

    @property
    def in_front(self) -> int:
        return max(0, self.position - 1)

    @property
    def in_front_words(self) -> str:
        """«前面还有 2 人»; «下一个就是您» at the head."""
        if not self.in_front:
            return _("下一个就是您")
        words = ngettext(
            "前面还有 %(people)s 人", "前面还有 %(people)s 人", self.in_front
        )
        return words % {"people": self.in_front}

    @property
    def is_seated(self) -> bool:
        return self.enrolment.state in GOING_STATES

    @property
    def is_waiting(self) -> bool:
        return bool(self.enrolment.state == State.WAITLISTED)

    @property
    def is_offered(self) -> bool:
        return bool(
            self.enrolment.state == State.OFFERED
            and self.enrolment.offered_until is not None
            and self.enrolment.offered_until > self.at
        )

    @property
    def is_applied(self) -> bool:
        return bool(self.enrolment.state == State.APPLIED)

    @property
    def is_live(self) -> bool:
        """Whether the person has, awaits or may take a seat on the class."""
        return self.is_seated or self.is_waiting or self.is_offered or self.is_applied

    @property
    def has_begun(self) -> bool:
        """From the first lesson on, leaving is the school's business."""
        return has_begun(self.run, self.at)

    @property
    def can_miss_next(self) -> bool:
        """Whether leave can be asked for the class's next session."""
        ahead = self.next_session is not None and self.next_session.starts_at > self.at
        return self.is_seated and ahead

    @property
    def can_leave(self) -> bool:
        return self.enrolment.state in LIVE_STATES and (
            not self.has_begun or self.is_waiting
        )

    @property
    def label(self) -> str:
        return own_words(State(self.enrolment.state))[0]

    @property
    def label_kind(self) -> str:
        return own_words(State(self.enrolment.state))[1]

    @property
    def dots(self) -> list[int]:
        """The people in front, to be drawn; none where they are many."""
        return list(range(1, self.position)) if self.position <= DRAWN_IN_QUEUE else []
