"""Answers: kept per attempt, graded on the server, the newest of each question wins."""

import hashlib
import json
from datetime import datetime
from typing import Any

from courses.content import LessonContent
from learning.choices import AttemptState
from learning.models import Attempt, Enrolment, Response
from learning.report import Answer


def freeze_paper(lesson: Any, content: LessonContent) -> list[dict[str, Any]]:
    """The questions as they are now, so that later edits change no past attempt."""
    raw_by_id = {block.get("id"): block for block in lesson.body.get_prep_value() or []}
    paper = []
    for question in content.questions:
        raw = raw_by_id.get(question.block_id, {})
        text = json.dumps(raw, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
        paper.append({"block_id": question.block_id, "sha256": digest, "raw": raw})
    return paper


def current_attempt(enrolment: Enrolment, lesson: Any) -> Attempt | None:
    """The open attempt, else the newest one; None before the first answer."""
    attempts = list(
        Attempt.objects.filter(enrolment=enrolment, lesson=lesson).order_by("number")
    )
    open_ones = [one for one in attempts if one.state == AttemptState.OPEN]
    newest = open_ones or attempts
    return newest[-1] if newest else None


def read_attempt(
    enrolment: Enrolment, lesson: Any
) -> tuple[Attempt | None, list[Response]]:
    """The attempt that the page shows, with its responses; mostly one query.

    An attempt begins with its first answer, so the newest answered one is the current
    one, unless it was handed in and another was begun since.
    """
    rows = list(
        Response.objects.filter(attempt__enrolment=enrolment, attempt__lesson=lesson)
        .select_related("attempt")
        .order_by("-attempt__number")
    )
    if not rows:
        return None, []
    newest = rows[0].attempt
    if newest.state != AttemptState.OPEN:
        begun = Attempt.objects.filter(
            enrolment=enrolment, lesson=lesson, state=AttemptState.OPEN
        ).first()
        if begun is not None:
            return begun, []
    return newest, [row for row in rows if row.attempt_id == newest.pk]


def take_answers(
    *,
    enrolment: Enrolment,
    lesson: Any,
    content: LessonContent,
    answers: list[Answer],
    at: datetime,
) -> tuple[Attempt | None, dict[str, Response]]:
    """Grade and keep answers; their attempt and its responses, by block id.

    Called under the lock. An answer for an attempt that was handed in is not taken:
    what was handed in stays. A lesson without questions asks the database nothing.
    """
    if not content.questions:
        return None, {}
    attempt = current_attempt(enrolment, lesson)
    if attempt is None and not answers:
        return None, {}
    known: dict[str, Response] = {}
    if attempt is None:
        attempt = Attempt.objects.create(
            enrolment=enrolment,
            lesson=lesson,
            number=1,
            paper=freeze_paper(lesson, content),
            started_at=at,
        )
    else:
        known = {row.block_id: row for row in attempt.responses.all()}
    if attempt.state != AttemptState.OPEN:
        return attempt, known
    for answer in answers:
        if answer.attempt != attempt.number:
            continue
        row = known.get(answer.block_id)
        if row is not None and not _is_newer(answer, row):
            continue
        known[answer.block_id] = _keep(attempt, content, answer, row, at)
    return attempt, known


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
    assert question is not None  # noqa: S101 - read_report has looked it up
    mark = question.value.grade(answer.choice)
    row = row or Response(attempt=attempt, block_id=answer.block_id)
    row.answer, row.seq = answer.choice, answer.seq
    row.is_right, row.share = mark.is_right, round(mark.share, 4)
    row.answered_at = at
    row.save()
    return row


def start_again(*, enrolment: Enrolment, lesson: Any, at: datetime) -> Attempt:
    """A new attempt where the last was handed in; else the open one stays as it is."""
    last = current_attempt(enrolment, lesson)
    if last is not None and last.state == AttemptState.OPEN:
        return last
    return Attempt.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        number=last.number + 1 if last else 1,
        paper=freeze_paper(lesson, lesson.content),
        started_at=at,
    )
