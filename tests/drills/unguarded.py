"""Takes the guard of the seats away, so that a race can show that it would be seen.

For tests and drills alone (R-01b): no setting of the site leads here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.utils import timezone

from courses.models import CourseRun
from learning import run_views
from learning.exceptions import RunFullError
from learning.models import Enrolment
from learning.services import admission, episodes

PAUSE_S = 0.05
# Behind a server requests arrive one by one, each after some 40 ms of work: with a pause
# as short as that a look and a write would seldom overlap.
PAUSE_BEHIND_SERVER_S = 0.3


def take_guard_away(replace: Callable[[Any, str, Any], None] = setattr) -> None:
    """Look first, then write, as naive code does, with a pause between the two."""
    replace(admission, "locked_run", _no_lock)
    replace(admission, "lock_people", lambda ids: None)
    replace(episodes, "take_seat", partial(_look_then_take, pause=PAUSE_S))


def take_guard_away_behind_server() -> None:
    """The same in a server of its own, and no transaction around the request.

    On SQLite that transaction (IMMEDIATE) is itself the lock: with it nothing is sold
    twice whatever the code does.
    """
    take_guard_away()
    pause = PAUSE_BEHIND_SERVER_S
    episodes.take_seat = partial(_look_then_take, pause=pause)
    run_views.run_once = lambda *, effect, **_key: effect()


@contextmanager
def _no_lock(run_id: int) -> Iterator[CourseRun]:
    run = CourseRun.objects.get(pk=run_id)
    run.asked_at = timezone.now()
    yield run


def _look_then_take(*, run: CourseRun, pause: float) -> None:
    taken = Enrolment.objects.filter(run=run).seated().count()
    time.sleep(pause)
    if run.capacity is not None and taken >= run.capacity:
        raise RunFullError
