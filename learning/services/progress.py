"""Recording progress: one report, one transaction, one row (design §6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.civil_time import clock_in_words
from courses.models import LessonPage
from learning.choices import AttemptState, ProgressSource, State
from learning.exceptions import NotEnrolledError
from learning.join import ProgressState, join
from learning.models import Attempt, Enrolment, LessonProgress
from learning.report import Report
from learning.rules import Verdict, judge, snapshot
from learning.services.answers import take_answers
from learning.services.completion import complete_course_if_done
from learning.services.enrolment import move


@dataclass(frozen=True)
class Outcome:
    """What a report led to. The two `just_…` are true for one report only."""

    progress: LessonProgress
    verdict: Verdict
    attempt: Attempt | None
    just_completed_lesson: bool
    just_completed_course: bool
    saved_at: datetime
    answered: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What the page is told; the same for a replayed report."""
        return {
            "saved_at": self.saved_at.isoformat(),
            "saved_clock": clock_in_words(self.saved_at),
            "complete": self.progress.completed_at is not None,
            "missing": list(self.verdict.missing),
            "course_complete": self.progress.enrolment.is_complete,
            "answers": self._answers(),
        }

    def _answers(self) -> dict[str, Any]:
        """What the report's answers were worth, with the teacher's sentences."""
        if self.attempt is None or not self.answered:
            return {}
        content = self.progress.lesson.content
        found: dict[str, Any] = {}
        for row in self.attempt.responses.all():
            question = content.question(row.block_id)
            if row.block_id not in self.answered or question is None:
                continue
            found[row.block_id] = {
                "is_right": row.is_right,
                "remarks": question.value.grade(row.answer).remarks,
                "seq": row.seq,
            }
        return found


@transaction.atomic
def record(
    *,
    enrolment: Enrolment,
    lesson: LessonPage,
    report: Report,
    source: str = ProgressSource.WEB,
    at: datetime | None = None,
) -> Outcome:
    """Merge a report into the lesson's row and complete what it completes.

    The enrolment's row is locked first, so that of two tabs which finish at once the
    second finds the first one's row: one completion, one event (invariant 3). A row
    that is complete stays complete whatever comes later (invariant 2).

    Raises:
        NotEnrolledError: the enrolment does not study any more.
    """
    moment = at or timezone.now()
    locked = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("run")
        .get(pk=enrolment.pk)
    )
    if not locked.can_study:
        raise NotEnrolledError
    if locked.state == State.CONFIRMED:
        locked = move(
            enrolment=locked, to=State.ATTENDING, by=locked.learner, at=moment
        )
    content = lesson.content
    row = LessonProgress.objects.filter(enrolment=locked, lesson=lesson).first()
    state = join(state_of(row), report.state) if row else report.state
    attempt, responses = take_answers(
        enrolment=locked,
        lesson=lesson,
        content=content,
        answers=report.answers,
        at=moment,
    )
    verdict = judge(
        content,
        state,
        {block: float(one.share) for block, one in responses.items()},
        lesson.pass_percent,
        passed_before=bool(row and row.passed),
    )
    row = row or LessonProgress(enrolment=locked, lesson=lesson)
    just_completed = row.completed_at is None and verdict.is_complete
    _write(row, state, verdict, source)
    if just_completed:
        row.completed_at = moment
        row.rule = snapshot(lesson, content)
        _hand_in(attempt, verdict, moment)
    row.save()
    _touch(locked, lesson, moment)
    course_done = just_completed and complete_course_if_done(
        enrolment=locked, lesson=lesson, at=moment
    )
    if course_done:
        locked.refresh_from_db(fields=["state", "completed_at"])
    row.enrolment = locked
    return Outcome(
        progress=row,
        verdict=verdict,
        attempt=attempt,
        just_completed_lesson=just_completed,
        just_completed_course=course_done,
        saved_at=moment,
        answered=tuple(answer.block_id for answer in report.answers),
    )


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


def _write(
    row: LessonProgress, state: ProgressState, verdict: Verdict, source: str
) -> None:
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


def _hand_in(attempt: Attempt | None, verdict: Verdict, at: datetime) -> None:
    if attempt is None or attempt.state != AttemptState.OPEN:
        return
    attempt.state = AttemptState.SUBMITTED
    attempt.submitted_at = at
    attempt.score = verdict.score
    attempt.save(update_fields=["state", "submitted_at", "score"])


def _touch(enrolment: Enrolment, lesson: LessonPage, at: datetime) -> None:
    """Remember where the learner was; an old report that arrives late moves nothing."""
    if enrolment.last_seen_at is not None and enrolment.last_seen_at > at:
        return
    enrolment.last_seen_at = at
    enrolment.last_lesson = lesson
    enrolment.save(update_fields=["last_seen_at", "last_lesson"])
