"""The marking queue: what waits for a person, question by question."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from courses.choices import AnswersShown
from learning.choices import AttemptState
from learning.desk import runs_for_desk
from learning.models import Attempt, Response
from learning.paper import prompt_of, thaw
from learning.work_files import shown_files

PHRASES_SHOWN = 4
# Of so many earlier marks the usual words are taken.
PHRASES_FROM = 200


@dataclass
class Heap:
    """The answers to one question that wait."""

    lesson_id: int
    block_id: str
    lesson_title: str
    course_title: str
    prompt: str
    waiting: int
    oldest: Any


@dataclass
class Line:
    """One question of an attempt on the teacher's page."""

    prompt: str
    words: list[str]
    response: Response | None
    files: list[dict[str, Any]]
    late: list[str]


@dataclass
class Sheet:
    """One answer before its marker."""

    response: Response
    prompt: str
    value: Any
    words: list[str]
    files: list[dict[str, Any]] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    waiting: int = 0


def markable(user: Any) -> QuerySet[Response]:
    """Answers of learners whom the person may see; never one's own."""
    rows: QuerySet[Response] = (
        Response.objects.filter(attempt__enrolment__run__in=runs_for_desk(user))
        .exclude(attempt__enrolment__learner=user)
        .order_by("answered_at", "pk")
    )
    return rows


def waiting(user: Any) -> QuerySet[Response]:
    """Those that wait for a mark: of a quiz that is handed in, once it is."""
    is_free = Q(
        attempt__lesson__time_limit_minutes__isnull=True,
        attempt__lesson__answers_shown=AnswersShown.EACH,
    )
    is_in = Q(attempt__state=AttemptState.SUBMITTED)
    rows = markable(user).filter(Q(share__isnull=True) & (is_free | is_in))
    # Of an account that was closed nobody waits for a word any more.
    return rows.filter(attempt__enrolment__learner__is_active=True)


def read_heaps(user: Any) -> list[Heap]:
    """What waits, by question; the question that has waited longest comes first.

    Two queries whatever the number of answers.
    """
    rows = list(
        waiting(user)
        .order_by()
        .values(
            "attempt__lesson_id",
            "block_id",
            "attempt__lesson__title",
        )
        .annotate(total=Count("pk"), oldest=Min("answered_at"), attempt=Min("attempt"))
        .order_by("oldest", "block_id")
    )
    attempts = Attempt.objects.select_related(
        "lesson", "enrolment__run__course"
    ).in_bulk([row["attempt"] for row in rows])
    return [_heap(row, attempts[row["attempt"]]) for row in rows]


def _heap(row: Mapping[str, Any], attempt: Attempt) -> Heap:
    value = _value(attempt, row["block_id"])
    return Heap(
        lesson_id=row["attempt__lesson_id"],
        block_id=row["block_id"],
        lesson_title=row["attempt__lesson__title"],
        course_title=attempt.enrolment.run.course.title,
        prompt=prompt_of(value) if value is not None else "",
        waiting=row["total"],
        oldest=row["oldest"],
    )


def next_waiting(user: Any, lesson_id: int, block_id: str) -> Response | None:
    """The next answer to the same question, else of the question that waited longest."""
    rows = waiting(user)
    same = rows.filter(attempt__lesson_id=lesson_id, block_id=block_id).first()
    return same or rows.first()


def read_sheet(user: Any, response: Response) -> Sheet:
    """One answer with all that its marker needs."""
    attempt = response.attempt
    value = _value(attempt, response.block_id)
    is_work = value is not None and value.form == "work"
    return Sheet(
        response=response,
        prompt=prompt_of(value) if value is not None else "",
        value=value,
        words=value.words_of(response.answer) if value is not None else [],
        files=shown_files(response.answer) if is_work else [],
        phrases=_phrases(user, attempt.lesson_id, response.block_id),
        waiting=waiting(user)
        .filter(attempt__lesson_id=attempt.lesson_id, block_id=response.block_id)
        .count(),
    )


def _value(attempt: Attempt, block_id: str) -> Any:
    """The question as the learner saw it; None where the paper has lost it."""
    child = thaw(attempt).get(block_id)
    return child.value if child is not None else None


def _phrases(user: Any, lesson_id: int, block_id: str) -> list[str]:
    """What this marker mostly writes to this question."""
    said = Response.objects.filter(
        marked_by=user, attempt__lesson_id=lesson_id, block_id=block_id
    ).exclude(comment="")
    newest = said.order_by("-marked_at").values_list("comment", flat=True)
    counted = Counter(newest[:PHRASES_FROM])
    return [words for words, _count in counted.most_common(PHRASES_SHOWN)]


def read_lines(attempt: Attempt) -> list[Line]:
    """An attempt question by question, with what came late; three queries and files."""
    rows = {row.block_id: row for row in attempt.responses.select_related("marked_by")}
    late: dict[str, list[Any]] = {}
    for one in attempt.late_answers.all():
        late.setdefault(one.block_id, []).append(one.answer)
    found = []
    for block_id, child in thaw(attempt).items():
        row = rows.get(block_id)
        words_of = child.value.words_of
        is_work = child.value.form == "work" and row is not None
        found.append(
            Line(
                prompt=prompt_of(child.value),
                words=words_of(row.answer) if row is not None else [],
                response=row,
                files=shown_files(row.answer) if is_work and row is not None else [],
                late=[word for one in late.get(block_id, ()) for word in words_of(one)],
            )
        )
    return found
