"""The timetable of a run: made from its plan, changed only where it lies ahead."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.choices import SessionState
from attendance.exceptions import SessionPastError
from attendance.models import Holiday, Session
from attendance.services.clashes import lock_places, refuse_clashes
from core.civil_time import SHANGHAI, civil_date
from courses.exceptions import NoPlanError, SelfPacedPlanError
from courses.models import CourseRun, RunSession

# A run of a year that meets twice a week; more is a slip of the finger.
MOST_SESSIONS = 120
MOST_DAYS = 800


def weekly_days(
    *,
    weekday: int,
    first: date,
    closed: Collection[date],
    count: int | None = None,
    last: date | None = None,
) -> list[date]:
    """The days on which a weekly run meets: a pure function.

    Args:
        weekday: 1 (Monday) to 7, as ISO counts.
        first: no day before this one.
        closed: holidays and days that the school cancelled; they are skipped, and with
            `count` the run goes on longer instead.
        count: how many days; or
        last: the last possible day. With both, whichever is reached first.
    """
    day = first + timedelta(days=(weekday - first.isoweekday()) % 7)
    end = min(last or date.max, first + timedelta(days=MOST_DAYS))
    days: list[date] = []
    while day <= end and (count is None or len(days) < count):
        if day not in closed:
            days.append(day)
        day += timedelta(days=7)
    return days


@transaction.atomic
def plan_run(
    *,
    run: CourseRun,
    count: int | None = None,
    days: Sequence[date] | None = None,
    skip: Collection[date] = (),
    at: datetime | None = None,
) -> list[RunSession]:
    """Bring the sessions of a run to its plan; asking twice changes nothing more.

    What has begun, was held or was cancelled stays as it is: only sessions that lie
    ahead are moved, made or taken away, and one that lies ahead is moved rather than
    replaced, so that what hangs on it stays. Holidays, days in `skip` and days that
    were cancelled are passed over. Numbers follow the time.

    Args:
        run: its weekday, times, room, teacher and first day are the plan.
        count: how many sessions in all, those that have been included.
        days: single days instead of a weekday.
        skip: further days without a session.
        at: now, for tests and loaders.

    Raises:
        SelfPacedPlanError: the run has no dates.
        NoPlanError: times, weekday, first day or an end are missing, or it is too much.
        RoomTakenError, TeacherBusyError: a session would clash.
    """
    moment = at or timezone.now()
    locked = CourseRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.is_self_paced:
        raise SelfPacedPlanError
    rows = list(locked.run_sessions.select_related("session"))
    ahead = [one for one in rows if _is_ahead(one.session, moment)]
    kept = [one for one in rows if one not in ahead]
    closed = _closed_days(kept, skip)
    wanted = _wanted_days(locked, count, days, closed, kept, moment)
    shells = _match(locked, ahead, wanted)
    sessions = [one.session for one in shells]
    lock_places(venues=[locked.venue], teachers=[locked.teacher])
    refuse_clashes(sessions=sessions, instead_of=[one.session_id for one in ahead])
    for one in ahead:
        if one not in shells:
            one.delete()
    for one in shells:
        one.session.save()
        one.session_id = one.session.pk
        if one.pk is None:
            one.save()
    _renumber(locked)
    _set_span(locked, derive_end=count is not None or days is not None)
    run.starts_on, run.ends_on = locked.starts_on, locked.ends_on
    return list(
        locked.run_sessions.select_related("session").order_by("session__starts_at")
    )


@transaction.atomic
def move_session(
    *,
    run_session: RunSession,
    starts_at: datetime,
    ends_at: datetime,
    venue: Any = None,
    teacher: Any = None,
    at: datetime | None = None,
) -> RunSession:
    """Put one session that lies ahead at another time or place; the others stay.

    Raises:
        SessionPastError: it has begun, was held or cancelled, or would begin in the past.
        RoomTakenError, TeacherBusyError: it would clash.
    """
    moment = at or timezone.now()
    row = _locked(run_session)
    session = row.session
    if not _is_ahead(session, moment) or starts_at <= moment:
        raise SessionPastError
    session.starts_at, session.ends_at = starts_at, ends_at
    session.venue = venue or session.venue
    session.teacher = teacher or session.teacher
    lock_places(venues=[session.venue], teachers=[session.teacher])
    refuse_clashes(sessions=[session])
    session.save()
    _renumber(row.run)
    _set_span(row.run, derive_end=True)
    return row


@transaction.atomic
def cancel_session(
    *, run_session: RunSession, at: datetime | None = None
) -> RunSession:
    """A lesson does not take place; its day stays free at the next planning.

    Cancelling it again changes nothing.

    Raises:
        SessionPastError: it has begun or was held.
    """
    moment = at or timezone.now()
    row = _locked(run_session)
    if row.session.state == SessionState.CANCELLED:
        return row
    if not _is_ahead(row.session, moment):
        raise SessionPastError
    row.session.state = SessionState.CANCELLED
    row.session.save(update_fields=["state"])
    _renumber(row.run)
    row.refresh_from_db()
    return row


def _locked(run_session: RunSession) -> RunSession:
    """The row with its session, after every other planner of the same run."""
    CourseRun.objects.select_for_update().only("pk").get(pk=run_session.run_id)
    return (
        RunSession.objects.select_related("run", "session__venue", "session__teacher")
        .select_for_update(of=("self",))
        .get(pk=run_session.pk)
    )


def _is_ahead(session: Session, at: datetime) -> bool:
    return session.state == SessionState.PLANNED and session.starts_at > at


def _closed_days(kept: Iterable[RunSession], skip: Collection[date]) -> set[date]:
    cancelled = {
        civil_date(one.session.starts_at)
        for one in kept
        if one.session.state == SessionState.CANCELLED
    }
    return cancelled | set(skip) | set(Holiday.objects.values_list("date", flat=True))


def _wanted_days(
    run: CourseRun,
    count: int | None,
    days: Sequence[date] | None,
    closed: set[date],
    kept: list[RunSession],
    at: datetime,
) -> list[date]:
    """The days that lie ahead and shall have a session."""
    if run.start_time is None or run.end_time is None:
        raise NoPlanError(_("请先填几点上课、几点下课。"))
    begun = [one for one in kept if one.session.state != SessionState.CANCELLED]
    taken = {civil_date(one.session.starts_at) for one in begun}
    if days is not None:
        found = sorted(set(days) - closed)
    else:
        found = _weekly(run, count, closed, len(begun), at)
    ahead = [day for day in found if day not in taken and _instant(run, day)[0] > at]
    if len(begun) + len(ahead) > MOST_SESSIONS:
        raise NoPlanError(
            _("一个班最多排 %(most)s 次课，请分成两个班。") % {"most": MOST_SESSIONS}
        )
    return ahead


def _weekly(
    run: CourseRun, count: int | None, closed: set[date], begun: int, at: datetime
) -> list[date]:
    if run.weekday is None or run.starts_on is None:
        raise NoPlanError(_("请先填星期几上课、哪天开始。"))
    if count is None and run.ends_on is None:
        raise NoPlanError(_("请先填一共上几次，或者哪天结束。"))
    first = run.starts_on
    if begun:
        # Only what lies ahead is planned anew, from the next day that is still whole.
        first = max(first, civil_date(at))
        if _instant(run, first)[0] <= at:
            first += timedelta(days=1)
    return weekly_days(
        weekday=run.weekday,
        first=first,
        closed=closed,
        count=None if count is None else max(0, count - begun),
        last=None if count is not None else run.ends_on,
    )


def _instant(run: CourseRun, day: date) -> tuple[datetime, datetime]:
    # `_wanted_days` has refused a run without times.
    start, end = cast("time", run.start_time), cast("time", run.end_time)
    return (
        datetime.combine(day, start, tzinfo=SHANGHAI),
        datetime.combine(day, end, tzinfo=SHANGHAI),
    )


def _match(
    run: CourseRun, ahead: list[RunSession], wanted: list[date]
) -> list[RunSession]:
    """A row for each wanted day: that of the same day, else a free one, else new."""
    by_day = {civil_date(one.session.starts_at): one for one in ahead}
    same = {day: by_day[day] for day in wanted if day in by_day}
    free = iter(
        sorted(
            (one for one in ahead if one not in same.values()),
            key=lambda one: one.session.starts_at,
        )
    )
    category = run.course.category.slug if run.course.category else ""
    shells = []
    for day in wanted:
        row = same.get(day) or next(free, None)
        if row is None:
            row = RunSession(run=run, session=Session(school_id=run.school_id))
        session = row.session
        session.starts_at, session.ends_at = _instant(run, day)
        session.venue, session.teacher = run.venue, run.teacher
        session.category = category
        shells.append(row)
    return shells


def _renumber(run: CourseRun) -> None:
    """1, 2, 3 … in the order of time; a cancelled session has no number."""
    rows = list(
        RunSession.objects.filter(run=run)
        .select_related("session")
        .order_by("session__starts_at", "pk")
    )
    number, wrong = 0, []
    for row in rows:
        is_off = row.session.state == SessionState.CANCELLED
        number += not is_off
        right = None if is_off else number
        if row.number != right:
            row.number = right
            wrong.append(row)
    if not wrong:
        return
    # Two steps, since a number may belong to another row until that one has its own.
    RunSession.objects.filter(pk__in=[row.pk for row in wrong]).update(number=None)
    RunSession.objects.bulk_update(wrong, ["number"])


def _set_span(run: CourseRun, *, derive_end: bool) -> None:
    """The first and last day of the run, as its sessions say."""
    times = (
        RunSession.objects.filter(run=run)
        .taking_place()
        .order_by("session__starts_at")
        .values_list("session__starts_at", flat=True)
    )
    days = [civil_date(one) for one in times]
    if not days:
        return
    end = days[-1] if derive_end else max(run.ends_on or days[-1], days[-1])
    if (run.starts_on, run.ends_on) != (days[0], end):
        run.starts_on, run.ends_on = days[0], end
        run.save(update_fields=["starts_on", "ends_on"])
