"""When a run takes whom: windows, the beginning, how long an offer is kept.

Windows are the person's own (domain §6): who has finished a course of the school may
come first, then who lives in the street, then everybody.
"""

from copy import copy
from datetime import datetime, time, timedelta
from typing import Any

from core.civil_time import SHANGHAI
from courses.choices import Allocation, RunState
from courses.models import CourseRun
from learning.models import Enrolment
from schools.choices import Role

# In these somebody comes on the class, or into its draw or queue.
TAKES_PEOPLE = (RunState.OPEN, RunState.FULL)
# After these nobody comes on the run, and nobody waits for it.
OVER = (RunState.RUNNING, RunState.ENDED, RunState.CANCELLED)


def opens_at(run: CourseRun, learner: Any, at: datetime) -> datetime | None:
    """From when the person may enrol: the earliest window that is theirs.

    None where the run was open from the start.
    """
    if run.enrol_from is None:
        return None
    windows = [run.enrol_from]
    if run.returning_from and is_returning(run, learner):
        windows.append(run.returning_from)
    if run.residents_from and is_resident(learner, at):
        windows.append(run.residents_from)
    return min(windows)


def is_returning(run: CourseRun, learner: Any) -> bool:
    """Whether the person has finished a course of the run's school."""
    return (
        # Whatever became of the enrolment since: what was learnt was learnt.
        Enrolment.objects.filter(
            learner=learner,
            run__school=run.school_id,
            completed_at__isnull=False,
        ).exists()
    )


def is_resident(learner: Any, at: datetime) -> bool:
    """Whether the person is registered with a community of the street."""
    return bool(learner.memberships.active(at).filter(role=Role.LEARNER).exists())


def state_for(run: CourseRun, learner: Any, at: datetime) -> RunState:
    """What the run is to that person: open in their own window already."""
    state = run.state(at)
    if state is not RunState.SOON:
        return state
    opens = opens_at(run, learner, at)
    if opens is None or at < opens:
        return state
    theirs = copy(run)
    theirs.enrol_from = opens
    return theirs.state(at)


def starts_at(run: CourseRun) -> datetime | None:
    """The instant at which the class begins; None for a run without dates."""
    if run.starts_on is None:
        return None
    return datetime.combine(run.starts_on, run.start_time or time.min, tzinfo=SHANGHAI)


def has_begun(run: CourseRun, at: datetime) -> bool:
    """Whether the first lesson has begun, so that leaving is the school's business."""
    begins = starts_at(run)
    return begins is not None and at >= begins


def offers_seats(run: CourseRun, at: datetime) -> bool:
    """Whether seats that are free go to the waiting list at that instant."""
    return not run.is_self_paced and run.state(at) not in OVER


def is_past_deadline(run: CourseRun, at: datetime) -> bool:
    """Whether enrolment has closed."""
    return run.enrol_until is not None and at >= run.enrol_until


def takes_queue(run: CourseRun, state: RunState, at: datetime) -> bool:
    """Whether somebody may begin to wait: the class is full, or its draw is over.

    Who waits when enrolment closes goes on waiting; nobody comes to them any more.
    """
    if run.is_self_paced or run.capacity is None:
        return False
    if run.allocation == Allocation.DRAW:
        return run.drawn_at is not None and state not in (*OVER, RunState.SOON)
    is_full = run.seats_taken >= run.capacity
    return state is RunState.FULL and is_full and not is_past_deadline(run, at)


def offer_ends_at(run: CourseRun, at: datetime) -> datetime:
    """Until when a seat offered now is kept: the run's hours, at most to its start."""
    until = at + timedelta(hours=run.offer_hours)
    begins = starts_at(run)
    return min(until, begins) if begins is not None and at < begins else until
