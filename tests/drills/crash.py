"""R-03: -9 to a worker, the task worker and the database, with people writing.

    make drills ARGS="crash --rounds 100"

Nothing that somebody was told is lost, nothing is half there, and the site comes back by
itself: a worker and nginx at once, the database within five seconds of its start. (The
supervisor, systemd or the container's, is played here: what died is started again.)
"""

import time
from pathlib import Path

from tests.drills.acknowledged import Verdict, Writers, figures, judge
from tests.production.estate import Estate
from tests.production.servers import until

BACK_S = 10.0
AT_WORK_S = 1.0


def crash(street: Estate, folder: Path, *, rounds: int) -> tuple[Verdict, str]:
    """Kill each of the three in turn; the verdict, and how long each was away."""
    away: dict[str, list[float]] = {"worker": [], "tasks": [], "database": []}
    with Writers(street) as writers:
        until(lambda: writers.told_since(0), 20, "the first report")
        for _round in range(rounds):
            for name, kill in (
                ("worker", _kill_worker),
                ("tasks", _kill_tasks),
                ("database", _kill_database),
            ):
                time.sleep(AT_WORK_S)
                kill(street)
                before = len(writers.history) + writers.phones
                away[name].append(
                    until(lambda at=before: writers.told_since(at), BACK_S, name)
                )
    verdict = judge(street, writers, folder)
    said = "; ".join(f"{name} back in {figures(s)}" for name, s in away.items())
    return verdict, said


def _kill_worker(street: Estate) -> None:
    import os
    import signal

    os.kill(street.web.workers()[0], signal.SIGKILL)


def _kill_tasks(street: Estate) -> None:
    street.tasks.kill()
    street.tasks.start()


def _kill_database(street: Estate) -> None:
    street.database.kill()
    street.database.start()
