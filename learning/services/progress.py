"""Recording progress: one report, one transaction, one row (design §6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    OuterRef,
    QuerySet,
)
from django.utils import timezone

from core.civil_time import clock_in_words
from core.kept_sql import kept
from core.pages import unlisted
from courses.choices import AnswersShown
from courses.content import LessonContent
from courses.models import CourseRun, LessonPage
from courses.models.course import OWN_TEXTS
from learning.choices import ProgressSource, State
from learning.exceptions import NotEnrolledError
from learning.join import ProgressState, join
from learning.models import Attempt, Enrolment, LessonProgress, Response
from learning.paper import content_of
from learning.permissions import study_enrolments
from learning.report import Report
from learning.rules import Verdict, judge, snapshot
from learning.services import lesson_row
from learning.services.answers import (
    Taken,
    current_attempt,
    papers_of,
    read_attempts,
    shares_of,
    sheet_of,
    submit,
    take_answers,
)
from learning.services.completion import complete_course_if_done
from learning.services.enrolment import move
from learning.services.hours import credit_lesson
from learning.standing import read_figures, read_row


@dataclass(frozen=True)
class Outcome:
    """What a report led to. The two `just_…` are true for one report only."""

    progress: LessonProgress
    verdict: Verdict
    taken: Taken
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
            "handed_in": self._handed_in(),
            "answers": self._answers(),
        }

    @property
    def attempt(self) -> Attempt | None:
        return self.taken.attempt

    def _handed_in(self) -> int:
        """The number of the newest attempt if it is handed in; else 0."""
        attempt = self.taken.attempt
        return 0 if attempt is None or attempt.is_open else attempt.number

    def _answers(self) -> dict[str, Any]:
        """What became of the report's answers.

        With the teacher's sentences where the lesson shows each at once. Where it does
        not, nothing here tells what is right.
        """
        attempt = self.taken.attempt
        if attempt is None or not self.answered:
            return {}
        late = dict(self.taken.late)
        lesson = self.progress.lesson
        content = content_of(lesson, attempt)
        found: dict[str, Any] = {
            block: {"is_late": True, "seq": seq} for block, seq in late.items()
        }
        for block in self.answered:
            row, question = self.taken.responses.get(block), content.question(block)
            if block in late or row is None or question is None:
                continue
            found[block] = {"seq": row.seq} | _told(lesson, row, question)
        return found


def _told(lesson: LessonPage, row: Response, question: Any) -> dict[str, Any]:
    if lesson.answers_shown != AnswersShown.EACH:
        return {"is_kept": True}
    if row.is_right is None:
        return {"is_waiting": True}
    return {
        "is_right": row.is_right,
        "remarks": question.value.grade(row.answer).remarks,
    }


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
        BadReportError: an answer in a quiz that was not begun.
    """
    moment = at or timezone.now()
    locked = lock_learner(enrolment.pk)
    if not locked.can_study:
        raise NotEnrolledError
    attempt = current_attempt(locked, lesson)
    return _merge(locked, lesson, attempt, report, source, moment)


# Who calls it in a transaction takes all of that back when this refuses.
@transaction.atomic(savepoint=False)
def record_as(
    *,
    user: Any,
    lesson: LessonPage,
    read: Callable[[Mapping[int, LessonContent]], Report],
    source: str = ProgressSource.WEB,
    at: datetime | None = None,
) -> Outcome:
    """What somebody's page reports: find how they study, lock that, read, and merge.

    `read` makes the report of what each attempt asks, which is known under the lock
    alone; so everything is asked for once (`record` is for who has an enrolment in hand).

    Raises:
        NotEnrolledError: the person does not study the course.
        BadReportError: what `read` raises, or an answer in a quiz that was not begun.
    """
    moment = at or timezone.now()
    locked = _locked.first(
        learner=user.pk, lesson=lesson.pk, path=lesson.path[: -lesson.steplen]
    )
    if locked is None:
        raise NotEnrolledError
    locked.learner = user
    content = lesson.content
    # Without questions no attempt begins: the answer from before the lock still holds.
    may_have = locked.has_attempts or content.questions or content.draws
    attempts = read_attempts(locked, lesson) if may_have else []
    report = read(papers_of(lesson, attempts))
    attempt = attempts[-1] if attempts else None
    return _merge(locked, lesson, attempt, report, source, moment)


@kept(learner=BigIntegerField(), lesson=BigIntegerField(), path=CharField())
def _locked(learner: Any, lesson: Any, path: Any) -> "QuerySet[Enrolment]":
    """The enrolment by which somebody studies the course at that path, locked."""
    own = Attempt.objects.filter(enrolment=OuterRef("pk"), lesson=lesson)
    return (
        study_enrolments(learner)
        .filter(run__course__path=path)
        .select_for_update(of=("self",))
        .select_related("run__course")
        .defer(*unlisted("run__course__", *OWN_TEXTS))
        .annotate(has_attempts=Exists(own))[:1]
    )


