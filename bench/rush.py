"""Two thousand residents for ten classes in one minute, through the real server.

    make rush

A PostgreSQL of its own and gunicorn as `docs/operations.md` has it. Readers open pages
at a steady rate, first alone, then while everybody signs up. Prints what was measured
and ends with 1 where a limit is missed: nothing oversold, an answer for everybody, no
5xx, sign-up p95 at most 2 s, reading p95 at most 1.5 times that of the quiet minute.

Sessions exist beforehand, as on the day («先登录好»). The clients are threads of one
process of the same machine, so the figures hold their cost too. Arrivals are spread at
random over the minute and do not wait for each other: a slow server gets a queue, and
the time in it counts.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SIGN_UP_P95_S, READING_RATIO = 2.0, 1.5
PORT = 8766
# Threads that wait for answers; more than could ever be open at once by the limits.
CLIENTS = 400


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--seats", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--readers", type=float, default=2.0, help="pages a second")
    parser.add_argument("--quiet", type=float, default=20.0, help="seconds before")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    return parser.parse_args()


def main() -> int:
    """Make the database, run the minute, print the verdict."""
    import dev

    options = read_arguments()
    programs = dev.find_postgres()
    if programs is None:
        sys.stdout.write("No PostgreSQL on this machine: install postgresql.\n")
        return 1
    with (
        dev.throw_away_postgres(programs) as address,
        tempfile.TemporaryDirectory(prefix="rush-") as folder,
    ):
        os.environ["DATABASE_URL"] = address
        os.environ["VAR_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.test"
        return rush(options)


def p95(seconds: list[float]) -> float:
    """The time that nineteen of twenty stay below."""
    return statistics.quantiles(seconds, n=20)[-1]


class Reading:
    """Pages that are opened at a steady rate by people who do not sign up."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()

    def open(self, number: int) -> None:
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", PORT, timeout=60)
        try:
            connection.request("GET", self.paths[number % len(self.paths)])
            answer = connection.getresponse()
            answer.read()
            self.statuses[answer.status] += 1
        except OSError:
            self.statuses[0] += 1
        finally:
            connection.close()
        self.seconds.append(time.monotonic() - began)


def at_times(
    pool: ThreadPoolExecutor, moments: list[float], act: Callable[[int], Any]
) -> None:
    """Call `act(number)` at each moment, in seconds from now, whatever the others do."""
    began = time.monotonic()
    for number, moment in enumerate(moments):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        pool.submit(act, number)


def rush(options: argparse.Namespace) -> int:
    """The quiet time, the minute, and what came of it."""
    from tests.drills import seat_rush

    seat_rush.prepare_django()
    from django.db import connection

    from learning.exceptions import BusyError

    course, cookies = seat_rush.make_street(options.people)
    runs = [
        seat_rush.make_class(course, options.seats, number)
        for number in range(options.classes)
    ]
    words = str(BusyError())
    persons = [
        seat_rush.Person(number, cookie, PORT, words)
        for number, cookie in enumerate(cookies)
    ]
    chance = random.Random(7)  # noqa: S311 - a measurement, not a secret
    arrivals = sorted(chance.uniform(0, options.seconds) for _one in persons)
    wanted = [chance.choice(runs) for _one in persons]
    answers: list[seat_rush.Answer] = []
    lock = threading.Lock()

    def tap(number: int) -> None:
        answer, _place = persons[number].enrol(wanted[number])
        with lock:
            answers.append(answer)

    def readings(seconds: float) -> list[float]:
        count = round(seconds * options.readers)
        return [number / options.readers for number in range(count)]

    # What a visitor opens; a learner's own pages cost more and are not cached.
    paths = ["/", "/courses/", course.url]
    idle, meanwhile, warm_up = Reading(paths), Reading(paths), Reading(paths)
    connection.close()
    with seat_rush.server(
        PORT, workers=options.workers, threads=options.threads, is_guarded=True
    ):
        with ThreadPoolExecutor(8) as pool:
            at_times(pool, [n / 10 for n in range(40)], warm_up.open)
        with ThreadPoolExecutor(32) as pool:
            at_times(pool, readings(options.quiet), idle.open)
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool, ThreadPoolExecutor(32) as readers:
            beside = threading.Thread(
                target=at_times,
                args=(readers, readings(options.seconds), meanwhile.open),
            )
            beside.start()
            at_times(pool, arrivals, tap)
            beside.join()
        took = max(answer.ended for answer in answers) - began
    return judge(options, runs, answers, idle, meanwhile, took)


def judge(
    options: argparse.Namespace,
    runs: list[int],
    answers: list[Any],
    idle: Reading,
    meanwhile: Reading,
    took: float,
) -> int:
    """Print the figures; 1 where one of them is beyond its limit."""
    from learning.models import Enrolment

    held = [Enrolment.objects.filter(run_id=run).seated().count() for run in runs]
    oversold = sum(max(0, count - options.seats) for count in held)
    outcomes = Counter(answer.outcome for answer in answers)
    definite = outcomes["seated"] + outcomes["full"]
    statuses = Counter(a.status for a in answers) + meanwhile.statuses + idle.statuses
    broken = sum(n for status, n in statuses.items() if status >= 500 or not status)
    seconds = [answer.ended - answer.began for answer in answers]
    quiet, busy = p95(idle.seconds), p95(meanwhile.seconds)
    lines = [
        ("oversold", f"{oversold}", oversold == 0),
        ("seated", f"{outcomes['seated']}", outcomes["seated"] == sum(held)),
        ("definite answers", f"{definite}", definite == options.people),
        ("5xx or no answer", f"{broken}", broken == 0),
        ("sign-up p50", f"{statistics.median(seconds):.2f} s", True),
        ("sign-up p95", f"{p95(seconds):.2f} s", p95(seconds) <= SIGN_UP_P95_S),
        ("reading p95, idle", f"{quiet * 1000:.0f} ms", True),
        ("reading p95, rush", f"{busy * 1000:.0f} ms", True),
        ("ratio", f"{busy / quiet:.2f}", busy <= quiet * READING_RATIO),
        ("decisions a second", f"{definite / took:.1f}", True),
    ]
    for name, value, is_good in lines:
        sys.stdout.write(
            f"{name:20} {value}{'' if is_good else '   <- limit missed'}\n"
        )
    return 0 if all(is_good for _name, _value, is_good in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
