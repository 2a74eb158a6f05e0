"""Takes the guard of the seats away, so that a race can show that it would be seen.

For tests and drills alone (R-01b): no setting of the site leads here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from courses.models import CourseRun
from learning.exceptions import RunFullError
from learning.models import Enrolment
from learning.services import admission, episodes

PAUSE_S = 0.05


def take_guard_away(replace: Callable[[Any, str, Any], None] = setattr) -> None:
    """Look first, then write, as naive code does, with a pause between the two."""
    replace(admission, "locked_run", _no_lock)
    replace(admission, "lock_people", lambda ids: None)
    replace(episodes, "take_seat", _look_then_take)


@contextmanager
def _no_lock(run_id: int) -> Iterator[CourseRun]:
    yield CourseRun.objects.get(pk=run_id)


def _look_then_take(*, run: CourseRun) -> None:
    taken = Enrolment.objects.filter(run=run).seated().count()
    time.sleep(PAUSE_S)
    if run.capacity is not None and taken >= run.capacity:
        raise RunFullError
