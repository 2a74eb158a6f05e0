"""Answers: kept per attempt, graded on the server, the newest of each question wins."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, QuerySet

from core.kept_sql import kept
from courses.content import LessonContent
from learning.choices import AttemptState
from learning.exceptions import BadReportError
from learning.models import Attempt, Enrolment, LateAnswer, Response
from learning.paper import content_of, freeze_paper
from learning.report import Answer
from learning.rules import Sheet, score_of
from learning.work_files import require_own_files


@dataclass
class Taken:
    """What became of the answers of a report: their attempt and its responses.

    `late` names the questions whose answer is kept and does not count.
    """

    attempt: Attempt | None = None
    responses: dict[str, Response] = field(default_factory=dict)
    late: list[tuple[str, int]] = field(default_factory=list)

    @property
    def shares(self) -> dict[str, float | None]:
        return shares_of(self.responses.values())


def shares_of(responses: Any) -> dict[str, float | None]:
    """What each answer was worth, by block; None while it waits for a person."""
    return {
        one.block_id: None if one.share is None else float(one.share)
        for one in responses
    }


def current_attempt(enrolment: Enrolment, lesson: Any) -> Attempt | None:
    """The newest attempt, which is the open one if any is; None before the first."""
    found: Attempt | None = _newest.first(enrolment=enrolment.pk, lesson=lesson.pk)
    return found


@kept(enrolment=BigIntegerField(), lesson=BigIntegerField())
def _newest(enrolment: Any, lesson: Any) -> "QuerySet[Attempt]":
    attempts = Attempt.objects.filter(enrolment=enrolment, lesson=lesson)
    return attempts.order_by("-number")[:1]


def read_attempt(
    enrolment: Enrolment, lesson: Any
) -> tuple[Attempt | None, list[Response]]:
    """The attempt that the page shows, with its responses."""
    attempt = current_attempt(enrolment, lesson)
    if attempt is None:
        return None, []
    return attempt, list(attempt.responses.all())


def unanswered(lesson: Any, attempt: Attempt | None) -> int:
    """How many questions have no answer yet; of what is handed in, none."""
    if attempt is None:
        return len(lesson.content.questions)
    if not attempt.is_open:
        return 0
    asked = {one["block_id"] for one in attempt.paper}
    given = set(attempt.responses.values_list("block_id", flat=True))
    return len(asked - given)


def read_attempts(enrolment: Enrolment, lesson: Any) -> list[Attempt]:
    """All attempts of a lesson, the newest last."""
    attempts = Attempt.objects.filter(enrolment=enrolment, lesson=lesson)
    return list(attempts.order_by("number"))


def papers_of(lesson: Any, attempts: Sequence[Attempt]) -> dict[int, LessonContent]:
    """What each attempt asks, by its number: a report may come from an earlier one."""
    return {one.number: content_of(lesson, one) for one in attempts}


def sheet_of(lesson: Any, attempt: Attempt | None) -> Sheet:
    """How the attempt stands, for the rule of completion."""
    used = attempt.number if attempt else 0
    allowed = lesson.attempts_allowed
    left = None if allowed is None else max(0, allowed - used)
    is_submitted = attempt is not None and not attempt.is_open
    return Sheet(
        is_handed_in=is_submitted if lesson.is_handed_in or is_submitted else None,
        is_begun=attempt is not None or not lesson.begins_by_button,
        attempts_left=left,
    )


def open_attempt(
    *,
    enrolment: Enrolment,
    lesson: Any,
    at: datetime,
    number: int,
    deadline: datetime | None = None,
) -> Attempt:
    """A new attempt with its paper. Called under the lock of the enrolment."""
    seen: set[str] = set()
    if lesson.content.draws:
        earlier = Attempt.objects.filter(enrolment=enrolment, lesson=lesson)
        for paper in earlier.values_list("paper", flat=True):
            seen |= {one["block_id"] for one in paper}
    attempt: Attempt = Attempt.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        number=number,
        paper=freeze_paper(lesson, seed=f"{enrolment.pk}/{number}", seen=seen),
        started_at=at,
        deadline=deadline,
    )
    return attempt


def take_answers(
    *,
    enrolment: Enrolment,
    lesson: Any,
    attempt: Attempt | None,
    answers: Sequence[Answer],
    at: datetime,
    is_begun: bool = False,
) -> Taken:
    """Grade and keep answers, by the questions of their attempt.

    Called under the lock, with the newest attempt. What was handed in stays: an answer
    that comes after it, or after the time was over, is kept as late. `is_begun`: the
    report hands in, so there is an attempt though nothing was answered.

    Raises:
        BadReportError: an answer in a quiz that was not begun.
    """
    if attempt is None and not answers and not is_begun:
        return Taken()
    if attempt is None:
        if lesson.begins_by_button:
            raise BadReportError
        attempt = open_attempt(enrolment=enrolment, lesson=lesson, at=at, number=1)
        taken = Taken(attempt)
    else:
        rows = attempt.responses.all()
        taken = Taken(attempt, {row.block_id: row for row in rows})
    content = content_of(lesson, attempt)
    if attempt.is_open and attempt.is_over(at):
        submit(attempt, content, taken.shares, at)
    for answer in answers:
        row = taken.responses.get(answer.block_id)
        if answer.attempt != attempt.number or not attempt.is_open or _is_fixed(row):
            _keep_late(taken, enrolment, answer, at)
        elif row is None or _is_newer(answer, row):
            taken.responses[answer.block_id] = _keep(attempt, content, answer, row, at)
    return taken


def _is_fixed(row: Response | None) -> bool:
    """Whether a person has marked it: what comes now is kept beside it."""
    return row is not None and row.marked_at is not None


def submit(
    attempt: Attempt,
    content: LessonContent,
    shares: dict[str, float | None],
    at: datetime,
) -> None:
    """Hand in an open attempt with what was answered; its mark may wait for a person."""
    attempt.state = AttemptState.SUBMITTED
    attempt.submitted_at = min(at, attempt.deadline) if attempt.deadline else at
    attempt.score = score_of(content.questions, shares)
    attempt.save(update_fields=["state", "submitted_at", "score"])


def _is_newer(answer: Answer, row: Response) -> bool:
    """Whether the answer replaces the row: by count, then by a fixed order of answers.

    The second part only matters where two devices counted alike; it makes the outcome
    the same whichever arrives first.
    """
    return (answer.seq, json.dumps(answer.choice)) > (row.seq, json.dumps(row.answer))


def _keep(
    attempt: Attempt,
    content: LessonContent,
    answer: Answer,
    row: Response | None,
    at: datetime,
) -> Response:
    question = content.question(answer.block_id)
    if question is None:
        # The page is older than the attempt that another one has begun meanwhile.
        raise BadReportError
    if question.kind == "work":
        require_own_files(attempt, question.block_id, answer.choice)
    mark = question.value.grade(answer.choice)
    row = row or Response(attempt=attempt, block_id=answer.block_id)
    row.answer, row.seq = answer.choice, answer.seq
    row.is_right = mark.is_right
    row.share = None if mark.share is None else round(mark.share, 4)
    row.answered_at = at
    row.save()
    return row


def _keep_late(
    taken: Taken, enrolment: Enrolment, answer: Answer, at: datetime
) -> None:
    """Keep an answer that came too late, unless it is one that was taken in time."""
    attempt = taken.attempt
    assert attempt is not None  # noqa: S101 - `take_answers` has one
    row = taken.responses.get(answer.block_id)
    if answer.attempt != attempt.number:
        attempt = Attempt.objects.filter(
            enrolment=enrolment, lesson=attempt.lesson_id, number=answer.attempt
        ).first()
        if attempt is None:
            raise BadReportError
        row = attempt.responses.filter(block_id=answer.block_id).first()
    if row is not None and not _is_newer(answer, row):
        return
    LateAnswer.objects.get_or_create(
        attempt=attempt,
        block_id=answer.block_id,
        seq=answer.seq,
        defaults={"answer": answer.choice, "arrived_at": at},
    )
    taken.late.append((answer.block_id, answer.seq))
