"""The questions of a lesson as a quiz: time, attempts, and what may be told of answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, FilteredRelation, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.civil_time import clock_in_words
from core.display import Display
from core.kept_sql import kept
from courses.choices import AnswersShown
from learning.models import Attempt, Enrolment, LessonProgress, Response
from learning.services.answers import sheet_of
from learning.services.attempts import deadline_of, hand_in_if_over, lift_limit


@dataclass(frozen=True)
class QuizView:
    """How the quiz of a lesson stands for one reader.

    `shows_questions`: an attempt with a time limit, or with questions that are drawn,
    shows them only when it has begun. `shows_marks`: whether may be told which answers
    are right; `shows_right`: and what would have been.
    """

    shows_questions: bool = True
    shows_marks: bool = True
    shows_right: bool = False
    shows_total: bool = True
    may_begin: bool = False
    may_hand_in: bool = False
    # In which attempt; what was answered of how many, and rightly.
    number: int = 0
    total: int = 0
    answered: int = 0
    right_total: int = 0
    waiting: int = 0
    attempts_left: int | None = None
    minutes: int | None = None
    deadline: datetime | None = None
    # Until then, when the page was made: a phone's own clock may show another year.
    seconds_left: int = 0
    is_over: bool = False
    is_handed_in: bool = False
    has_late: bool = False

    @property
    def unanswered(self) -> int:
        return self.total - self.answered

    @property
    def may_again(self) -> bool:
        return self.is_handed_in and self.attempts_left != 0

    @property
    def left_words(self) -> str:
        """«还能做 2 次»; empty where it does not end."""
        if self.attempts_left is None:
            return ""
        if not self.attempts_left:
            return _("次数用完了。还想再做，请找老师。")
        return ngettext(
            "还能做 %(count)s 次。", "还能做 %(count)s 次。", self.attempts_left
        ) % {"count": self.attempts_left}

    @property
    def deadline_words(self) -> str:
        """«下午 3:20», by which the answers have to be there."""
        return clock_in_words(self.deadline) if self.deadline else ""


def read_own_work(
    enrolment: Enrolment, lesson: Any, at: datetime, *, is_unhurried: bool = False
) -> tuple[LessonProgress | None, Attempt | None, list[Response]]:
    """How far somebody is in the lesson, and the attempt that the page shows.

    An attempt whose time is over is handed in first. `is_unhurried`: the reader has
    长辈版, and an attempt that was begun without it loses its limit.
    """
    row, attempt = _read_together(enrolment, lesson)
    if attempt is not None and attempt.is_open and attempt.is_over(at):
        hand_in_if_over(attempt=attempt, at=at)
        row, attempt = _read_together(enrolment, lesson)
    elif is_unhurried and attempt is not None and attempt.deadline is not None:
        lift_limit(attempt=attempt, at=at)
    return row, attempt, list(attempt.responses.all()) if attempt else []


def _read_together(
    enrolment: Enrolment, lesson: Any
) -> tuple[LessonProgress | None, Attempt | None]:
    """The progress and the newest attempt, each None before the first; one query."""
    found = _own_work.first(enrolment=enrolment.pk, lesson=lesson.pk)
    # What is not there leaves no attribute behind.
    row = getattr(found, "own_row", None)
    attempt = getattr(found, "own_attempt", None)
    for one in (row, attempt):
        if one is not None:
            one.enrolment = enrolment
    return row, attempt


@kept(enrolment=BigIntegerField(), lesson=BigIntegerField())
def _own_work(enrolment: Any, lesson: Any) -> Any:
    """The enrolment with its row of the lesson and the newest attempt.

    The newest is the open one if any is.
    """
    enrolments: Any = Enrolment.objects
    rows = enrolments.annotate(
        own_row=FilteredRelation("progress", condition=Q(progress__lesson=lesson)),
        own_attempt=FilteredRelation("attempts", condition=Q(attempts__lesson=lesson)),
    ).select_related("own_row", "own_attempt")
    return rows.filter(pk=enrolment).order_by("-own_attempt__number")[:1]


def late_answers(attempt: Attempt | None) -> dict[str, Any]:
    """The newest late answer to each question; asked only where there can be any."""
    if attempt is None or attempt.is_open:
        return {}
    rows = attempt.late_answers.order_by("seq", "pk")
    return {one.block_id: one.answer for one in rows}


def read_quiz(
    lesson: Any,
    attempt: Attempt | None,
    responses: Sequence[Response],
    enrolment: Enrolment | None,
    display: Display,
    at: datetime,
) -> QuizView:
    """How the quiz stands; no query."""
    if enrolment is None:
        return QuizView(
            shows_questions=not lesson.begins_by_button, minutes=_limit(lesson, display)
        )
    is_handed_in = attempt is not None and not attempt.is_open
    shown = lesson.answers_shown
    tells = shown == AnswersShown.EACH or (
        shown == AnswersShown.HANDED_IN and is_handed_in
    )
    deadline = attempt.deadline if attempt is not None and attempt.is_open else None
    is_over = deadline is not None and at >= deadline
    asked = {one["block_id"] for one in attempt.paper} if attempt else set()
    own = [one for one in responses if one.block_id in asked]
    # Without a press an attempt begins with the first answer, or with handing in.
    can_begin = bool(lesson.content.questions) and not lesson.begins_by_button
    may_total = tells or is_handed_in
    limit = deadline_of(lesson, enrolment, at)
    return QuizView(
        shows_questions=attempt is not None or not lesson.begins_by_button,
        shows_marks=tells,
        shows_right=is_handed_in and shown == AnswersShown.HANDED_IN,
        shows_total=may_total,
        may_begin=attempt is None and lesson.begins_by_button and lesson.content.asks,
        may_hand_in=lesson.is_handed_in and (attempt.is_open if attempt else can_begin),
        number=attempt.number if attempt else 1,
        total=len(asked) if attempt else len(lesson.content.questions),
        answered=len(own),
        right_total=sum(bool(one.is_right) for one in own) if may_total else 0,
        waiting=sum(one.is_right is None for one in own),
        attempts_left=sheet_of(lesson, attempt).attempts_left,
        minutes=(
            None
            if display.is_elder or limit is None
            else round((limit - at).total_seconds() / 60)
        ),
        deadline=deadline,
        seconds_left=int((deadline - at).total_seconds()) if deadline else 0,
        is_over=is_over,
        is_handed_in=is_handed_in,
    )


def _limit(lesson: Any, display: Display) -> int | None:
    limit: int | None = lesson.time_limit_minutes
    return None if display.is_elder else limit
