"""Seats of a run: the only place that writes `seats_taken` (invariant 1)."""

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


def free_seat(*, run: CourseRun) -> None:
    """Give one seat back."""
    CourseRun.objects.filter(pk=run.pk, seats_taken__gt=0).update(
        seats_taken=F("seats_taken") - 1
    )
