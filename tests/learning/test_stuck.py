"""«Stuck»: enrolled, not complete, a lesson opened, nothing recorded for 7 × 24 h."""

from datetime import UTC, datetime, timedelta

import pytest

from learning.models import Enrolment
from learning.services.enrolment import enrol_learner, leave

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last_seen", "completed", "stuck"),
    [
        (None, False, False),
        (NOW - WEEK + timedelta(seconds=1), False, False),
        (NOW - WEEK, False, True),
        (NOW - 2 * WEEK, False, True),
        (NOW - 2 * WEEK, True, False),
    ],
)
def test_who_is_stuck(learner, course_a, last_seen, completed, stuck):
    enrolment = enrol_learner(
        learner=learner, run=course_a.runs.get(is_self_paced=True), at=NOW - 3 * WEEK
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(
        last_seen_at=last_seen, completed_at=NOW if completed else None
    )
    enrolment.refresh_from_db()
    assert Enrolment.objects.stuck(NOW).exists() is stuck
    assert enrolment.is_stuck(NOW) is stuck


@pytest.mark.django_db
def test_who_left_is_not_stuck(learner, course_a):
    enrolment = enrol_learner(
        learner=learner, run=course_a.runs.get(is_self_paced=True), at=NOW - 3 * WEEK
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(last_seen_at=NOW - 2 * WEEK)
    leave(enrolment=enrolment, by=learner, at=NOW)
    assert not Enrolment.objects.stuck(NOW).exists()
