"""Reading classes for the desk: each list in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.choices import SessionState
from core.civil_time import civil_date, midnight
from courses.choices import Allocation, RunState
from courses.models import CoursePage, CourseRun, RunSession
from courses.run_words import RunCard, RunPlace
from learning.choices import State
from learning.desk import ListFilter, runs_for_desk
from learning.models import Draw, Enrolment
from learning.permissions import led_runs, managed_schools
from learning.services.draw import DRAW_AFTER, may_close_list, may_hold_draw


class ClassFilter(ListFilter):
    """Which classes of the list are shown."""

    NOW = "now"
    OFFERS = "offers"
    DRAWS = "draws"
    PAST = "past"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [
            (cls.NOW, _("现在和以后的")),
            (cls.OFFERS, _("今天有名额到期")),
            (cls.DRAWS, _("该抽签了")),
            (cls.PAST, _("上完的、不开的")),
        ]


def courses_to_teach(user: Any) -> QuerySet[CoursePage]:
    """The courses of which the person may open a class: `can_open_class` as a list."""
    runs = CourseRun.objects.self_paced().filter(
        Q(school__in=managed_schools(user)) | Q(pk__in=led_runs(user).values("pk"))
    )
    return CoursePage.objects.filter(pk__in=runs.values("course")).order_by(
        "title", "pk"
    )


def classes_for_desk(user: Any, chosen: ClassFilter) -> QuerySet[CourseRun]:
    """The classes that the person sees, by term, with what their row says."""
    over = Q(cancelled_at__isnull=False) | Q(ends_on__lt=civil_date())
    # The rights join several rows; the keys alone keep the figures single.
    runs = CourseRun.objects.filter(pk__in=runs_for_desk(user).values("pk")).dated()
    if chosen is ClassFilter.PAST:
        runs = runs.filter(over)
    elif chosen is ClassFilter.OFFERS:
        runs = runs.filter(pk__in=offers_ending_today(user).values("run_id"))
    elif chosen is ClassFilter.DRAWS:
        runs = draws_due(user)
    else:
        runs = runs.exclude(over)
    return (
        with_people(runs)
        .with_meetings()
        .select_related("course__category")
        .order_by("-term", "starts_on", "pk")
    )


def offers_ending_today(user: Any, at: datetime | None = None) -> Any:
    """Offered seats that nobody has accepted and that run out before midnight."""
    tomorrow = midnight(civil_date(at) + timedelta(days=1))
    return Enrolment.objects.of_staff_view(user, at).filter(
        state=State.OFFERED, offered_until__lt=tomorrow
    )


def draws_due(user: Any, at: datetime | None = None) -> Any:
    """Classes whose enrolment is over and whose seats are not drawn yet."""
    return CourseRun.objects.awaiting_draw().filter(
        pk__in=runs_for_desk(user).values("pk"), enrol_until__lte=at or timezone.now()
    )


def with_people(runs: Any) -> Any:
    """`waiting` and `applied` on each class, in the same query."""

    def counted(state: State) -> Any:
        number = (
            Enrolment.objects.filter(run=OuterRef("pk"), state=state)
            .order_by()
            .values("run")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return Coalesce(Subquery(number, output_field=IntegerField()), 0)

    return runs.annotate(
        waiting=counted(State.WAITLISTED), applied=counted(State.APPLIED)
    )


@dataclass
class ClassRow:
    """A class as the desk's list shows it."""

    # A CourseRun with the figures of `with_meetings()` and `with_people()`.
    run: Any
    state: RunState

    @property
    def when_words(self) -> str:
        card = RunCard(self.run, self.state, RunPlace())
        return _("，").join(
            part for part in (card.when_words, card.count_words) if part
        )

    @property
    def state_kind(self) -> str:
        """The kind of the tag beside the words."""
        return {RunState.OPEN: "ok", RunState.CANCELLED: "few"}.get(self.state, "")

    @property
    def seats_words(self) -> str:
        """«20 个名额：12 个有人，还空 8 个，3 人候补»."""
        run = self.run
        parts = []
        if run.capacity is not None:
            parts.append(
                ngettext("%(seats)s 个名额", "%(seats)s 个名额", run.capacity)
                % {"seats": run.capacity}
            )
        parts.append(
            ngettext("%(taken)s 个有人", "%(taken)s 个有人", run.seats_taken)
            % {"taken": run.seats_taken}
        )
        if run.seats_left is not None:
            parts.append(
                ngettext("还空 %(left)s 个", "还空 %(left)s 个", run.seats_left)
                % {"left": run.seats_left}
            )
        if run.allocation == Allocation.DRAW and run.drawn_at is None:
            parts.append(
                ngettext("%(number)s 人登记", "%(number)s 人登记", run.applied)
                % {"number": run.applied}
            )
        if run.waiting:
            parts.append(
                ngettext("%(number)s 人候补", "%(number)s 人候补", run.waiting)
                % {"number": run.waiting}
            )
        return _("，").join(parts)

    @property
    def lacks_people(self) -> bool:
        """Whether fewer came than the class needs, while people may still come."""
        waits = self.state in (RunState.SOON, RunState.OPEN, RunState.DRAW)
        return waits and self.run.seats_taken + self.run.applied < self.run.min_seats


def read_rows(runs: Iterable[Any], at: datetime) -> list[ClassRow]:
    return [ClassRow(run, run.state(at)) for run in runs]


def people_of(user: Any, run: CourseRun) -> Any:
    """Everybody who is or was on the class, as that person may see them."""
    return (
        Enrolment.objects.visible_to(user)
        .filter(run=run)
        .select_related("learner")
        .order_by("state", "created_at", "pk")
    )


@dataclass
class Day:
    """A session of a class, and whether it may still be changed."""

    row: RunSession
    may_change: bool

    @property
    def is_off(self) -> bool:
        return bool(self.row.session.state == SessionState.CANCELLED)


def read_days(run: CourseRun, at: datetime, *, may_change: bool) -> list[Day]:
    """The sessions in the order of time; only those that lie ahead can be changed."""
    rows = run.run_sessions.select_related("session__venue", "session__teacher")
    return [
        Day(
            row,
            may_change
            and row.session.state == SessionState.PLANNED
            and row.session.starts_at > at,
        )
        for row in rows.order_by("session__starts_at", "pk")
    ]


@dataclass
class DrawView:
    """How far the draw of a class is, and which step its time has come for."""

    draw: Draw
    may_close: bool
    may_hold: bool

    @property
    def holds_from(self) -> datetime | None:
        closed = self.draw.closed_at
        return None if closed is None else closed + DRAW_AFTER


def read_draw(run: CourseRun, at: datetime) -> DrawView | None:
    """The draw of a class; None where it has none, or none is prepared yet."""
    if run.allocation != Allocation.DRAW:
        return None
    draw = Draw.objects.filter(run=run).first()
    if draw is None:
        return None
    return DrawView(
        draw=draw,
        may_close=draw.closed_at is None and may_close_list(run, at),
        may_hold=draw.drawn_at is None and may_hold_draw(run, draw, at),
    )
