"""Order in which rows are locked, so that no two requests wait for each other.

Run, then people (all at once, by their number), then enrolment. A service that touches
seats or the waiting list holds the run's row from its first query to its commit; on
SQLite the transaction itself is the lock.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, transaction
from django.db.models import BigIntegerField, QuerySet
from django.utils import timezone

from core.kept_sql import Keys, kept
from courses.models import CourseRun
from learning.exceptions import BusyError
from learning.models import Enrolment

P = ParamSpec("P")
R = TypeVar("R")
# PostgreSQL: how long a request waits for a row before it says so.
LOCK_TIMEOUT = "3s"
# PostgreSQL: lock not available, deadlock detected.
LOCK_ERRORS = ("55P03", "40P01")


@contextmanager
def locked_run(run_id: int) -> Iterator[CourseRun]:
    """One transaction that holds the run; yields the run as it is now.

    Its `asked_at` is the moment before the wait for it, by the clock of the database: of
    several web servers none opens a class earlier than another (R-14).

    Raises:
        BusyError: the row was not to be had in time.
    """
    try:
        with transaction.atomic():
            asked_at = _now_and_wait_so_long()
            run = _run.first(pk=run_id)
            if run is None:
                raise CourseRun.DoesNotExist
            run.asked_at = asked_at
            yield run
    except OperationalError as error:
        if not is_lock_error(error):
            raise
        raise BusyError from error


def _now_and_wait_so_long() -> datetime:
    """What time it is; from now on the transaction waits for a row so long at most."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), set_config('lock_timeout', %s, true)",
            [LOCK_TIMEOUT],
        )
        now: datetime
        now, _told = cursor.fetchone()
    return now


def lock_people(ids: Iterable[int]) -> dict[int, Any]:
    """The people with these ids, locked in the order of their ids and in one query.

    What is checked about a person over all runs (classes a term) holds until the commit.
    """
    return {one.pk: one for one in _people(keys=ids)}


def lock_enrolment(pk: int, run: CourseRun) -> Enrolment:
    """The enrolment as it is now; its `run` is the one that is locked."""
    enrolment: Enrolment | None = _enrolment.first(pk=pk)
    if enrolment is None:
        raise Enrolment.DoesNotExist
    enrolment.run = run
    return enrolment


# NO KEY: rows that merely refer to what is locked are not held up.
@kept(pk=BigIntegerField())
def _run(pk: Any) -> "QuerySet[CourseRun]":
    return CourseRun.objects.select_for_update(no_key=True).filter(pk=pk)


@kept(keys=Keys())
def _people(keys: Any) -> "QuerySet[Any]":
    people = get_user_model().objects.select_for_update(no_key=True)
    return people.filter(pk__among=keys).order_by("pk")


@kept(pk=BigIntegerField())
def _enrolment(pk: Any) -> "QuerySet[Enrolment]":
    return Enrolment.objects.select_for_update(no_key=True).filter(pk=pk)


def is_lock_error(error: OperationalError) -> bool:
    """Whether the database says that somebody else holds the row."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in LOCK_ERRORS or "database is locked" in str(error)


def once_more(service: Callable[P, R]) -> Callable[P, R]:
    """Call the service a second time where a lock was not to be had.

    Inside somebody else's transaction there is no second time: that one is over.
    """

    @wraps(service)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return service(*args, **kwargs)
        except BusyError:
            if connection.in_atomic_block:
                raise
        return service(*args, **kwargs)

    return call
