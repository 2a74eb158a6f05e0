"""What residents were told is kept: writers, their history, and who checks it.

Each writer is a phone: it reports heartbeats and completed lessons, every report with a
key of its own, and notes what it was answered. 200 is an acknowledgement, anything that
came to no answer is unknown, and a refusal is neither. Afterwards each unknown report is
sent again with the same key, as a phone does; then the database must hold every
acknowledged report, each once, and of no report a half. Of a completed lesson the key is
there and the lesson complete; of a heartbeat, which leaves no key behind, the lesson's row
has been seen until at least the moment that the phone was told.
"""

import json
import random
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from tests.production.estate import Estate

TOLD, UNKNOWN, REFUSED = "told", "unknown", "refused"
# 502 and 503 say that nobody took it, but a phone cannot be sure: it sends it again.
NOT_TAKEN = {429, 500, 502, 503, 504}
CHECK = """
import json, sys
from collections import Counter
from django.core import signing
from core.models import IdempotencyKey
from learning.models import LessonProgress
from datetime import datetime
told = [one for one in json.load(open({path!r})) if one["outcome"] == "told"]
marks = [one for one in told if one["is_mark"]]
beats = [one for one in told if not one["is_mark"]]
found = dict(IdempotencyKey.objects.values_list("key", "response"))
seen = {{(who, lesson): until for who, lesson, until in LessonProgress.objects.values_list(
    "enrolment__learner_id", "lesson_id", "seen_until")}}
lost = [one["key"] for one in marks if one["key"] not in found]
for one in beats:
    who = signing.loads(one["token"], salt="learning.opened")[1]
    until = seen.get((who, one["lesson"]))
    if until is None or until < datetime.fromisoformat(one["saved_at"]):
        lost.append(one["key"])
half = [key for key, answer in found.items() if not answer.get("saved_at")]
done = set(LessonProgress.objects.filter(completed_at__isnull=False).values_list(
    "enrolment__learner_id", "lesson_id"))
who = dict(IdempotencyKey.objects.values_list("key", "user_id"))
unmarked = [one["key"] for one in marks if (who.get(one["key"]), one["lesson"]) not in done]
print("CHECK", json.dumps({{"lost": lost, "half": half, "unmarked": unmarked}}))
"""


@dataclass
class Report:
    """One report and what became of it."""

    session: str
    lesson: int
    events: list[Any]
    token: str = ""
    is_mark: bool = False
    key: str = field(default_factory=lambda: uuid4().hex)
    outcome: str = ""
    saved_at: str = ""
    status: int = 0
    seconds: float = 0.0
    # By the clock on the wall, as the database knows it.
    asked_at: float = 0.0
    told_at: float = 0.0

    def send(self, street: Estate) -> str:
        """Send it, or send it again."""
        began, self.asked_at = time.monotonic(), time.time()
        path = f"/learn/lessons/{self.lesson}/progress"
        body = {"key": self.key, "opened": self.token, "events": self.events}
        try:
            answer = street.write(path, self.session, body)
            self.status = answer.status
            if self.status == 200:
                self.saved_at = json.loads(answer.text)["saved_at"]
        # ValueError: an answer that is none of ours.
        except (OSError, HTTPException, ValueError):
            self.outcome, self.status = UNKNOWN, 0
        else:
            self.outcome = TOLD if self.status == 200 else REFUSED
            if self.status in NOT_TAKEN:
                self.outcome = UNKNOWN
        self.seconds, self.told_at = time.monotonic() - began, time.time()
        return self.outcome


class Crowd(ABC):
    """So many people who do what `act` says, until the block is over."""

    def __init__(self, count: int) -> None:
        self.stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self.act, args=(number,), daemon=True)
            for number in range(count)
        ]

    @abstractmethod
    def act(self, number: int) -> None:
        """What the person of that number does; ends once `stopped` is set."""

    def __enter__(self) -> Self:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stopped.set()
        for one in self._threads:
            one.join(timeout=60)


class Writers(Crowd):
    """Reports at a steady rate from several phones, until they are told to stop."""

    def __init__(self, street: Estate, *, rate: float = 20.0, phones: int = 8) -> None:
        super().__init__(phones)
        self.street, self.rate, self.phones = street, rate, phones
        self.history: list[Report] = []
        self._marks = list(street.facts["marks"])
        self._guard = threading.Lock()

    def act(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - who sends what when
        due = time.monotonic() + chance.random() * self.phones / self.rate
        while not self.stopped.is_set():
            self.stopped.wait(max(0.0, due - time.monotonic()))
            due = max(due + self.phones / self.rate, time.monotonic())
            report = self._next(chance)
            report.send(self.street)
            with self._guard:
                self.history.append(report)

    def _next(self, chance: random.Random) -> Report:
        with self._guard:
            if self._marks and chance.random() < 0.3:
                session, lesson = self._marks.pop()
                return Report(session, lesson, [{"type": "done"}], is_mark=True)
        beats = self.street.facts["beats"]
        session, lesson, token, block = chance.choice(beats)
        return Report(session, lesson, [{"type": "step", "block": block}], token)

    def told_since(self, moment: int) -> bool:
        """Whether anybody was answered since the history was so long."""
        return any(one.outcome == TOLD for one in self.history[moment:])

    def settle(self, patience: float = 60.0) -> int:
        """Send what is unknown again until each has an answer; how many there were."""
        waiting = [one for one in self.history if one.outcome == UNKNOWN]
        count, end = len(waiting), time.monotonic() + patience
        while waiting and time.monotonic() < end:
            waiting = [one for one in waiting if one.send(self.street) == UNKNOWN]
            if waiting:
                time.sleep(0.2)
        assert not waiting, f"{len(waiting)} reports came to no answer"
        return count


@dataclass
class Verdict:
    """What a drill has found."""

    told: int
    unknown: int
    refused: int
    lost: list[str]
    half: list[str]
    unmarked: list[str]

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.half or self.unmarked)

    def __str__(self) -> str:
        return (
            f"{self.told} acknowledged, {self.unknown} unknown at first, "
            f"{self.refused} refused, {len(self.lost) + len(self.unmarked)} lost, "
            f"{len(self.half)} half"
        )


def compare(
    street: Estate, reports: list[Report], folder: Path
) -> dict[str, list[str]]:
    """What of these reports the database does not have as they were told."""
    path = folder / "history.json"
    rows = [
        {
            name: getattr(one, name)
            for name in ("key", "outcome", "is_mark", "lesson", "token", "saved_at")
        }
        for one in reports
    ]
    path.write_text(json.dumps(rows))
    said = street.manage("shell", "-v0", "-c", CHECK.format(path=str(path)))
    line = next(one for one in said.splitlines() if one.startswith("CHECK"))
    found: dict[str, list[str]] = json.loads(line.removeprefix("CHECK"))
    return found


def judge(street: Estate, writers: Writers, folder: Path) -> Verdict:
    """Settle what is unknown, then compare the history with the database."""
    unknown = writers.settle()
    found = compare(street, writers.history, folder)
    told = sum(one.outcome == TOLD for one in writers.history)
    refused = sum(one.outcome == REFUSED for one in writers.history)
    return Verdict(told, unknown, refused, **found)


def figures(values: list[float]) -> str:
    """The middle and the worst of some times."""
    ordered = sorted(values)
    if not ordered:
        return "–"
    return f"{ordered[len(ordered) // 2]:.1f} s, at most {ordered[-1]:.1f} s"
