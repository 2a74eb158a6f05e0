"""Progress as a join: merging two states takes the maximum and the union.

Pure functions. Because joining is commutative, associative and idempotent, retries,
double tabs, replays and any order of three devices end in the same row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Interval = tuple[float, float]
Position = tuple[int, float]


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The intervals (seconds) as few, sorted, disjoint ones that cover the same."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def covered_s(intervals: Iterable[Interval]) -> float:
    """How many seconds the disjoint intervals cover."""
    return sum(end - start for start, end in intervals)


@dataclass(frozen=True)
class ProgressState:
    """All that is known of a lesson in an enrolment. Instants are UTC."""

    opened_at: datetime
    seen_until: datetime
    done_at: datetime | None = None
    watched: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict)
    transcripts: frozenset[str] = frozenset()


def join(one: ProgressState, other: ProgressState) -> ProgressState:
    """The least state that holds all of both."""
    return ProgressState(
        opened_at=min(one.opened_at, other.opened_at),
        seen_until=max(one.seen_until, other.seen_until),
        done_at=_earlier(one.done_at, other.done_at),
        watched={
            block: union([*one.watched.get(block, ()), *other.watched.get(block, ())])
            for block in one.watched.keys() | other.watched.keys()
        },
        positions={
            block: max(
                state.positions[block]
                for state in (one, other)
                if block in state.positions
            )
            for block in one.positions.keys() | other.positions.keys()
        },
        transcripts=one.transcripts | other.transcripts,
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [moment for moment in (one, other) if moment is not None]
    return min(known) if known else None
