"""What a phone reports of a roll that was tapped on it, perhaps without the net.

The page counts as `static/js/lesson/queue.js` does: events of one report, sealed with a
key. An event says one thing, the newest of the same thing alone is sent:

    {"type": "mark", "block": "<person>", "state": "present", "at": <ms>}
    {"type": "count", "block": "headcount" | "walk_ins", "value": "20"}
    {"type": "source", "block": "", "value": "paper"}

`at` is by the phone's clock, which may be wrong by years. The report says with `sent`
what the same clock showed when it was sent; only the time between the two is believed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from attendance.exceptions import RollUnreadableError
from attendance.models import Session

MOST_EVENTS = 300
MOST_MS = 10**15
COUNTS = ("headcount", "walk_ins")


@dataclass(frozen=True)
class RollReport:
    """A report that was read; values are judged by the form of the roll."""

    states: Mapping[int, str] = field(default_factory=dict)
    tapped: Mapping[int, datetime] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def as_form(self, key: str, session: Session) -> dict[str, Any]:
        """The report as the form of the roll would send it."""
        known = {name: getattr(session, name) for name in COUNTS}
        data = {"key": key, "source": self.source or "teacher", **known, **self.counts}
        data |= {f"state_{one}": state for one, state in self.states.items()}
        return {name: "" if one is None else one for name, one in data.items()}


def read_roll_report(events: Any, *, sent: Any, at: datetime) -> RollReport:
    """Read the events of a report that arrived at that instant.

    Raises:
        RollUnreadableError: something in it that no page of ours sends.
    """
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise RollUnreadableError
    now_there = _milliseconds(sent)
    states: dict[int, str] = {}
    tapped: dict[int, datetime] = {}
    counts: dict[str, str] = {}
    source = ""
    for event in events:
        kind, block = _kind(event)
        if kind == "mark" and block.isascii() and block.isdecimal():
            ago = timedelta(milliseconds=now_there - _milliseconds(event.get("at")))
            when = _earlier(at, ago)
            if int(block) not in tapped or tapped[int(block)] <= when:
                states[int(block)] = str(event.get("state", ""))[:10]
                tapped[int(block)] = when
        elif kind == "count" and block in COUNTS:
            counts[block] = str(event.get("value", ""))[:10]
        elif kind == "source":
            source = str(event.get("value", ""))[:10]
        else:
            raise RollUnreadableError
    return RollReport(states=states, tapped=tapped, counts=counts, source=source)


def _kind(event: Any) -> tuple[str, str]:
    if not isinstance(event, dict):
        raise RollUnreadableError
    return str(event.get("type", "")), str(event.get("block", ""))[:18]


def _milliseconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_MS:
        raise RollUnreadableError
    return value


def _earlier(at: datetime, ago: timedelta) -> datetime:
    """So long before; of a clock that is out of its mind, now."""
    try:
        return at - ago
    except OverflowError:
        return at
