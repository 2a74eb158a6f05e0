"""A lesson as its page shows it to one reader: blocks, answers, position, what is left."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.civil_time import civil_date, clock_in_words, day_in_words
from core.pictures import read_renditions
from core.service_worker import reader_key
from courses.blocks.lesson import MEDIA_TYPES, QUESTION_TYPES
from courses.models import LessonPage
from learning.choices import AttemptState
from learning.join import ProgressState
from learning.models import Attempt, Enrolment, LessonProgress, Response
from learning.permissions import study_enrolment
from learning.reading import CourseStudy, LessonStudy, read_course_study
from learning.report import opened_token
from learning.rules import Verdict, judge, rule_in_words
from learning.services.answers import read_attempt
from learning.services.progress import state_of
from learning.step_view import Steps, arrange_steps

# A finished medium begins at its start again (known fault of other players).
FINISHED_SHARE = 0.95
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
class QuestionView:
    """A question with the learner's answer. What is right is shown after answering."""

    block_id: str
    number: int
    prompt: str
    is_multiple: bool
    options: list[dict[str, Any]]
    is_answered: bool = False
    is_right: bool | None = None
    remarks: list[str] = field(default_factory=list)
    seq: int = 0
    # Where the question stands when the lesson is shown step by step.
    step_number: int = 0

    @property
    def chosen_words(self) -> str:
        """What was chosen, for the list at the end; empty without an answer."""
        chosen = [str(one["text"]) for one in self.options if one["chosen"]]
        return _("、").join(chosen)


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
    layout_url: str = ""
    # Whose pages these are, on a device that several people use; names the queue too.
    reader: str = ""
    # None where the lesson is shown as one page.
    steps: Steps | None = None

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
    def first_question_step(self) -> int:
        """The step to which «再做一遍» leads."""
        return self.questions[0].step_number if self.questions else 0

    @property
    def right_total(self) -> int:
        """How many questions are answered rightly."""
        return sum(bool(question.is_right) for question in self.questions)

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
        return bool(self.attempt and self.attempt.state == AttemptState.SUBMITTED)

    def _place(self) -> int:
        pks = [one.lesson.pk for one in self.course_study.lessons]
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
    if enrolment is not None:
        row = LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson).first()
    if enrolment and row and lesson.content.questions:
        attempt, responses = read_attempt(enrolment, lesson)
    answers = {one.block_id: one for one in responses}
    if enrolment is not None:
        now = timezone.now()
        verdict = judge(
            lesson.content,
            state_of(row) if row else ProgressState(opened_at=now, seen_until=now),
            {block: float(one.share) for block, one in answers.items()},
            lesson.pass_percent,
            passed_before=bool(row and row.passed),
        )
    view = LessonView(
        lesson=lesson,
        course_study=read_course_study(course, enrolment),
        enrolment=enrolment,
        row=row,
        verdict=verdict,
        attempt=attempt,
        rule_words=rule_in_words(lesson.content, lesson.pass_percent),
        blocks=_blocks(lesson, row, verdict, answers),
    )
    if enrolment is not None and lesson.pk:
        now = timezone.now()
        view.token = opened_token(lesson.pk, enrolment.learner_id, now)
        kwargs = {"lesson_id": lesson.pk}
        view.progress_url = reverse("learning:progress", kwargs=kwargs)
        view.done_url = reverse("learning:done", kwargs=kwargs)
    view.reader = reader_key(request.user)
    if lesson.pk:
        view.layout_url = reverse("learning:layout", kwargs={"lesson_id": lesson.pk})
    view.steps = arrange_steps(view, request)
    return view


def _blocks(
    lesson: LessonPage,
    row: LessonProgress | None,
    verdict: Verdict | None,
    answers: dict[str, Response],
) -> list[BlockView]:
    views = []
    number = 0
    read_renditions(
        child.value.get("image")
        for child in lesson.body
        if child.block_type in PICTURE_TYPES
    )
    for child in lesson.body:
        view = BlockView(block=child)
        if child.block_type in MEDIA_TYPES:
            view.media = _media(lesson, child, row, verdict)
        elif child.block_type in QUESTION_TYPES:
            number += 1
            view.question = _question(child, number, answers.get(child.id))
        elif child.block_type == "file":
            view.file_src = media_url(lesson.pk or 0, child.id, "file")
        views.append(view)
    return views


def _media(
    lesson: LessonPage,
    child: Any,
    row: LessonProgress | None,
    verdict: Verdict | None,
) -> MediaView:
    duration = child.value.duration_s
    epoch, seconds = 0, 0.0
    if row is not None and child.id in row.positions:
        epoch, seconds = row.positions[child.id]
    finished = duration and seconds >= duration * FINISHED_SHARE
    lesson_id = lesson.pk or 0
    has_poster = bool(child.value.media and child.value.media.thumbnail)
    return MediaView(
        src=media_url(lesson_id, child.id, child.block_type),
        captions_src=(
            media_url(lesson_id, child.id, "captions")
            if child.value.get("captions")
            else ""
        ),
        poster_src=media_url(lesson_id, child.id, "poster") if has_poster else "",
        duration_s=duration,
        resume_s=0.0 if finished else seconds,
        # After the end a new viewing begins, whose place is remembered afresh.
        epoch=int(epoch) + bool(finished),
        watched_s=verdict.credited_s.get(child.id, 0.0) if verdict else 0.0,
        transcript_done=bool(row and child.id in row.transcripts),
        is_done=bool(verdict and child.id not in verdict.open_media),
    )


def _question(child: Any, number: int, response: Response | None) -> QuestionView:
    value = child.value
    chosen = set(response.answer) if response else set()
    prompt = value.prompt if child.block_type == "true_false" else value["prompt"]
    mark = value.grade(response.answer) if response else None
    return QuestionView(
        block_id=child.id,
        number=number,
        prompt=prompt,
        is_multiple=child.block_type == "multiple_choice",
        options=[
            {**choice, "chosen": choice["id"] in chosen} for choice in value.choices
        ],
        is_answered=response is not None,
        is_right=response.is_right if response else None,
        remarks=mark.remarks if mark else [],
        seq=response.seq if response else 0,
    )
