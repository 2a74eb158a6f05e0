"""R-01a: many people want few seats at once, through the real server.

    DATABASE_URL=postgres://… python -m tests.drills.seat_rush --runs 10
    DATABASE_URL=postgres://… python -m tests.drills.seat_rush --runs 20 --unguarded

The database must be an empty one of its own; everything in it is the drill's. Each run:
a new class, so many people who tap within a moment, some of them twice, some of whom
take it back; then who was told «full» tries again. The verdict is read from what each
person was answered and from the events in the database, not from the server's word.
With --unguarded the guard is off, and the drill fails where nothing is oversold; with
--teeth it is off in so many more runs after the others. `make drills` has the long form.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
CSRF = "c" * 32
DOUBLED, TAKEN_BACK = 0.10, 0.10
TRIES = 5
SEATS = (1, 2, 20)


@dataclass
class Answer:
    """What one tap came to, and when by the clock of this machine."""

    who: int
    action: str
    outcome: str
    began: float
    ended: float
    status: int


@dataclass
class Round:
    """One class and everything that was answered about it."""

    number: int
    seats: int
    answers: list[Answer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    held_at_end: int = 0
    most_held: int = 0
    seconds: float = 0.0


def say(line: str) -> None:
    """Tell whoever runs the drill."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Person:
    """Somebody with a signed-in browser; knows HTTP and nothing else of the site."""

    def __init__(self, number: int, cookie: str, port: int, busy_words: str) -> None:
        self.number = number
        self.port = port
        self.busy_words = busy_words
        self.cookie = f"{cookie}; csrftoken={CSRF}"

    def post(self, path: str, **fields: str) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = urlencode({"csrfmiddlewaretoken": CSRF, **fields})
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.port}",
        }
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return (
                answer.status,
                answer.getheader("Location") or "",
                answer.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def enrol(self, run_id: int) -> tuple[Answer, str]:
        """Tap «报名» until there is a definite answer; the same key each time."""
        key = str(uuid4())
        began = time.monotonic()
        outcome, status, place = "unsure", 0, ""
        for _one in range(TRIES):
            try:
                status, location, text = self.post(f"/learn/runs/{run_id}/", key=key)
            except OSError:
                # No answer is no «no»: the same key asks what became of it.
                continue
            if status == 409 and self.busy_words in text:
                continue
            found = re.search(r"/places/(\d+)/", location)
            if status == 302 and found:
                outcome, place = "seated", found[1]
            elif status == 409:
                outcome = "full"
            break
        ended = time.monotonic()
        return Answer(self.number, "enrol", outcome, began, ended, status), place

    def take_back(self, place: str) -> Answer:
        began = time.monotonic()
        outcome, status = "unsure", 0
        for _one in range(TRIES):
            try:
                status, _location, _text = self.post(f"/learn/places/{place}/leave/")
            except OSError:
                continue
            outcome = "left" if status == 302 else "unsure"
            break
        ended = time.monotonic()
        return Answer(self.number, "leave", outcome, began, ended, status)


def rush(
    round_: Round, run_id: int, persons: list[Person], chance: random.Random
) -> None:
    """Everybody taps; then who was told «full» taps again, one after the other."""
    taps = list(persons)
    taps += chance.sample(persons, round(len(persons) * DOUBLED))
    chance.shuffle(taps)
    leavers = set(
        chance.sample([p.number for p in persons], round(len(persons) * TAKEN_BACK))
    )
    barrier, lock = threading.Barrier(len(taps)), threading.Lock()

    def tap(person: Person) -> None:
        barrier.wait(120)
        answer, place = person.enrol(run_id)
        given = [answer]
        if place and person.number in leavers:
            given.append(person.take_back(place))
        with lock:
            round_.answers += given

    threads = [threading.Thread(target=tap, args=(person,)) for person in taps]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    round_.seconds = time.monotonic() - began
    told_full = {a.who for a in round_.answers if a.outcome == "full"}
    for person in persons:
        if person.number in told_full - leavers:
            answer, _place = person.enrol(run_id)
            round_.answers.append(answer)
            if answer.outcome == "full":
                break


def judge(round_: Round, run_id: int) -> None:
    """What must be true of the answers, of the rows, and of the history of events."""
    from courses.models import CourseRun
    from learning.models import Enrolment

    rows = Enrolment.objects.filter(run_id=run_id)
    live = list(rows.live().values_list("learner_id", flat=True))
    round_.held_at_end = rows.seated().count()
    round_.most_held = max(most_by_events(run_id), certainly_held(round_.answers))
    statuses = Counter(answer.status for answer in round_.answers)
    broken = sum(n for status, n in statuses.items() if status >= 500 or not status)
    unsure = sum(answer.outcome == "unsure" for answer in round_.answers)
    counted = CourseRun.objects.get(pk=run_id).seats_taken
    for is_wrong, words in (
        (broken, f"{broken} answers with a status of 500 or more"),
        (unsure, f"{unsure} without a definite answer, {dict(statuses)}"),
        (round_.most_held > round_.seats, f"{round_.most_held} held at once"),
        (round_.held_at_end != round_.seats, f"{round_.held_at_end} at the end"),
        (len(set(live)) != len(live), "somebody has two live enrolments"),
        (counted != round_.held_at_end, "seats_taken is not what the rows say"),
    ):
        if is_wrong:
            round_.faults.append(words)


def most_by_events(run_id: int) -> int:
    """The most seats held at the same time, by the events as they were written."""
    from learning.choices import SEATED_STATES
    from learning.models import EnrolmentEvent

    held = most = 0
    moves = EnrolmentEvent.objects.filter(enrolment__run_id=run_id).order_by("pk")
    for before, after in moves.values_list("from_state", "to_state"):
        held += (after in SEATED_STATES) - (before in SEATED_STATES)
        most = max(most, held)
    return most


def certainly_held(answers: list[Answer]) -> int:
    """The most people who, by what they were told, had a seat at the same instant.

    From the end of the answer «seated» to the beginning of the request that gave it
    back: whatever the server did, in that time the seat was theirs.
    """
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    for answer in answers:
        if answer.outcome == "seated":
            first[answer.who] = min(answer.ended, first.get(answer.who, answer.ended))
        if answer.action == "leave":
            last[answer.who] = answer.began
    moments = [(at, 1) for at in first.values()]
    moments += [(last[who], -1) for who in first if who in last]
    held = most = 0
    for _at, change in sorted(moments, key=lambda one: (one[0], one[1])):
        held += change
        most = max(most, held)
    return most


# --- The server and its street ---------------------------------------------------------


def make_street(count: int) -> tuple[Any, list[str]]:
    """A course of a school, and so many people with a session cookie each."""
    from django.conf import settings
    from django.test import Client

    from tests import factories

    school = factories.make_school(f"drill-{uuid4().hex[:6]}")
    course = factories.make_course(school, f"drill-{uuid4().hex[:6]}")
    cookies = []
    for _one in range(count):
        person = factories.make_learner(f"drill-{uuid4().hex[:12]}")
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        cookies.append(f"{name}={client.cookies[name].value}")
    return course, cookies


def make_class(course: Any, seats: int, number: int) -> int:
    from datetime import timedelta

    from core.civil_time import civil_date
    from courses.models import CourseRun

    run = CourseRun.objects.create(
        course=course,
        school=course.school,
        capacity=seats,
        term=f"drill {number}",
        starts_on=civil_date() + timedelta(days=30),
    )
    return int(run.pk)


@contextmanager
def server(port: int, *, workers: int, threads: int, is_guarded: bool) -> Any:
    """gunicorn on that port, stopped at the end."""
    module = "learning_site.wsgi" if is_guarded else "tests.drills.unguarded_wsgi"
    command = [sys.executable, "-m", "gunicorn", f"{module}:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    command += ["--threads", str(threads), "--timeout", "120", "--backlog", "2048"]
    command += ["--no-control-socket", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        for _try in range(300):
            time.sleep(0.2)
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/livez")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("the server did not start") from None
        yield
    finally:
        process.terminate()
        process.wait(30)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unguarded", action="store_true")
    parser.add_argument(
        "--teeth", type=int, default=0, help="runs without guard, after"
    )
    parser.add_argument("--history", help="file for the answers, one JSON line each")
    return parser.parse_args()


def prepare_django() -> None:
    """Settings of the tests, tables in the database that DATABASE_URL names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning_site.settings.test")
    os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="seat-rush-"))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def make_persons(options: argparse.Namespace) -> tuple[Any, list[Person]]:
    """The course, and the people who want to go to its classes."""
    from learning.exceptions import BusyError

    course, cookies = make_street(options.people)
    words = str(BusyError())
    return course, [
        Person(number, cookie, options.port, words)
        for number, cookie in enumerate(cookies)
    ]


def run_rounds(
    options: argparse.Namespace,
    street: tuple[Any, list[Person]],
    *,
    runs: int,
    is_guarded: bool,
) -> list[Round]:
    """So many classes, one after the other, against a server of their own."""
    course, persons = street
    chance = random.Random(options.seed)  # noqa: S311 - a drill, not a secret
    rounds = []
    with server(
        options.port,
        workers=options.workers,
        threads=options.threads,
        is_guarded=is_guarded,
    ):
        for number in range(runs):
            seats = SEATS[number % len(SEATS)]
            round_ = Round(number, seats)
            run_id = make_class(course, seats, number)
            rush(round_, run_id, persons, chance)
            judge(round_, run_id)
            rounds.append(round_)
            say(
                f"run {number}: {seats} seats, most held {round_.most_held}, "
                f"at the end {round_.held_at_end}, {len(round_.answers)} answers in "
                f"{round_.seconds:.1f} s {'; '.join(round_.faults) or 'ok'}"
            )
    return rounds


def are_sold_twice(rounds: list[Round]) -> bool:
    """Whether, without the guard, at least nineteen of twenty runs were oversold."""
    oversold = sum(round_.most_held > round_.seats for round_ in rounds)
    wanted = -(-len(rounds) * 95 // 100)
    say(f"guard off: {oversold} of {len(rounds)} oversold, {wanted} wanted")
    return oversold >= wanted


def are_right(rounds: list[Round], history: str | None) -> bool:
    """Whether nothing was wrong in any of the runs; prints what they were like."""
    answers = [answer for round_ in rounds for answer in round_.answers]
    if history:
        lines = [json.dumps(vars(answer)) for answer in answers]
        Path(history).write_text("\n".join(lines) + "\n")
    took = sorted(answer.ended - answer.began for answer in answers)
    seconds = sum(round_.seconds for round_ in rounds)
    say(
        f"{len(answers)} answers, {len(answers) / seconds:.0f} a second, "
        f"p50 {statistics.median(took):.2f} s, p95 {took[int(len(took) * 0.95)]:.2f} s"
    )
    oversold = sum(round_.most_held > round_.seats for round_ in rounds)
    bad = [round_ for round_ in rounds if round_.faults]
    say(f"{oversold} oversold, {len(bad)} of {len(rounds)} runs with a fault")
    return not bad


def main() -> int:
    options = read_arguments()
    prepare_django()
    street = make_persons(options)
    good = True
    guarded = 0 if options.unguarded else options.runs
    unguarded = options.runs if options.unguarded else options.teeth
    if guarded:
        rounds = run_rounds(options, street, runs=guarded, is_guarded=True)
        good = are_right(rounds, options.history)
    if unguarded:
        rounds = run_rounds(options, street, runs=unguarded, is_guarded=False)
        good = are_sold_twice(rounds) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
