"""Calls to make, for tests of the call list."""

from typing import Any

from learning.models import CallTask, Enrolment


def make_call(enrolment: Enrolment, key: str = "", **facts: Any) -> CallTask:
    """A call that tells somebody of their seat."""
    run = enrolment.run
    facts.setdefault("template", "seat_confirmed")
    made: CallTask = CallTask.objects.create(
        school_id=run.school_id,
        person=enrolment.learner,
        enrolment=enrolment,
        dedupe_key=key or f"call:{enrolment.pk}",
        params={
            "course": run.course.title,
            "school": run.school.title,
            "start": "",
            "until": "12 月 3 日 周四 上午 9:00",
            "position": 1,
        },
        **facts,
    )
    return made
