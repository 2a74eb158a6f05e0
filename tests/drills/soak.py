"""R-13: hours of steady use. Memory, connections and times stay what they were.

Phones report and people open pages at a steady rate, as on a good evening. At even
moments it is noted what the site takes of memory and how many connections its database
has. Compared are the first and the last third of what is left without the beginning,
in which a site fills its caches.
"""

import math
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

from bench.speed.requests import SEARCHES
from bench.speed.serving import pss_of
from tests.drills.acknowledged import TOLD, Crowd, Verdict, Writers, judge
from tests.production.estate import Estate
from tests.production.servers import until

# A second: reports of phones, and pages that people open.
REPORTS, PAGES = 10.0, 10.0
LOOKS = 60
BEGINNING = 0.1
MOST_MEMORY, MOST_TIME = 1.05, 1.10
# A thread that had nothing to do until now opens a connection of its own.
MORE_CONNECTIONS = 2
# Of what people wanted, so much is answered in each third; of reports so few come to none.
LEAST_ANSWERED, MOST_UNKNOWN = 0.9, 0.001
# The connections of the site itself, without that of who looks.
COUNT = "select count(*) from pg_stat_activity where backend_type = 'client backend'"


class Visitors(Crowd):
    """People who open one page after the other; when, how long it took, what was wrong."""

    def __init__(self, street: Estate, *, rate: float, count: int = 6) -> None:
        super().__init__(count)
        self.street, self.pause = street, count / rate
        self.opened: list[tuple[float, float]] = []
        self.failed: list[str] = []
        self._guard = threading.Lock()

    def act(self, number: int) -> None:
        facts = self.street.facts
        session = f"__Host-session={facts['cookies']['learner'][number]}"
        own = [facts["paths"][f"own_{kind}"][number] for kind in ("lesson", "course")]
        search = f"/search/?q={quote(SEARCHES[number % len(SEARCHES)])}"
        signed_in = [(path, session) for path in (*own, "/learn/", "/courses/")]
        pages = [*signed_in, ("/", ""), ("/courses/?when=evening", ""), (search, "")]
        due, turn = time.monotonic() + number * self.pause / 6, number
        while not self.stopped.wait(max(0.0, due - time.monotonic())):
            due = max(due + self.pause, time.monotonic())
            self._open(*pages[turn % len(pages)])
            turn += 1

    def _open(self, path: str, cookie: str) -> None:
        at, began = time.time(), time.monotonic()
        named = {"Cookie": cookie} if cookie else {}
        try:
            status = self.street.ask(path, **named).status
        except (OSError, HTTPException) as error:
            self.failed.append(repr(error))
            return
        with self._guard:
            self.opened.append((at, time.monotonic() - began))
        if status != 200:
            self.failed.append(f"{path}: {status}")


@dataclass
class Look:
    """What was found at one moment."""

    at: float
    memory: float
    connections: int


@dataclass
class Soaked:
    """What the hours came to."""

    verdict: Verdict
    minutes: float
    looks: list[Look]
    times: list[tuple[float, float]]
    failed: list[str] = field(default_factory=list)

    @property
    def memory(self) -> float:
        """How many times what the site took in the first third it took in the last."""
        first, last = _thirds([(one.at, one.memory) for one in self.looks])
        return statistics.median(last) / statistics.median(first)

    @property
    def slower(self) -> float:
        """The same of the time within which 95 of 100 answers came."""
        first, last = (_p95(part) for part in _thirds(self.times))
        return last / first

    @property
    def connections(self) -> tuple[int, int]:
        """The most of the first third, and of the last."""
        first, last = _thirds([(one.at, one.connections) for one in self.looks])
        return int(max(first)), int(max(last))

    @property
    def answered(self) -> float:
        """The share of what people wanted that was answered, in the worse third.

        Nobody asks again before they are answered: a slow site is only asked less.
        """
        wanted = (REPORTS + PAGES) * self.minutes * 60 * (1 - BEGINNING) / 3
        return min(len(part) for part in _thirds(self.times)) / wanted

    @property
    def is_flat(self) -> bool:
        before, after = self.connections
        return (
            self.verdict.refused == 0
            and self.verdict.unknown <= len(self.times) * MOST_UNKNOWN
            and self.answered >= LEAST_ANSWERED
            and self.memory <= MOST_MEMORY
            and self.slower <= MOST_TIME
            and after <= before + MORE_CONNECTIONS
            and not self.failed
        )

    def __str__(self) -> str:
        before, after = self.connections
        first, _last = (_p95(part) for part in _thirds(self.times))
        return (
            f"{self.minutes:.0f} minutes, {len(self.times)} answers, "
            f"{self.answered:.0%} of what was wanted; memory "
            f"×{self.memory:.2f} of {self.looks[0].memory:.0f} MiB, connections {before} "
            f"and {after}, p95 ×{self.slower:.2f} of {first * 1e3:.0f} ms, "
            f"failed {self.failed[:3]}"
        )


def soak(street: Estate, folder: Path, *, minutes: float) -> Soaked:
    """Use the site for so long; what became of it."""
    looks: list[Look] = []
    with (
        Writers(street, rate=REPORTS) as writers,
        Visitors(street, rate=PAGES) as visitors,
    ):
        until(lambda: writers.told_since(0), 20, "the first report")
        ends = time.monotonic() + minutes * 60
        while time.monotonic() < ends:
            street.supervise()
            time.sleep(min(minutes * 60 / LOOKS, max(0.0, ends - time.monotonic())))
            looks.append(_look(street))
    told = [one for one in writers.history if one.outcome == TOLD]
    times = visitors.opened + [(one.asked_at, one.seconds) for one in told]
    return Soaked(
        judge(street, writers, folder), minutes, looks, times, visitors.failed
    )


def _look(street: Estate) -> Look:
    pids = [*street.web.family(), *street.tasks.family()]
    address = street.env["DATABASE_URL"]
    psql = Path(street.database.command[0]).with_name("psql")
    asked = [str(psql), address, "-Atc", COUNT]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return Look(time.time(), sum(map(pss_of, pids)), int(said) - 1)


def _thirds(values: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """The first and the last third of what came after the beginning."""
    values = sorted(values)
    begins, ends = values[0][0], values[-1][0]
    begins += (ends - begins) * BEGINNING
    third = (ends - begins) / 3
    first = [one for at, one in values if begins <= at <= begins + third]
    last = [one for at, one in values if at >= ends - third]
    return first, last


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * 0.95) - 1)]
