"""What the measures stand on: who is driven, in turn, and what each slice cost.

Every figure of a slice comes from the load (times, bytes, errors) or from the kernel (CPU
of the workers). A slice of the site stands between slices of its yardstick, so that
whatever else the machine does meets both; a ratio is of the medians of one such run.
"""

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.speed import requests
from bench.speed.load import Driver, Request, Sample, Supply
from bench.speed.serving import Server, postgres_cpu_s

Measure = dict[str, Any]


class MeasureError(Exception):
    """The site answered something else than what was to be measured."""


@dataclass
class Pace:
    """How long and how often: `--small` is for a test of the tool itself."""

    seconds: float = 2.0
    rounds: int = 3
    connections: tuple[int, ...] = (1, 16)
    writing_s: float = 60.0
    mixed: int = 20_000
    beats: int = 40_000


SMALL = Pace(
    seconds=0.3, rounds=1, connections=(1, 4), writing_s=1.0, mixed=200, beats=2000
)


@dataclass
class Runner:
    """Somebody who is driven: a name, a server, what is sent."""

    name: str
    server: Server
    driver: Driver
    supply: Supply
    # Of a supply that is used up, no slice takes more than its share.
    most: int = 0


@dataclass
class Taken:
    """The slices of one runner at one number of connections."""

    samples: list[Sample] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    def figures(self) -> Measure:
        """Medians over the slices; errors are summed."""
        each = [one.figures() for one in self.samples]
        found = {
            name: statistics.median(one[name] for one in each)
            for name in ("rps", "p50", "p95", "p99", "bytes")
        }
        found["n"] = sum(one["n"] for one in each)
        found["errors"] = sum(one["errors"] for one in each)
        found["cpu_ms"] = statistics.median(self.cpu)
        found["database_ms"] = statistics.median(self.database)
        return found


@dataclass
class Stand:
    """The site, the same without its cache, and the yardsticks, on one database."""

    database: str
    facts: dict[str, Any]
    site: Server
    cold: Server
    yardstick: Server
    cookies: list[str]
    pace: Pace
    env: dict[str, str]
    wants: Callable[[int], bool]
    static_root: Any
    measures: list[Measure] = field(default_factory=list)
    counted: dict[str, Any] = field(default_factory=dict)

    # --- who runs ---------------------------------------------------------------

    def of_site(
        self, name: str, sent: list[Request], *, is_once: bool = False, most: int = 0
    ) -> Runner:
        server = self.cold if name.endswith("cold") else self.site
        driver = Driver(server.base, host="127.0.0.1")
        return Runner(name, server, driver, Supply(sent, is_once=is_once), most)

    def of_yardstick(self, name: str, path: str, *, method: str = "GET") -> Runner:
        cookies = [] if name in ("bare view", "one-query view") else self.cookies
        sent = requests.yardstick(path, cookies, method)
        return Runner(name, self.yardstick, Driver(self.yardstick.base), Supply(sent))

    # --- slices -----------------------------------------------------------------

    def alternate(self, runners: list[Runner], connections: int) -> dict[str, Taken]:
        """So many rounds, in each of them a slice of every runner."""
        taken: dict[str, Taken] = {one.name: Taken() for one in runners}
        for runner in runners:
            # Connections to the database, templates, caches: of every worker.
            runner.driver.drive(
                runner.supply, connections=16, most=min(48, runner.most or 48)
            )
        for _round in range(self.pace.rounds):
            for runner in runners:
                self._slice(runner, connections, taken[runner.name])
        return taken

    def _slice(self, runner: Runner, connections: int, into: Taken) -> None:
        cpu, database = runner.server.cpu_s(), postgres_cpu_s()
        sample = runner.driver.drive(
            runner.supply,
            connections=connections,
            seconds=self.pace.seconds,
            most=runner.most,
        )
        count = max(1, len(sample.times))
        if not sample.times:
            return
        into.samples.append(sample)
        into.cpu.append((runner.server.cpu_s() - cpu) * 1e3 / count)
        into.database.append((postgres_cpu_s() - database) * 1e3 / count)

    def compare(
        self, number: int, floor: Runner, ours: list[Runner], *, sql: bool = True
    ) -> None:
        """A measure of each of ours, with the ratio to the floor."""
        for connections in self.pace.connections:
            taken = self.alternate([floor, *ours], connections)
            base = taken[floor.name].figures()
            self.keep(0, floor.name, base, connections=connections)
            for runner in ours:
                if not taken[runner.name].samples:
                    continue
                figures = taken[runner.name].figures()
                figures["ratio"] = base["cpu_ms"] / figures["cpu_ms"]
                if sql:
                    figures["sql"] = self.counted.get(runner.name, {}).get("sql")
                self.keep(number, runner.name, figures, connections=connections)

    def keep(self, number: int, name: str, figures: Measure, **more: Any) -> Measure:
        """Note a measure; say it at once, because a run takes minutes."""
        row = {
            "number": number,
            "measure": name,
            "database": self.database,
            **more,
            **figures,
        }
        self.measures.append(row)
        shown = "  ".join(
            f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
            for key, value in {**more, **figures}.items()
        )
        sys.stdout.write(f"  {number or '':>2} {name}: {shown}\n")
        sys.stdout.flush()
        return row
