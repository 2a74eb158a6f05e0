"""Classes that are over and certificates, for tests of completion."""

import itertools
from typing import Any

from attendance.choices import AttendanceState
from attendance.services.roll import save_roll
from courses.models import CoursePage
from learning.choices import State
from learning.models import Certificate, Enrolment
from learning.services.enrolment import enrol_learner, move
from tests.attendance.rolls import MINUTE

_later = itertools.count(1)
CAME, AWAY = AttendanceState.PRESENT, AttendanceState.ABSENT


def call_roll(sessions: list[Any], person: Any, letters: str, by: Any) -> None:
    """«pp.a»: present, present, nobody called, absent, in the order of the sessions.

    Each call of this is later than the one before, so that it counts as a correction.
    """
    minutes = next(_later)
    for session, letter in zip(sessions, letters, strict=False):
        if letter == ".":
            continue
        save_roll(
            session=session,
            states={person.pk: CAME if letter == "p" else AWAY},
            by=by,
            at=session.starts_at + minutes * MINUTE,
        )


def graduate(course: CoursePage, learner: Any, at: Any = None) -> Certificate:
    """The certificate of a learner who has completed the course at home."""
    row = enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
    move(enrolment=row, to=State.COMPLETED, by=learner, at=at)
    found: Certificate = Certificate.objects.get(enrolment=row)
    return found


def row_of(run: Any, person: Any) -> Enrolment:
    found: Enrolment = Enrolment.objects.get(run=run, learner=person)
    return found
