"""The targets in words and numbers, and whether a run has met them. Knows no server.

A run is a list of measures, each a dictionary: `measure` and `database`, with the figures
that `measuring.py` took. A verdict says of one limit: aim, must, or missed.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

AIM, MUST, MISSED = "aim", "must", "missed"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Limit:
    """One number that is held to: at least, or at most."""

    figure: str
    words: str
    must: float
    aim: float
    is_least: bool = False
    unit: str = ""

    def judge(self, value: float) -> str:
        """The best word that this value earns; what is not a number earns none."""
        for word, limit in ((AIM, self.aim), (MUST, self.must)):
            if (value >= limit) if self.is_least else (value <= limit):
                return word
        return MISSED


@dataclass(frozen=True)
class Target:
    """A row of the table: its measures, what they are held to."""

    number: int
    title: str
    floor: str
    measures: tuple[str, ...]
    limits: tuple[Limit, ...]


def ratio(must: float, aim: float) -> Limit:
    return Limit("ratio", "CPU of the floor ÷ ours", must, aim, is_least=True, unit="×")


def sql(must: int, aim: int = 0) -> Limit:
    return Limit("sql", "queries", must, aim or must)


def at_most(figure: str, words: str, must: float, aim: float, unit: str = "") -> Limit:
    return Limit(figure, words, must, aim, unit=unit)


PAGE = "hand-written page"
TARGETS = (
    Target(
        1,
        "anonymous home, catalogue, course, cached",
        "bare view",
        ("home, cached", "catalogue, cached", "course, cached"),
        (ratio(0.4, 0.6),),
    ),
    Target(
        2,
        "the same, cache cold",
        "one-query view",
        ("home, cold", "catalogue, cold", "course, cold"),
        (ratio(0.2, 0.3), sql(8, 6)),
    ),
    Target(
        3,
        "signed-in course page, 8 lessons with progress",
        PAGE,
        ("course, signed in",),
        (ratio(0.4, 0.5), sql(10)),
    ),
    Target(4, "lesson page", PAGE, ("lesson",), (ratio(0.4, 0.5), sql(10, 7))),
    Target(5, "/learn/, 8 enrolments", PAGE, ("learn, 8",), (ratio(0.4, 0.5), sql(10))),
    Target(
        6,
        "/learn/ at 200 enrolments",
        "at 10",
        ("learn, 200",),
        (
            at_most("growth", "CPU at 200 ÷ at 10", 2.0, 1.3, "×"),
            at_most("kib", "size", 60, 60, "KiB"),
        ),
    ),
    Target(
        7,
        "mark a lesson complete",
        "upsert view",
        ("mark complete",),
        (ratio(0.4, 0.6), sql(8)),
    ),
    Target(
        8,
        "progress heartbeat",
        "upsert by signed cookie",
        ("heartbeat",),
        (
            ratio(0.4, 0.6),
            sql(2),
            at_most("ten_events", "ten events ÷ one", float("inf"), 2.0, "×"),
        ),
    ),
    Target(
        9,
        "16 connections writing, SQLite",
        "p99 of the upsert view",
        ("writing, 16 connections",),
        (
            at_most("p99_growth", "p99 ÷ the upsert view's", 3.0, 1.5, "×"),
            at_most("errors", "errors", 0, 0),
        ),
    ),
    Target(
        10,
        "class page of 30,000",
        "class of 30",
        ("class page",),
        (
            at_most("ms", "time", 200, 60, "ms"),
            at_most("growth", "÷ the class of 30", 3.0, 1.5, "×"),
        ),
    ),
    Target(
        11,
        "class CSV, 30,000 × 8",
        "–",
        ("class CSV",),
        (
            at_most("seconds", "whole", 2.0, 1.0, "s"),
            at_most("first_ms", "first byte", 300, 300, "ms"),
            at_most("grown_mib", "memory", 20, 5, "MiB"),
        ),
    ),
    Target(
        12, "Chinese search", "one-query view", ("search",), (ratio(0.12, 0.2), sql(6))
    ),
    Target(
        13,
        "password sign-in",
        "–",
        ("sign-in",),
        (
            at_most("cpu_ms", "CPU", 60, 35, "ms"),
            at_most("thirty_s", "30 sign-ins", 2.0, 1.0, "s"),
            at_most("page_growth", "page p95 ÷ idle", 5.0, 5.0, "×"),
        ),
    ),
    Target(
        14,
        "memory of the workers after mixed requests",
        "–",
        ("memory",),
        (
            at_most("workers_mib", "PSS of the workers", 220, 180, "MiB"),
            at_most("pss_mib", "PSS with who begins them", 220, 180, "MiB"),
            at_most("grown_percent", "growth of the second half", 2, 2, "%"),
        ),
    ),
    Target(
        15,
        "cold lesson page on the wire, without media",
        "–",
        ("wire",),
        (
            at_most("kib", "all", 120, 70, "KiB"),
            at_most("script_kib", "scripts", 40, 15, "KiB"),
        ),
    ),
    Target(
        17,
        "lists: 30,000 rows beside 30, 200 courses beside one page",
        "–",
        ("list",),
        (
            at_most("sql_growth", "more queries", 0, 0),
            at_most("bytes_growth", "bytes ÷", 1.15, 1.15, "×"),
        ),
    ),
)


@dataclass(frozen=True)
class Verdict:
    """What one limit says of one measure."""

    number: int
    measure: str
    database: str
    connections: int
    words: str
    value: float
    must: float
    aim: float
    unit: str
    is_least: bool
    verdict: str


def judge(measures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A verdict for each limit of each measure that was taken, in the order of targets."""
    found = []
    for target in TARGETS:
        for measure in measures:
            if not any(measure["measure"].startswith(one) for one in target.measures):
                continue
            if measure["number"] != target.number:
                continue
            found += [
                asdict(_verdict(target, limit, measure))
                for limit in target.limits
                if measure.get(limit.figure) is not None
            ]
    return found


def _verdict(target: Target, limit: Limit, measure: dict[str, Any]) -> Verdict:
    value = float(measure[limit.figure])
    return Verdict(
        number=target.number,
        measure=measure["measure"],
        database=measure["database"],
        connections=int(measure.get("connections", 0)),
        words=limit.words,
        value=value,
        must=limit.must,
        aim=limit.aim,
        unit=limit.unit,
        is_least=limit.is_least,
        verdict=limit.judge(value),
    )


def is_wanted(only: set[int]) -> Callable[[int], bool]:
    """Whether a target is to be measured: all, unless some are named."""
    return lambda number: not only or number in only
