"""Learners who have not come for long: derived from what is known, stored nowhere.

Somebody stands on the list of a school while they learn one of its courses at home and
nobody has seen them. What comes of a call is a `CallTask`, and takes them off it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.choices import AttendanceState
from attendance.models import AttendanceRecord
from core.civil_time import civil_date
from learning.choices import GOING_STATES, CallOutcome
from learning.models import CallTask, Enrolment
from learning.permissions import managed_schools

ELDER_AGE = 60
CALL_AGAIN_AFTER = timedelta(days=14)
# The template by which a call of this list is known.
DORMANT = "dormant"


def dormant_enrolments(user: Any, at: datetime | None = None) -> QuerySet[Enrolment]:
    """One row a person, of the schools that one answers for: whom to call.

    People of 60 and more come first, then who has been silent for longest. The row is
    the course at which they were last; `quiet_since` is since when.
    """
    now = at or timezone.now()
    born = civil_date(now).year - ELDER_AGE
    newest = Window(
        RowNumber(),
        partition_by=F("learner_id"),
        order_by=[F("quiet_since").desc(), F("pk").desc()],
    )
    return (
        Enrolment.objects.filter(
            run__school__in=managed_schools(user),
            run__is_self_paced=True,
            run__course__live=True,
            state__in=GOING_STATES,
            learner__is_active=True,
        )
        .exclude(learner=user)
        .annotate(quiet_since=Coalesce("last_seen_at", "created_at"))
        .filter(_is_silent(now))
        .exclude(Exists(_seen_elsewhere(now)))
        .exclude(Exists(_came(now)))
        .exclude(Exists(_called(now)))
        .annotate(
            newest=newest,
            is_elder=Case(
                When(learner__birth_year__lte=born, then=Value(True)),
                default=Value(False),
            ),
        )
        .filter(newest=1)
        .order_by("-is_elder", "quiet_since", "pk")
    )


def _silent_before(now: datetime) -> tuple[datetime, datetime]:
    """Before when somebody was seen last, and enrolled without ever beginning."""
    return (
        now - timedelta(days=settings.DORMANT_AFTER_DAYS),
        now - timedelta(days=settings.DORMANT_NEVER_BEGAN_DAYS),
    )


def _is_silent(now: datetime) -> Q:
    seen, enrolled = _silent_before(now)
    return Q(last_seen_at__lt=seen) | Q(
        last_seen_at__isnull=True, created_at__lt=enrolled
    )


def _seen_elsewhere(now: datetime) -> QuerySet[Enrolment]:
    """The same person learns another course, at whichever school, or has just enrolled."""
    seen, enrolled = _silent_before(now)
    return Enrolment.objects.filter(learner=OuterRef("learner")).filter(
        Q(last_seen_at__gte=seen)
        | Q(last_seen_at__isnull=True, created_at__gte=enrolled)
    )


def _came(now: datetime) -> QuerySet[AttendanceRecord]:
    """The person came to a class, or asked for leave, which is a word too."""
    seen, _enrolled = _silent_before(now)
    return AttendanceRecord.objects.filter(
        attendee=OuterRef("learner"), session__starts_at__gte=seen
    ).exclude(state=AttendanceState.ABSENT)


def _called(now: datetime) -> QuerySet[CallTask]:
    """Somebody has called a short while ago, or the person wants no more calls."""
    calls = CallTask.objects.filter(person=OuterRef("learner"), template=DORMANT)
    return calls.filter(
        Q(done_at__gt=now - CALL_AGAIN_AFTER) | Q(outcome=CallOutcome.NO_MORE_CALLS)
    )


def age_words(birth_year: int | None, at: datetime | None = None) -> str:
    """«70 多岁»: a band, never the year; empty where the account does not say."""
    if not birth_year:
        return ""
    band = (civil_date(at).year - birth_year) // 10 * 10
    return _("%(age)s 多岁") % {"age": band} if band > 0 else ""
