"""A lesson one step at a time, as its page shows it to one reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.display import read_display
from courses.blocks.lesson import MEDIA_TYPES, QUESTION_TYPES
from learning.report import STEP_MARKS
from learning.steps import is_quiz, split_steps

if TYPE_CHECKING:
    from learning.lesson_view import BlockView, LessonView
    from learning.question_view import QuestionView

# How the reader wants lessons: step by step, or as one page. Without a choice the
# elder view goes step by step.
LAYOUT_COOKIE = "lesson_view"
STEPS, WHOLE = "steps", "whole"
LAYOUTS = (STEPS, WHOLE)
# A quiz begins with a page of its own, in front of the first question.
START = 0
_MARKS = {code: name for name, code in STEP_MARKS.items()}


@dataclass
class StepView:
    """One step. `number` is its address: `?step=3`."""

    number: int
    kind: str  # start, intro, step, media, question, result
    key: str = ""  # the id of its first block
    title: str = ""
    label: str = ""
    blocks: list[BlockView] = field(default_factory=list)
    is_seen: bool = False
    # What the learner said of it («did»), and how often it was said.
    mark: str = ""
    mark_count: int = 0
    is_current: bool = False
    previous: StepView | None = None
    next: StepView | None = None

    @property
    def question(self) -> QuestionView | None:
        return self.blocks[0].question if self.blocks else None

    @property
    def target(self) -> str:
        """The id of the element that is read aloud."""
        return f"step-{self.number}"

    @property
    def recording(self) -> str:
        """The id of the block with the teacher's recording; empty without one."""
        found = [
            one.block.id
            for one in self.blocks
            if one.block.block_type == "audio" and one.block.value.media
        ]
        return found[0] if found else ""

    @property
    def player(self) -> str:
        """The id of the player that holds the recording; empty without one."""
        return f"a-{self.recording}" if self.recording else ""

    @property
    def has_picture(self) -> bool:
        """Whether a picture stands beside the words on a wide screen."""
        first = self.blocks[0].block if self.blocks else None
        return bool(first and first.block_type == "step" and first.value.get("image"))


@dataclass
class Steps:
    """All steps of a lesson in their order, and the one that is shown."""

    is_quiz: bool
    every: list[StepView]
    total: int  # those with a number in words; not the start and the result

    @property
    def current(self) -> StepView:
        return next(one for one in self.every if one.is_current)

    @property
    def last(self) -> StepView:
        return self.every[-1]


def wants_steps(request: HttpRequest) -> bool:
    """Whether this reader goes step by step: the own choice, else the size."""
    chosen = request.COOKIES.get(LAYOUT_COOKIE, "")
    if chosen in LAYOUTS:
        return chosen == STEPS
    return read_display(request).is_elder


def arrange_steps(view: LessonView, request: HttpRequest) -> Steps | None:
    """The steps of the lesson; None where it is one page.

    A quiz goes question by question in every size.
    """
    kinds = [one.block.block_type for one in view.blocks]
    quiz = is_quiz([one.block_type for one in view.lesson.body])
    if quiz and not view.quiz.shows_questions:
        return _not_begun(view)
    if not kinds or not (quiz or wants_steps(request)):
        return None
    groups = split_steps(kinds)
    steps = _numbered(view, groups, quiz)
    total = sum(bool(one.kind not in ("start", "result")) for one in steps)
    _link(steps)
    _choose(steps, view, request.GET.get("step", ""), quiz)
    return Steps(is_quiz=quiz, every=steps, total=total)


def _not_begun(view: LessonView) -> Steps:
    """A quiz whose questions are shown when it has begun: its first page alone."""
    start = StepView(START, "start", title=view.lesson.title, label=_("小测"))
    start.blocks = list(view.blocks)
    start.is_current = True
    return Steps(is_quiz=True, every=[start], total=view.asked_total)


def _numbered(view: LessonView, groups: list[list[int]], quiz: bool) -> list[StepView]:
    steps: list[StepView] = []
    if quiz:
        start = StepView(START, "start", title=view.lesson.title, label=_("小测"))
        if view.blocks[groups[0][0]].question is None:
            # A kind word in front of the first question belongs to the beginning.
            start.blocks = [view.blocks[place] for place in groups[0]]
            groups = groups[1:]
        steps.append(start)
    for number, places in enumerate(groups, start=1):
        steps.append(_step(view, number, [view.blocks[place] for place in places]))
        words = _("第 %(number)s 题") if quiz else _("第 %(number)s 步")
        steps[-1].label = words % {"number": number}
    if view.questions:
        steps.append(
            StepView(
                len(groups) + 1, "result", title=score_words(view), label=_("看结果")
            )
        )
    return steps


def score_words(view: LessonView) -> str:
    """«5 题对了 4 题», or how many are still open."""
    total = len(view.questions)
    still = sum(not one.is_answered for one in view.questions)
    if still and not view.is_handed_in:
        return _("还有 %(count)s 题没答") % {"count": still}
    if not view.quiz.shows_total:
        return _("%(total)s 题都答完了") % {"total": total}
    words = _("%(total)s 题对了 %(right)s 题") % {
        "total": total,
        "right": view.right_total,
    }
    if view.quiz.waiting:
        more = _("%(count)s 题等老师看") % {"count": view.quiz.waiting}
        words = _("，").join([words, more])
    return words


def _step(view: LessonView, number: int, blocks: list[BlockView]) -> StepView:
    first = blocks[0].block
    kind = {"step": "step"}.get(first.block_type, "intro")
    title = view.lesson.title
    if first.block_type in MEDIA_TYPES:
        kind, title = "media", first.value["title"]
    elif first.block_type in QUESTION_TYPES:
        kind, title = "question", blocks[0].question.prompt  # type: ignore[union-attr]
    elif kind == "step":
        title = first.value["title"]
    step = StepView(number, kind, key=first.id, title=title, blocks=blocks)
    for one in blocks:
        if one.question is not None:
            one.question.step_number = number
    known = view.row.positions.get(first.id) if view.row else None
    transcripts = view.row.transcripts if view.row else []
    answered = bool(step.question and step.question.is_answered)
    step.is_seen = known is not None or first.id in transcripts or answered
    if known is not None and kind == "step":
        step.mark_count, step.mark = int(known[0]), _MARKS.get(int(known[1]), "")
    return step


def _link(steps: list[StepView]) -> None:
    for one, after in pairwise(steps):
        one.next, after.previous = after, one


def _choose(steps: list[StepView], view: LessonView, asked: str, quiz: bool) -> None:
    """Mark the step that is shown: the one asked for, else where the reader was."""
    by_number = {str(one.number): one for one in steps}
    chosen = by_number.get(asked) or _place(steps, view, quiz)
    chosen.is_current = True


def _place(steps: list[StepView], view: LessonView, quiz: bool) -> StepView:
    if view.is_handed_in and quiz:
        return steps[-1]
    if view.is_complete:
        return steps[0]
    numbered = [one for one in steps if one.kind not in ("start", "result")]
    if not any(one.is_seen for one in numbered):
        return steps[0]
    return next((one for one in numbered if not one.is_seen), steps[-1])
