"""Which questions were changed since they were answered, for the desk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from courses.models import CourseRun, LessonPage
from learning.models import Attempt, Enrolment, Regrade, Response
from learning.paper import digest_of, live_questions, prompt_of, thaw_one

SHOWN = 20


@dataclass(frozen=True)
class ChangedQuestion:
    """A question that some were asked in another version than the present one."""

    lesson: LessonPage
    block_id: str
    prompt: str
    answers: int


@dataclass(frozen=True)
class Affected:
    """One answer that would be worth something else."""

    name: str
    words: str
    is_better: bool


def changed_questions(run: CourseRun) -> list[ChangedQuestion]:
    """The changed questions of the run's course, by lesson; not those graded anew."""
    found: list[ChangedQuestion] = []
    for lesson in LessonPage.objects.child_of(run.course).live():
        found += _changed_in(run, lesson)
    return found


def _changed_in(run: CourseRun, lesson: LessonPage) -> list[ChangedQuestion]:
    own = {"lesson": lesson, "enrolment__run__school": run.school_id}
    answers = dict(
        Response.objects.filter(**{f"attempt__{key}": one for key, one in own.items()})
        .values_list("block_id")
        .annotate(total=Count("pk"))
        .order_by()
    )
    if not answers:
        return []
    live = {key: raw for key, raw in live_questions(lesson).items() if key in answers}
    digests = {key: digest_of(raw) for key, raw in live.items()}
    asked: dict[str, set[str]] = {key: set() for key in live}
    papers = Attempt.objects.filter(**own).values_list("paper", flat=True)
    for paper in papers.iterator(chunk_size=500):
        for one in paper:
            if one["block_id"] in asked:
                asked[one["block_id"]].add(one["sha256"])
    done = {
        (one.block_id, digest_of(one.question))
        for one in Regrade.objects.filter(lesson=lesson, school=run.school_id)
    }
    return [
        ChangedQuestion(lesson, key, prompt_of(thaw_one(raw)), answers[key])
        for key, raw in live.items()
        if asked[key] - {digests[key]} and (key, digests[key]) not in done
    ]


def affected(
    user: Any, better: list[int], worse: list[int], raw: dict[str, Any]
) -> list[Affected]:
    """Some of the people whose answers change, of those whom the person may see."""
    ids = [*worse[:SHOWN], *better[:SHOWN]]
    rows = Response.objects.filter(
        pk__in=ids, attempt__enrolment__in=Enrolment.objects.visible_to(user)
    ).select_related("attempt__enrolment__learner")
    question, up = thaw_one(raw), set(better)
    found = [
        Affected(
            row.attempt.enrolment.learner.get_full_name(),
            "、".join(question.words_of(row.answer)),
            row.pk in up,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.is_better, one.name))[:SHOWN]


def past_regrades(run: CourseRun) -> QuerySet[Regrade]:
    """What was graded anew in the run's course, newest first."""
    lessons = LessonPage.objects.child_of(run.course)
    return Regrade.objects.filter(
        lesson__in=lessons, school=run.school_id
    ).select_related("lesson", "by")[:SHOWN]
