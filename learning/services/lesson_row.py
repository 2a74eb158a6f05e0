"""The row of a lesson and a learner: read as a state, written, and where they were."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Q, QuerySet

from core.kept_changes import KeptInsert, kept_update
from learning.join import ProgressState
from learning.models import Enrolment, LessonProgress
from learning.rules import Verdict

# Reports of the same lesson come every few seconds. Where a learner was is written down
# when a page is opened, at most so often; and while it stays open, so often. When exactly
# stands in the lesson's own row (`EnrolmentQuerySet.with_last_seen`).
OPENED_EVERY = timedelta(seconds=30)
STAYED_EVERY = timedelta(minutes=5)
# What a report may change that only adds; and what any may.
GROWING = ("viewed_at", "seen_until", "watched", "positions", "transcripts")
SAVED = (*GROWING, "source", "done_at", "completed_at", "passed", "rule", "hours_until")

_insert = KeptInsert(LessonProgress)


def columns(names: Iterable[str], before: str = "") -> dict[str, Any]:
    """Places for columns of a lesson's row, for SQL that is made once."""
    known = LessonProgress._meta
    return {before + name: known.get_field(name) for name in names}


@kept_update(pk=BigIntegerField(), **columns(SAVED))
def _save(pk: Any, **columns: Any) -> "tuple[QuerySet[LessonProgress], dict[str, Any]]":
    return LessonProgress.objects.filter(pk=pk).order_by(), columns


def save(row: LessonProgress) -> None:
    """Write the row, new or changed; no signal is sent."""
    if row.pk is None:
        _insert(row)
    else:
        _save(pk=row.pk, **{name: getattr(row, name) for name in SAVED})


def state_of(row: LessonProgress) -> ProgressState:
    """The row as a state that can be joined."""
    return ProgressState(
        opened_at=row.viewed_at,
        seen_until=row.seen_until,
        done_at=row.done_at,
        watched={
            block: tuple((start, end) for start, end in parts)
            for block, parts in row.watched.items()
        },
        positions={
            block: (int(epoch), float(seconds))
            for block, (epoch, seconds) in row.positions.items()
        },
        transcripts=frozenset(row.transcripts),
    )


def write(
    row: LessonProgress, state: ProgressState, verdict: Verdict, source: str
) -> None:
    """Put the state into the row; the caller saves it."""
    row.viewed_at, row.seen_until = state.opened_at, state.seen_until
    row.done_at = state.done_at
    row.watched = {
        block: [list(part) for part in parts]
        for block, parts in sorted(state.watched.items())
    }
    row.positions = {
        block: list(position) for block, position in sorted(state.positions.items())
    }
    row.transcripts = sorted(state.transcripts)
    row.source = source
    # Passed once is passed: a later attempt takes nothing away.
    if verdict.passed is not None and row.passed is not True:
        row.passed = verdict.passed


def touch(enrolment: Enrolment, lesson: int, at: datetime, *, opens: bool) -> None:
    """Remember where the learner was; an old report that arrives late moves nothing."""
    seen = enrolment.last_seen_at
    if seen is not None and seen > at:
        return
    is_here = enrolment.last_lesson_id == lesson
    every = OPENED_EVERY if opens else STAYED_EVERY
    if is_here and seen is not None and at - seen < every:
        return
    enrolment.last_seen_at = at
    enrolment.last_lesson_id = lesson
    _seen(pk=enrolment.pk, lesson=lesson, at=at)


@kept_update(pk=BigIntegerField(), lesson=BigIntegerField(), at=DateTimeField())
def _seen(
    pk: Any, lesson: Any, at: Any
) -> "tuple[QuerySet[Enrolment], dict[str, Any]]":
    # Of two lessons on two devices the later report says where the learner is.
    is_later = Q(last_seen_at__isnull=True) | Q(last_seen_at__lte=at)
    rows = Enrolment.objects.filter(is_later, pk=pk).order_by()
    return rows, {"last_seen_at": at, "last_lesson": lesson}
