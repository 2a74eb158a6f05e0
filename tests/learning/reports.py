"""A class made by hand, whose figures every screen and file has to show."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from learning.choices import AttemptState
from learning.models import Attempt, Enrolment, LessonProgress, Response
from learning.services.answers import freeze_paper
from learning.services.enrolment import enrol_learner
from tests.factories import make_learner
from tests.learning.lessons import option_id

DAY = timedelta(days=1)


def put(
    run: Any, name: str, *, seen: int | None = None, is_done: bool = False, ago: int = 0
) -> Enrolment:
    """Somebody who enrolled, was last seen and perhaps finished so many days ago."""
    now = timezone.now()
    row = enrol_learner(learner=make_learner(name), run=run)
    Enrolment.objects.filter(pk=row.pk).update(
        created_at=now - ago * DAY,
        last_seen_at=None if seen is None else now - seen * DAY,
        completed_at=now if is_done else None,
    )
    row.refresh_from_db()
    return row


def progress(
    row: Enrolment, lesson: Any, *, seen: int = 0, is_done: bool = False, **fields: Any
) -> LessonProgress:
    at = timezone.now() - seen * DAY
    done = at if is_done else None
    return LessonProgress.objects.create(
        enrolment=row,
        lesson=lesson,
        viewed_at=at,
        seen_until=at,
        done_at=done,
        completed_at=done,
        **fields,
    )


def hand_in(row: Enrolment, lesson: Any, *, number: int = 1, **chosen: str) -> Attempt:
    """An attempt that is handed in; for each question, by name, the option chosen."""
    attempt = Attempt.objects.create(
        enrolment=row,
        lesson=lesson,
        number=number,
        paper=freeze_paper(lesson),
        state=AttemptState.SUBMITTED,
        submitted_at=timezone.now(),
    )
    for question in lesson.content.questions:
        for name, option in chosen.items():
            answer = [option_id(name, option)]
            if not question.value.is_answer(answer):
                continue
            mark = question.value.grade(answer)
            Response.objects.create(
                attempt=attempt,
                block_id=question.block_id,
                answer=answer,
                is_right=mark.is_right,
                share=mark.share,
            )
    return attempt