def _merge(
    locked: Enrolment,
    lesson: LessonPage,
    attempt: Attempt | None,
    report: Report,
    source: str,
    moment: datetime,
) -> Outcome:
    """The report into the lesson's row; `attempt` is the newest one. Under the lock."""
    if locked.state == State.CONFIRMED:
        known = locked.run
        locked = move(
            enrolment=locked, to=State.ATTENDING, by=locked.learner, at=moment
        )
        if CourseRun.course.is_cached(known):
            locked.run.course = known.course
    row, figures = read_row(locked, lesson)
    state = join(lesson_row.state_of(row), report.state) if row else report.state
    taken = take_answers(
        enrolment=locked,
        lesson=lesson,
        attempt=attempt,
        answers=report.answers,
        at=moment,
        is_begun=lesson.is_handed_in and report.hands_in == 1,
    )
    attempt = taken.attempt
    if attempt and _hands_in(lesson, attempt, report):
        submit(attempt, content_of(lesson, attempt), taken.shares, moment)
    row = row or LessonProgress(enrolment=locked, lesson=lesson)
    row.enrolment, row.lesson = locked, lesson
    verdict = _verdict(row, state, attempt, taken.shares)
    lesson_row.write(row, state, verdict, source)
    just_completed = _complete(row, verdict, taken, moment)
    lesson_row.touch(locked, lesson.pk, moment, opens=report.opens or just_completed)
    if just_completed and lesson.live and lesson.is_required:
        figures = figures.with_one_more()
    course_done = just_completed and complete_course_if_done(
        enrolment=locked, figures=figures, at=moment
    )
    if course_done:
        locked.refresh_from_db(fields=["state", "completed_at"])
    row.enrolment = locked
    return Outcome(
        progress=row,
        verdict=verdict,
        taken=taken,
        just_completed_lesson=just_completed,
        just_completed_course=course_done,
        saved_at=moment,
        answered=tuple(answer.block_id for answer in report.answers),
    )


def _hands_in(lesson: LessonPage, attempt: Attempt, report: Report) -> bool:
    return lesson.is_handed_in and attempt.is_open and report.hands_in == attempt.number


def lock_learner(enrolment_id: int) -> Enrolment:
    """The enrolment, locked first by everything that writes answers or progress."""
    found: Enrolment | None = _of_learner.first(pk=enrolment_id)
    if found is None:
        raise Enrolment.DoesNotExist
    return found


@kept(pk=BigIntegerField())
def _of_learner(pk: Any) -> "QuerySet[Enrolment]":
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("run__course")
        .defer(*unlisted("run__course__", *OWN_TEXTS))
        .filter(pk=pk)
    )


def rejudge(
    *, enrolment: Enrolment, lesson: LessonPage, attempt: Attempt, at: datetime
) -> None:
    """Ask the rule again after marks of an attempt have changed; called under the lock.

    Passing in an attempt that was handed in counts, whichever is the newest one.
    """
    row = LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson).first()
    if row is None or not enrolment.can_study:
        return
    row.enrolment, row.lesson = enrolment, lesson
    state = lesson_row.state_of(row)
    if not attempt.is_open:
        own = _verdict(row, state, attempt, shares_of(attempt.responses.all()))
        lesson_row.write(row, state, own, row.source)
    newest = current_attempt(enrolment, lesson) or attempt
    taken = Taken(newest, {one.block_id: one for one in newest.responses.all()})
    verdict = _verdict(row, state, newest, taken.shares)
    lesson_row.write(row, state, verdict, row.source)
    if _complete(row, verdict, taken, at):
        figures = read_figures(enrolment)
        complete_course_if_done(enrolment=enrolment, figures=figures, at=at)


def _verdict(
    row: LessonProgress,
    state: ProgressState,
    attempt: Attempt | None,
    shares: dict[str, float | None],
) -> Verdict:
    return judge(
        content_of(row.lesson, attempt),
        state,
        shares,
        row.lesson.pass_percent,
        passed_before=bool(row.passed),
        sheet=sheet_of(row.lesson, attempt),
    )


def _complete(
    row: LessonProgress, verdict: Verdict, taken: Taken, at: datetime
) -> bool:
    """Save the row, completed if the rule holds now for the first time."""
    just_completed = row.completed_at is None and verdict.is_complete
    attempt = taken.attempt
    if just_completed:
        content = content_of(row.lesson, attempt)
        row.completed_at = at
        row.rule = snapshot(row.lesson, content)
        if attempt is not None and attempt.is_open and not row.lesson.is_handed_in:
            submit(attempt, content, taken.shares, at)
        credit_lesson(row)
    lesson_row.save(row)
    return just_completed
