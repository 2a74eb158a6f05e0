"""Seats of a run: the only place that writes `seats_taken` (invariant 1).

A seat is held by who was offered one, is on the run, or has completed it.
"""

from django.db.models import F, Q

from courses.models import CourseRun
from learning.exceptions import RunFullError


def take_seat(*, run: CourseRun) -> None:
    """Take one seat, if one is left, in one conditional update.

    Two at once cannot both have the last one, on SQLite or on PostgreSQL: the second
    update finds no row. A run without capacity has a seat for everybody.

    Raises:
        RunFullError: no seat was left.
    """
    taken = (
        CourseRun.objects.filter(pk=run.pk)
        .filter(Q(capacity__isnull=True) | Q(seats_taken__lt=F("capacity")))
        .update(seats_taken=F("seats_taken") + 1)
    )
    if not taken:
        raise RunFullError
    run.seats_taken += 1


def free_seat(*, run: CourseRun) -> None:
    """Give one seat back."""
    freed = CourseRun.objects.filter(pk=run.pk, seats_taken__gt=0).update(
        seats_taken=F("seats_taken") - 1
    )
    run.seats_taken -= freed


def seats_left(run: CourseRun) -> int | None:
    """How many seats nobody holds, of a run just read; None for a run without limit."""
    return None if run.capacity is None else max(0, run.capacity - run.seats_taken)
