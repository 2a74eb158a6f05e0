"""Reports of progress without a script: one posted form, one event, one place to return."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.http import urlencode

from courses.models import LessonPage
from learning.exceptions import BadReportError
from learning.models import Enrolment
from learning.paper import content_of
from learning.report import STEP_MARKS
from learning.services.answers import current_attempt


@dataclass(frozen=True)
class FormReport:
    """What a form reports; `place` is added to the lesson's address afterwards.

    `left_out` says what is missing where there are no events; the place then holds what
    was filled in, so that nobody does it twice.
    """

    place: str
    events: list[dict[str, Any]] = field(default_factory=list)
    left_out: str = ""


def place_of(data: Any, anchor: str = "", name: str = "step") -> str:
    """Where the reader was: the step that the form names, else the anchor."""
    step = str(data.get(name, ""))
    is_number = step.isascii() and step.isdecimal() and len(step) <= 4
    return f"?step={int(step)}" if is_number else anchor


def read_form(data: Any, enrolment: Enrolment, lesson: LessonPage) -> FormReport:
    """The event of a form. Without events: an answer was sent and nothing chosen.

    Raises:
        BadReportError: no form of ours sends this.
    """
    event = data.get("event", "")
    block = data.get("block", "")[:36]
    if event == "answer":
        return _answer(data, enrolment, lesson, block)
    if event == "transcript":
        events = [{"type": "transcript", "block": block}]
        return FormReport(place_of(data, f"#m-{block}"), events)
    if event == "step":
        return _step(data, enrolment, lesson, block)
    if event == "hand_in":
        number = str(data.get("attempt", ""))
        is_number = number.isascii() and number.isdecimal() and len(number) <= 4
        given = int(number) if is_number else 0
        return FormReport("#quiz", [{"type": "hand_in", "attempt": given}])
    if event == "done":
        return FormReport(place_of(data, "#left"), [{"type": "done"}])
    raise BadReportError


def _step(
    data: Any, enrolment: Enrolment, lesson: LessonPage, block: str
) -> FormReport:
    """That a step was seen, with what was said of it; said again it is the same."""
    check = data.get("check", "")
    event: dict[str, Any] = {"type": "step", "block": block}
    if not check:
        return FormReport(place_of(data), [event])
    row = enrolment.progress.filter(lesson=lesson).first()
    count, mark = row.positions.get(block, (0, 0)) if row else (0, 0)
    is_new = not count or STEP_MARKS.get(check) != int(mark)
    event |= {"check": check, "seq": int(count) + is_new}
    # Who asks for help stays once and is shown whom to call.
    stays = check == "help" and is_new
    return FormReport(place_of(data, name="here" if stays else "step"), [event])


def _answer(
    data: Any, enrolment: Enrolment, lesson: LessonPage, block: str
) -> FormReport:
    """The form counts by what the server has: a resent form is the same answer."""
    place = place_of(data, f"#q-{block}")
    attempt = current_attempt(enrolment, lesson)
    question = content_of(lesson, attempt).question(block)
    if question is None:
        raise BadReportError
    choice = question.value.read_form(data)
    if choice is None:
        draft = urlencode(question.value.draft(data))
        if draft:
            place = f"{place}&{draft}" if place.startswith("?") else f"?{draft}{place}"
        return FormReport(place, left_out=str(question.value.left_out))
    if not question.value.is_answer(choice):
        raise BadReportError
    row = attempt.responses.filter(block_id=block).first() if attempt else None
    seq = row.seq if row else 0
    event = {
        "type": "answer",
        "block": block,
        "choice": choice,
        "attempt": attempt.number if attempt else 1,
        "seq": seq + (row is None or row.answer != question.value.kept(choice)),
    }
    return FormReport(place, [event])
