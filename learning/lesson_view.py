"""A lesson as its page shows it to one reader: blocks, answers, position, what is left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.civil_time import civil_date, clock_in_words, day_in_words
from core.display import read_display
from core.pictures import read_renditions
from core.service_worker import reader_key
from courses.blocks.lesson import MEDIA_TYPES, QUESTION_TYPES
from courses.models import LessonPage
from learning.join import ProgressState
from learning.models import Attempt, Enrolment, LessonProgress, Response
from learning.paper import arrange, content_of
from learning.permissions import study_enrolment
from learning.question_view import Asking, QuestionView, question_view
from learning.quiz_view import (
    QuizView,
    late_answers,
    read_own_work,
    read_quiz,
)
from learning.reading import CourseStudy, LessonStudy, read_course_study
from learning.report import opened_token
from learning.rules import Verdict, judge, rule_in_words
from learning.services.answers import shares_of, sheet_of
from learning.services.lesson_row import state_of
from learning.step_view import Steps, arrange_steps, score_words

# A finished medium begins at its start again (known fault of other players).
FINISHED_SHARE = 0.95
ARRANGED = ("ordering", "matching")
PICTURE_TYPES = ("picture", "step")
# A place before this is the beginning; the player uses the same number.
BEGINNING_S = 3


@dataclass
class MediaView:
    """A video or recording with where the learner was; times in seconds."""

    src: str
    captions_src: str
    poster_src: str
    duration_s: float
    resume_s: float
    epoch: int
    watched_s: float
    transcript_done: bool
    is_done: bool = False

    @property
    def resume_words(self) -> str:
        """Where the learner was: «3 分 20 秒»; empty at the beginning."""
        if self.resume_s < BEGINNING_S:
            return ""
        minutes, seconds = divmod(int(self.resume_s), 60)
        if not minutes:
            return _("%(seconds)s 秒") % {"seconds": seconds}
        return _("%(minutes)s 分 %(seconds)s 秒") % {
            "minutes": minutes,
            "seconds": seconds,
        }

    @property
    def fragment(self) -> str:
        """`#t=200`: the place where a player begins, without a script too."""
        return f"#t={self.resume_s:.0f}" if self.resume_s >= BEGINNING_S else ""


@dataclass
class BlockView:
    """One block of the lesson with what the reader has done of it."""

    block: Any
    media: MediaView | None = None
    question: QuestionView | None = None
    picture_src: str = ""
    file_src: str = ""


@dataclass
class LessonView:
    """All that the lesson's template needs of the reader."""

    lesson: LessonPage
    course_study: CourseStudy
    enrolment: Enrolment | None
    row: LessonProgress | None
    verdict: Verdict | None
    attempt: Attempt | None
    rule_words: str
    blocks: list[BlockView]
    token: str = ""
    progress_url: str = ""
    done_url: str = ""
    ask_url: str = ""
    layout_url: str = ""
    # Whose pages these are, on a device that several people use; names the queue too.
    reader: str = ""
    quiz: QuizView = field(default_factory=QuizView)
    # None where the lesson is shown as one page.
    steps: Steps | None = None

    @property
    def is_quiz_in_steps(self) -> bool:
        """Whether each question of the lesson is a step of its own."""
        return self.steps is not None and self.steps.is_quiz

    @property
    def saved_words(self) -> str:
        """When the last report arrived: «上午 9:00», with the day if not today."""
        if self.row is None:
            return ""
        at = self.row.seen_until
        clock, day = clock_in_words(at), civil_date(at)
        return clock if day == civil_date() else f"{day_in_words(day)} {clock}"

    @property
    def questions(self) -> list[QuestionView]:
        return [one.question for one in self.blocks if one.question]

    @property
    def asks_arranging(self) -> bool:
        """Whether things are to be put in order or matched: that has its own script."""
        return any(one.value.form in ARRANGED for one in self.questions)

    @property
    def asked_total(self) -> int:
        """How many questions there are, or will be when they are drawn."""
        content = self.lesson.content
        planned = len(content.questions) + sum(one.count for one in content.draws)
        return len(self.questions) or planned

    @property
    def score_words(self) -> str:
        return score_words(self)

    @property
    def begin_step(self) -> int:
        """The step at which the page opens when the questions have begun."""
        if self.steps is None or self.steps.is_quiz:
            return 1
        return self.steps.last.number + 1

    @property
    def first_question_step(self) -> int:
        """The step to which «再做一遍» leads."""
        return self.questions[0].step_number if self.questions else 0

    @property
    def right_total(self) -> int:
        """How many questions are answered rightly; 0 as long as that is not told."""
        return self.quiz.right_total

    @property
    def can_record(self) -> bool:
        return self.enrolment is not None

    @property
    def is_complete(self) -> bool:
        return bool(self.row and self.row.completed_at)

    @property
    def attempt_number(self) -> int:
        return self.attempt.number if self.attempt else 1

    @property
    def is_handed_in(self) -> bool:
        return bool(self.attempt and not self.attempt.is_open)

    def _place(self) -> int:
        pks = [one.key for one in self.course_study.lessons]
        return pks.index(self.lesson.pk) if self.lesson.pk in pks else -1

    @property
    def number(self) -> int:
        return self._place() + 1

    @property
    def previous(self) -> LessonStudy | None:
        place = self._place()
        return self.course_study.lessons[place - 1] if place > 0 else None

    @property
    def next(self) -> LessonStudy | None:
        place = self._place()
        if place < 0 or place + 1 >= self.course_study.total:
            return None
        return self.course_study.lessons[place + 1]


