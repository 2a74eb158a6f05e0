"""What a device reports of a lesson, read strictly: honest players never fail here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing

from courses.content import LessonContent
from learning.exceptions import BadReportError
from learning.join import Interval, ProgressState, union

MAX_EVENTS = 300
# A player may report a little more than the file says.
OVER_END_S = 2.0
MAX_EPOCH = 10_000
MAX_SEQ = 10**15
# What a learner says of a step. It is kept as the step's position, (count, mark): the
# newest count wins, whatever the order of arrival; a step that was only seen is (0, 0).
STEP_MARKS = {"": 0, "did": 1, "again": 2, "help": 3}
# Phones are offline for long (security-reliability §0.6).
TOKEN_MAX_AGE = timedelta(days=30)
_SALT = "learning.opened"


@dataclass(frozen=True)
class Answer:
    """One answer, in which attempt, and the device's count.

    `choice`: ids of options, of things in their order, of pairs; or typed text.
    """

    block_id: str
    choice: list[str] | str
    attempt: int
    seq: int


@dataclass(frozen=True)
class Report:
    """A report that has been read: the state it adds, and the answers in it.

    `hands_in`: the number of the attempt that the learner hands in; 0 for none.
    """

    state: ProgressState
    answers: list[Answer] = field(default_factory=list)
    hands_in: int = 0
    # Whether the page has just been opened.
    opens: bool = False


def opened_token(lesson_id: int, user_id: int, at: datetime) -> str:
    """A signed note of when the lesson was handed out, which the page sends back."""
    return signing.dumps([lesson_id, user_id, at.timestamp()], salt=_SALT)


@dataclass(frozen=True)
class Opened:
    """What such a note says: which lesson, handed out to whom and when."""

    lesson_id: int
    user_id: int
    at: datetime


def read_token(token: str) -> Opened | None:
    """The note that a page sends back; None where it is not ours."""
    try:
        lesson, user, moment = signing.loads(token, salt=_SALT)
        return Opened(lesson, user, datetime.fromtimestamp(moment, tz=UTC))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def is_of_another(opened: Opened | None, user_id: int) -> bool:
    """Whether the page that reports was handed out to somebody else.

    Two people on one computer: a page that the first left open must not write into the
    second one's record.
    """
    return opened is not None and opened.user_id != user_id


def opened_at(
    opened: Opened | None, lesson_id: int, user_id: int, at: datetime
) -> datetime:
    """When the lesson was handed out by that note; `at` where it says nothing."""
    if opened is None or (opened.lesson_id, opened.user_id) != (lesson_id, user_id):
        return at
    return min(at, opened.at) if at - opened.at <= TOKEN_MAX_AGE else at


def read_report(
    events: Any,
    *,
    content: LessonContent,
    opened: datetime,
    at: datetime,
    papers: Mapping[int, LessonContent] | None = None,
) -> Report:
    """Read a list of events of one lesson.

    `papers` are what each attempt of the learner asks, by its number: a page that was
    left open may report of an earlier one. Before the first attempt there are none.

    Raises:
        BadReportError: something in it that no honest player sends: another lesson's
            block, a negative time, a time beyond the medium's end, an option that the
            question has not, text longer than its field. Nothing of such a report is
            taken.
    """
    if not isinstance(events, list) or len(events) > MAX_EVENTS:
        raise BadReportError
    found = _Found()
    known = _Known(content, papers or {})
    for event in events:
        if not isinstance(event, dict):
            raise BadReportError
        _read_event(event, known, found)
    return Report(
        state=ProgressState(
            opened_at=min(opened, at),
            seen_until=at,
            done_at=at if found.is_done else None,
            watched={block: union(parts) for block, parts in found.watched.items()},
            positions=found.positions,
            transcripts=frozenset(found.transcripts),
        ),
        answers=found.answers,
        hands_in=found.hands_in,
        opens=found.opens,
    )


@dataclass(frozen=True)
class _Known:
    """What an honest report may speak of."""

    content: LessonContent
    papers: Mapping[int, LessonContent]

    def question(self, block: str, attempt: int) -> Any:
        if not self.papers:
            return self.content.question(block)
        paper = self.papers.get(attempt)
        return paper and paper.question(block)

    def kind(self, block: str) -> str | None:
        for one in (self.content, *self.papers.values()):
            if block in one.kinds:
                return one.kinds[block]
        return None


@dataclass
class _Found:
    """What the events of a report add up to."""

    watched: dict[str, list[Interval]] = field(default_factory=dict)
    positions: dict[str, tuple[int, float]] = field(default_factory=dict)
    transcripts: set[str] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    is_done: bool = False
    hands_in: int = 0
    opens: bool = False


def _read_event(event: dict[str, Any], known: _Known, found: _Found) -> None:
    content = known.content
    kind = event.get("type")
    if kind == "done":
        found.is_done = True
    elif kind == "watch":
        block, interval = _watch(event, content)
        found.watched.setdefault(block, []).append(interval)
    elif kind == "position":
        block, position = _position(event, content)
        found.positions[block] = max(found.positions.get(block, (0, 0.0)), position)
    elif kind == "step":
        block, mark = _step(event, known)
        found.positions[block] = max(found.positions.get(block, (0, 0.0)), mark)
    elif kind == "transcript":
        found.transcripts.add(_medium(event, content).block_id)
    elif kind in ("answer", "hand_in"):
        _read_quiz_event(event, known, found)
    elif kind == "view":
        found.opens = True
    else:
        raise BadReportError


def _read_quiz_event(event: dict[str, Any], known: _Known, found: _Found) -> None:
    if event["type"] == "answer":
        found.answers.append(_answer(event, known))
    else:
        found.hands_in = max(found.hands_in, _count(event.get("attempt"), 1000))


def _medium(event: dict[str, Any], content: LessonContent) -> Any:
    medium = content.medium(str(event.get("block", "")))
    if medium is None:
        raise BadReportError
    return medium


def _seconds(value: Any, medium: Any) -> float:
    """A time within the medium; a little over the end is the end."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadReportError
    if not math.isfinite(value) or value < 0:
        raise BadReportError
    if value > medium.duration_s + OVER_END_S:
        raise BadReportError
    return round(min(float(value), medium.duration_s), 2)


