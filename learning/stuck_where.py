"""«谁卡在哪儿»: for each lesson of a class, who began it and went no further.

Counted are lessons begun and not finished, of people who have not finished the course.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import CourseRun, LessonPage
from learning.insight import lessons_of, people_of_class
from learning.models import LessonProgress
from learning.models.class_figures import (
    DORMANT_AFTER,
    STUCK_AFTER,
    Figure,
    condition,
)

CHUNK = 1000


@dataclass
class LessonStop:
    """How many stopped in a lesson, and for how long nothing was heard of it."""

    lesson: LessonPage
    stopped: int = 0
    # Of them: silent for a week and for a month.
    for_a_week: int = 0
    for_a_month: int = 0


@dataclass
class Stopped:
    """One who began the lesson: who, since when."""

    progress: LessonProgress

    @property
    def name(self) -> str:
        return str(self.progress.enrolment.learner.get_full_name())

    @property
    def masked_phone(self) -> str:
        return str(self.progress.enrolment.learner.masked_phone)

    @property
    def is_stuck(self) -> bool:
        return bool(self.progress.enrolment.is_stuck())


def stopped_in(user: Any, run: CourseRun) -> Any:
    """Progress that was begun and not finished, of people who have not finished."""
    people = people_of_class(user, run).filter(condition(Figure.UNFINISHED))
    return LessonProgress.objects.filter(
        enrolment__in=people.values("pk"), completed_at__isnull=True
    )


def stops_of_class(
    user: Any, run: CourseRun, at: datetime | None = None
) -> list[LessonStop]:
    """Every lesson with its figures, in the order of the course; two queries."""
    now = at or timezone.now()
    lessons = {one.pk: LessonStop(one) for one in lessons_of(run)}
    rows = (
        stopped_in(user, run)
        .filter(lesson__in=lessons)
        .order_by()
        .values_list("lesson")
        .annotate(
            stopped=Count("pk"),
            week=Count("pk", filter=Q(seen_until__lte=now - STUCK_AFTER)),
            month=Count("pk", filter=Q(seen_until__lte=now - DORMANT_AFTER)),
        )
    )
    for pk, stopped, week, month in rows:
        one = lessons[pk]
        one.stopped, one.for_a_week, one.for_a_month = stopped, week, month
    return list(lessons.values())


def people_stopped(user: Any, run: CourseRun, lesson: LessonPage) -> Any:
    """Who stopped in the lesson; who has been silent longest comes first."""
    return (
        stopped_in(user, run)
        .filter(lesson=lesson)
        .select_related("enrolment__learner", "enrolment__run")
        .order_by(F("seen_until").asc(), "pk")
    )


@dataclass(frozen=True)
class Place:
    """A block of a lesson in words, and how many stopped there."""

    words: str
    number: int


def where_they_stopped(user: Any, run: CourseRun, lesson: LessonPage) -> Place | None:
    """The block in which most stopped: the last one that has a position of theirs.

    Read in chunks; only the count of each block is kept. None where no position says it.
    """
    order = {child.id: place for place, child in enumerate(lesson.body)}
    counts: Counter[str] = Counter()
    rows = stopped_in(user, run).filter(lesson=lesson).order_by("pk")
    known = rows.values_list("positions", "watched").iterator(chunk_size=CHUNK)
    for positions, watched in known:
        reached = [one for one in (*positions, *watched) if one in order]
        if reached:
            counts[max(reached, key=order.__getitem__)] += 1
    if not counts:
        return None
    # Of two with as many, the earlier one.
    block, number = min(counts.items(), key=lambda one: (-one[1], order[one[0]]))
    return Place(_block_words(lesson, order[block]), number)


def _block_words(lesson: Any, place: int) -> str:
    """«第 3 块：视频 · 看一遍», as the author sees it in the editor."""
    child = lesson.body[place]
    words = _("第 %(place)s 块：%(kind)s") % {
        "place": place + 1,
        "kind": child.block.label,
    }
    value = child.value
    title = value.get("title") or value.get("prompt") if hasattr(value, "get") else ""
    return f"{words} · {title}" if title else words
