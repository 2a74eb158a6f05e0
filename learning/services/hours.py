"""Writing the ledger of hours: from the roll at once, from progress when a visit is over.

Each writing compares what the facts say with what the ledger says already and adds the
difference, so that it may be asked for again at any time.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from attendance.choices import CAME, SessionState
from attendance.models import AttendanceRecord, Session
from core.services.each import each_alone
from learning.choices import HoursKind
from learning.models import Enrolment, HoursEntry, LessonProgress
from learning.rules import credit
from learning.services.lesson_row import state_of

# After so long without a report a visit to a lesson is over.
VISIT_OVER = timedelta(minutes=30)


def credit_session(session: Session, ids: Collection[int]) -> None:
    """Bring the ledger of these people in line with the roll of the session.

    Called in the transaction of the roll, which holds the records of these people. Who
    is not on the class (somebody who came by) has the time all the same.
    """
    length = int((session.ends_at - session.starts_at).total_seconds())
    takes_place = session.state != SessionState.CANCELLED
    came = set(
        AttendanceRecord.objects.filter(
            session=session, attendee__in=ids, state__in=CAME
        ).values_list("attendee_id", flat=True)
    )
    known = dict(
        HoursEntry.objects.filter(session=session, learner__in=ids)
        .order_by()
        .values_list("learner_id")
        .annotate(total=Sum("seconds"))
    )
    enrolments = dict(
        Enrolment.objects.filter(run__run_sessions__session=session, learner__in=ids)
        .order_by("pk")
        .values_list("learner_id", "pk")
    )
    wanted = {one: length if one in came and takes_place else 0 for one in ids}
    HoursEntry.objects.bulk_create(
        HoursEntry(
            school_id=session.school_id,
            learner_id=one,
            kind=HoursKind.CLASS,
            seconds=seconds - known.get(one, 0),
            at=session.starts_at,
            session=session,
            enrolment_id=enrolments.get(one),
        )
        for one, seconds in sorted(wanted.items())
        if seconds != known.get(one, 0)
    )


def credit_lesson(row: LessonProgress) -> int:
    """Write what was watched in a lesson since the last entry; the seconds written.

    The caller holds the row of the enrolment, and saves this one afterwards. What is
    credited is capped by the clock on the wall (`learning.rules.credit`), not what a
    device says.
    """
    content = row.lesson.content
    total = int(sum(credit(content, state_of(row)).values()))
    # Where nothing is to be watched, nothing has to be compared.
    more = total - _known_seconds(row) if total else 0
    # A medium that was taken out of the lesson takes nothing back.
    if more > 0:
        HoursEntry.objects.create(
            school_id=row.enrolment.run.school_id,
            learner_id=row.enrolment.learner_id,
            kind=HoursKind.ONLINE,
            seconds=more,
            at=row.seen_until,
            enrolment_id=row.enrolment_id,
            lesson_id=row.lesson_id,
        )
    row.hours_until = row.seen_until
    return max(0, more)


def _known_seconds(row: LessonProgress) -> int:
    known = HoursEntry.objects.filter(enrolment=row.enrolment_id, lesson=row.lesson_id)
    seconds: int = known.seconds()
    return seconds


def credit_visits(at: datetime | None = None) -> int:
    """Write the hours of all visits that are over; the seconds written."""
    moment = at or timezone.now()
    waiting = LessonProgress.objects.filter(
        Q(hours_until__isnull=True) | Q(hours_until__lt=F("seen_until")),
        seen_until__lt=moment - VISIT_OVER,
    )
    return each_alone(
        waiting.order_by("pk").iterator(), _credit_alone, trouble="hours of %s"
    )


@transaction.atomic
def _credit_alone(row: LessonProgress) -> int:
    # The order of locks: the enrolment before its progress.
    Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=row.enrolment_id
    )
    locked = LessonProgress.objects.select_related("enrolment__run", "lesson")
    row = locked.get(pk=row.pk)
    seconds = credit_lesson(row)
    row.save(update_fields=["hours_until"])
    return seconds
