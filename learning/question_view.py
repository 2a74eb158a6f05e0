"""One question as its page shows it to one reader: the answer, and what may be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.blocks.base import Shown
from courses.blocks.written import MarkedValue
from learning.models import Response
from learning.quiz_view import QuizView
from learning.work_files import shown_files


@dataclass
class QuestionView:
    """A question with the learner's answer. What is right is shown after answering."""

    block_id: str
    number: int
    prompt: str
    value: Any
    shown: Shown
    words: list[str] = field(default_factory=list)
    is_answered: bool = False
    is_right: bool | None = None
    remarks: list[str] = field(default_factory=list)
    seq: int = 0
    # open, right, wrong, kept (what it was worth is not told yet), marking (by a person).
    state: str = "open"
    # What is right, and what a teacher wrote; empty until the learner may see it.
    right_words: list[str] = field(default_factory=list)
    comment: str = ""
    late_words: str = ""
    # Of work: what was handed over, and where to send it. A person's mark fixes an answer.
    files: list[dict[str, Any]] = field(default_factory=list)
    work_url: str = ""
    is_fixed: bool = False
    # Where the question stands when the lesson is shown step by step.
    step_number: int = 0

    @property
    def chosen_words(self) -> str:
        """What was answered, for the list at the end; empty without an answer."""
        return _("、").join(self.words)


@dataclass(frozen=True)
class Asking:
    """With what the questions are shown: the answers by block, and what shuffles things.

    `draft`: what a form without a script had filled in when something was left out.
    """

    answers: dict[str, Response]
    seed: str
    draft: Mapping[str, Any]
    quiz: QuizView
    late: Mapping[str, Any] = field(default_factory=dict)
    lesson_id: int = 0


def question_view(child: Any, number: int, asking: Asking) -> QuestionView:
    value, response = child.value, asking.answers.get(child.id)
    answer = response.answer if response else None
    prompt = value.prompt if child.block_type == "true_false" else value["prompt"]
    view = QuestionView(
        block_id=child.id,
        number=number,
        prompt=prompt,
        value=value,
        shown=value.shown(answer, f"{asking.seed}/{child.id}", asking.draft),
        words=value.words_of(answer) if response else [],
        is_answered=response is not None,
        seq=response.seq if response else 0,
    )
    if child.block_type == "work":
        _add_work(view, answer, asking)
    late = asking.late.get(child.id)
    if late is not None:
        view.late_words = _("、").join(value.words_of(late))
    _tell(view, response, asking.quiz)
    return view


def _add_work(view: QuestionView, answer: Any, asking: Asking) -> None:
    """The files that were handed over, and where others go."""
    if answer:
        view.files = shown_files(answer)
    if asking.lesson_id:
        kwargs = {"lesson_id": asking.lesson_id, "block_id": view.block_id}
        view.work_url = reverse("learning:hand_over", kwargs=kwargs)


def _tell(view: QuestionView, response: Response | None, quiz: QuizView) -> None:
    """Add what an answer was worth, as far as the learner may know it now."""
    if quiz.shows_right:
        view.right_words = view.value.right_words
    if response is None:
        return
    view.state = "kept"
    view.is_fixed = response.marked_at is not None
    if not quiz.shows_marks:
        return
    view.comment = response.comment
    view.is_right = response.is_right
    if response.is_right is None:
        view.state = "marking"
        return
    view.state = "right" if response.is_right else "wrong"
    if isinstance(view.value, MarkedValue):
        view.right_words = view.value.model_words
        return
    mark = view.value.grade(response.answer)
    if mark.is_right == response.is_right:
        view.remarks = mark.remarks
    else:
        # Graded anew by another version, or by a person: what this one says is wrong.
        view.right_words = []