def media_url(lesson_id: int, block_id: str, slot: str) -> str:
    """The one address of a lesson's file: it asks the gate (design §8)."""
    return reverse(
        "learning:media",
        kwargs={"lesson_id": lesson_id, "block_id": block_id, "slot": slot},
    )


def address_of(
    request: HttpRequest, lesson: LessonPage, block_id: str, slot: str
) -> str:
    """Where this reader gets a file of the lesson: by the link, in a draft so opened."""
    token = getattr(request, "preview_token", "")
    if token:
        return reverse("learning:draft_media", args=[token, block_id, slot])
    return media_url(lesson.pk or 0, block_id, slot)


def enrolment_of(request: HttpRequest, course_id: int) -> Enrolment | None:
    """The reader's enrolment in that course; the gate and the page ask once."""
    known = request.__dict__.setdefault("_study_enrolments", {})
    if course_id not in known:
        known[course_id] = study_enrolment(request.user, course_id)
    enrolment: Enrolment | None = known[course_id]
    return enrolment


def read_lesson(request: HttpRequest, lesson: LessonPage) -> LessonView:
    """The lesson for the reader of this request."""
    course = lesson.course
    enrolment = enrolment_of(request, course.pk)
    row = attempt = verdict = None
    responses: list[Response] = []
    now, display = timezone.now(), read_display(request)
    if enrolment is not None:
        row, attempt, responses = read_own_work(
            enrolment, lesson, now, is_unhurried=display.is_elder
        )
        verdict = judge(
            content_of(lesson, attempt),
            state_of(row) if row else ProgressState(opened_at=now, seen_until=now),
            shares_of(responses),
            lesson.pass_percent,
            passed_before=bool(row and row.passed),
            sheet=sheet_of(lesson, attempt),
        )
    quiz = read_quiz(lesson, attempt, responses, enrolment, display, now)
    view = LessonView(
        lesson=lesson,
        course_study=read_course_study(course, enrolment),
        enrolment=enrolment,
        row=row,
        verdict=verdict,
        attempt=attempt,
        rule_words=rule_in_words(content_of(lesson, attempt), lesson.pass_percent),
        blocks=_blocks(
            lesson,
            row,
            verdict,
            Asking(
                {one.block_id: one for one in responses},
                _seed(enrolment, attempt),
                request.GET,
                quiz,
                late_answers(attempt),
                lesson.pk or 0,
            ),
            attempt,
            partial(address_of, request, lesson),
        ),
        quiz=quiz,
    )
    if enrolment is not None and lesson.pk:
        view.token = opened_token(lesson.pk, enrolment.learner_id, now)
        kwargs = {"lesson_id": lesson.pk}
        view.progress_url = reverse("learning:progress", kwargs=kwargs)
        view.done_url = reverse("learning:done", kwargs=kwargs)
        view.ask_url = reverse("learning:ask", kwargs=kwargs)
    view.reader = reader_key(request.user)
    if lesson.pk:
        view.layout_url = reverse("learning:layout", kwargs={"lesson_id": lesson.pk})
    view.steps = arrange_steps(view, request)
    return view


def _blocks(
    lesson: LessonPage,
    row: LessonProgress | None,
    verdict: Verdict | None,
    asking: Asking,
    attempt: Attempt | None,
    address: Callable[[str, str], str],
) -> list[BlockView]:
    views = []
    number = 0
    read_renditions(
        child.value.get("image")
        for child in lesson.body
        if child.block_type in PICTURE_TYPES
    )
    for child in arrange(lesson.body, attempt):
        if child.block_type in QUESTION_TYPES and not asking.quiz.shows_questions:
            continue
        view = BlockView(block=child)
        if child.block_type in MEDIA_TYPES:
            view.media = _media(child, row, verdict, address)
        elif child.block_type in QUESTION_TYPES:
            number += 1
            view.question = question_view(child, number, asking)
        elif child.block_type == "file":
            view.file_src = address(child.id, "file")
        views.append(view)
    return views


def _media(
    child: Any,
    row: LessonProgress | None,
    verdict: Verdict | None,
    address: Callable[[str, str], str],
) -> MediaView:
    duration = child.value.duration_s
    epoch, seconds = 0, 0.0
    if row is not None and child.id in row.positions:
        epoch, seconds = row.positions[child.id]
    finished = duration and seconds >= duration * FINISHED_SHARE
    has_poster = bool(child.value.media and child.value.media.thumbnail)
    return MediaView(
        src=address(child.id, child.block_type),
        captions_src=(
            address(child.id, "captions") if child.value.get("captions") else ""
        ),
        poster_src=address(child.id, "poster") if has_poster else "",
        duration_s=duration,
        resume_s=0.0 if finished else seconds,
        # After the end a new viewing begins, whose place is remembered afresh.
        epoch=int(epoch) + bool(finished),
        watched_s=verdict.credited_s.get(child.id, 0.0) if verdict else 0.0,
        transcript_done=bool(row and child.id in row.transcripts),
        is_done=bool(verdict and child.id not in verdict.open_media),
    )


def _seed(enrolment: Enrolment | None, attempt: Attempt | None) -> str:
    """What shuffles the things of this attempt: the same however often it is opened."""
    number = attempt.number if attempt else 1
    return f"{enrolment.pk if enrolment else 0}/{number}"