def _watch(event: dict[str, Any], content: LessonContent) -> tuple[str, Interval]:
    medium = _medium(event, content)
    start, end = (_seconds(event.get(name), medium) for name in ("from", "to"))
    if end < start:
        raise BadReportError
    return medium.block_id, (start, end)


def _position(
    event: dict[str, Any], content: LessonContent
) -> tuple[str, tuple[int, float]]:
    medium = _medium(event, content)
    epoch = _count(event.get("epoch", 0), MAX_EPOCH)
    return medium.block_id, (epoch, _seconds(event.get("at"), medium))


def _step(event: dict[str, Any], known: _Known) -> tuple[str, tuple[int, float]]:
    """A step that was seen, or what the learner says of it («做到了»)."""
    block = str(event.get("block", ""))
    mark = STEP_MARKS.get(str(event.get("check", "")))
    kind = known.kind(block)
    if kind is None or mark is None or (mark and kind != "step"):
        raise BadReportError
    count = _count(event.get("seq", 0), MAX_EPOCH)
    if bool(mark) is not bool(count):
        raise BadReportError
    return block, (count, float(mark))


def _answer(event: dict[str, Any], known: _Known) -> Answer:
    number = _count(event.get("attempt", 1), 1000) or 1
    question = known.question(str(event.get("block", "")), number)
    choice = event.get("choice")
    if question is None or not question.value.is_answer(choice):
        raise BadReportError
    return Answer(
        block_id=question.block_id,
        choice=question.value.kept(choice),
        attempt=number,
        seq=_count(event.get("seq", 0), MAX_SEQ),
    )


def _count(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise BadReportError
    return value
