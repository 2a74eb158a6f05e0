"""Grading old answers anew by the question as it is now: looked at first, then done."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.services.audit import record_audit
from courses.models import CourseRun, LessonPage
from learning.exceptions import QuestionChangedError, ReasonNeededError
from learning.models import Regrade, Response
from learning.paper import digest_of, live_questions, thaw_one
from learning.services.marks import settle_attempt
from learning.services.progress import lock_learner

# Rows that are held in memory at a time.
BATCH = 500


@dataclass
class Effect:
    """What grading anew changes. `changed`: ids of responses, better or worse."""

    looked_at: int = 0
    better: list[int] = field(default_factory=list)
    worse: list[int] = field(default_factory=list)
    # Marked by a person; and answered with options that the question has no more.
    by_hand: int = 0
    unreadable: int = 0

    @property
    def changed(self) -> list[int]:
        return [*self.better, *self.worse]


def answers_to(run: CourseRun, lesson: LessonPage, block_id: str) -> QuerySet[Response]:
    """The answers to a question in the school of the run."""
    found: QuerySet[Response] = Response.objects.filter(
        block_id=block_id,
        attempt__lesson=lesson,
        attempt__enrolment__run__school=run.school_id,
    )
    return found


def foresee(run: CourseRun, lesson: LessonPage, raw: dict[str, Any]) -> Effect:
    """What grading by this question would change; nothing is written."""
    effect = Effect()
    question = thaw_one(raw)
    # In the order in which learners are locked.
    rows = answers_to(run, lesson, raw["id"]).order_by("attempt__enrolment_id", "pk")
    for row in rows.iterator(chunk_size=BATCH):
        effect.looked_at += 1
        if row.manual_share is not None:
            effect.by_hand += 1
        elif not question.is_answer(row.answer):
            effect.unreadable += 1
        else:
            _compare(row, question.grade(row.answer), effect)
    return effect


def _compare(row: Response, mark: Any, effect: Effect) -> None:
    if mark.share is None or row.share is None:
        # A person marks it, before or now: nothing to compute.
        effect.by_hand += 1
        return
    before = (row.share, row.is_right)
    after = (type(row.share)(str(round(mark.share, 4))), mark.is_right)
    if after != before:
        (effect.better if after > before else effect.worse).append(row.pk)


@transaction.atomic
def regrade(
    *,
    run: CourseRun,
    lesson: LessonPage,
    block_id: str,
    seen: str,
    by: Any,
    reason: str,
    at: datetime | None = None,
) -> Regrade:
    """Grade the answers to one question anew. The caller has asked who may.

    `seen` is the digest of the question that was looked at. Marks of a person stay,
    and so does what is complete, passed or certified.

    Raises:
        QuestionChangedError: it was changed again since, or is gone.
        ReasonNeededError: nobody says why.
    """
    moment = at or timezone.now()
    why = " ".join(reason.split())
    if not why:
        raise ReasonNeededError
    raw = live_questions(lesson).get(block_id)
    if raw is None or digest_of(raw) != seen:
        raise QuestionChangedError
    effect = foresee(run, lesson, raw)
    question = thaw_one(raw)
    for row in _each(effect.changed):
        _grade(row, question, moment)
    done: Regrade = Regrade.objects.create(
        school_id=run.school_id,
        lesson=lesson,
        block_id=block_id,
        question=raw,
        by=by,
        at=moment,
        reason=why,
        looked_at=effect.looked_at,
        better=len(effect.better),
        worse=len(effect.worse),
    )
    record_audit(
        actor=by,
        action="answers.regraded",
        subject=done,
        school_id=run.school_id,
        lesson=lesson.pk,
        reason=why,
        better=done.better,
        worse=done.worse,
    )
    return done


def _each(ids: list[int]) -> Iterator[Response]:
    """The responses in the order of their learners' locks, a batch at a time."""
    for start in range(0, len(ids), BATCH):
        rows = Response.objects.filter(pk__in=ids[start : start + BATCH])
        yield from rows.select_related("attempt").order_by(
            "attempt__enrolment_id", "pk"
        )


def _grade(row: Response, question: Any, at: datetime) -> None:
    lock_learner(row.attempt.enrolment_id)
    row.refresh_from_db(fields=["answer", "manual_share"])
    if row.manual_share is not None or not question.is_answer(row.answer):
        return
    mark = question.grade(row.answer)
    row.is_right, row.share = mark.is_right, round(mark.share, 4)
    row.save(update_fields=["is_right", "share"])
    settle_attempt(attempt=row.attempt, at=at)
