"""What was seen of a lesson, added to a row that nobody has locked (decision 0023)."""

import contextlib
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, QuerySet

from core.kept_changes import kept_update
from courses.content import LessonContent
from learning.choices import UNDER_WAY_STATES, ProgressSource
from learning.join import join
from learning.models import Enrolment, LessonProgress
from learning.report import Report
from learning.rules import judge
from learning.services import lesson_row
from learning.services.answers import Taken
from learning.services.progress import Outcome

ADDED = (*lesson_row.GROWING, "source")


def add(
    row: LessonProgress, content: LessonContent, report: Report, at: datetime
) -> Outcome | None:
    """Add what was seen to a lesson's row, which was read without a lock, and no more.

    For a lesson that asks nothing, and a report that neither answers nor completes. Added
    again it changes nothing: such a report needs no key. None, and nothing is written,
    where the row is not any more what was read, or somebody holds the enrolment.
    """
    found = {f"was_{name}": getattr(row, name) for name in lesson_row.GROWING}
    state = join(lesson_row.state_of(row), report.state)
    verdict = judge(content, state, {}, None, passed_before=bool(row.passed))
    lesson_row.write(row, state, verdict, ProgressSource.WEB)
    added = {name: getattr(row, name) for name in ADDED}
    with _one_turn():
        if not _saw(pk=row.pk, enrolment=row.enrolment_id, **found, **added):
            return None
        lesson_row.touch(row.enrolment, row.lesson_id, at, opens=report.opens)
    return Outcome(
        progress=row,
        verdict=verdict,
        taken=Taken(),
        just_completed_lesson=False,
        just_completed_course=False,
        saved_at=at,
    )


def _one_turn() -> contextlib.AbstractContextManager[Any]:
    """On SQLite writers line up before their transaction (`core.sqlite3`).

    On PostgreSQL each statement is a transaction of its own: that of the row is all that
    must be whole.
    """
    is_file = connection.vendor == "sqlite"
    return transaction.atomic() if is_file else contextlib.nullcontext()


@kept_update(
    pk=BigIntegerField(),
    enrolment=BigIntegerField(),
    **lesson_row.columns(lesson_row.GROWING, "was_"),
    **lesson_row.columns(ADDED),
)
def _saw(
    pk: Any, enrolment: Any, **given: Any
) -> "tuple[QuerySet[LessonProgress], dict[str, Any]]":
    """Only if the row is what was read, and nobody holds the enrolment.

    Whoever writes in the long way holds it from before they read the row; so neither
    writes over the other.
    """
    held = Enrolment.objects.filter(pk=enrolment, state__in=UNDER_WAY_STATES)
    held = held.order_by().select_for_update(no_key=True, skip_locked=True)
    as_read = {name: given[f"was_{name}"] for name in lesson_row.GROWING}
    rows = LessonProgress.objects.filter(
        pk=pk, enrolment__in=held.values("pk"), **as_read
    )
    return rows.order_by(), {name: given[name] for name in ADDED}
