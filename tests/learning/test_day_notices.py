"""A day that is called off or moved: everybody on the class hears of it, once."""

from datetime import timedelta

import pytest

from core.models import OutboxMessage
from learning.choices import State
from learning.models import CallTask, Enrolment
from learning.services.days import call_off_session, reschedule_session
from learning.services.enrolment import enrol_learner, join_queue
from learning.services.notices import MAX_ATTEMPTS, call_instead_of_unsent, call_words
from learning.services.runs import (
    FACTS,
    ClassPlan,
    change_class,
    session_days,
)
from tests.courses.classes import FIRST, make_class
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def run(course_a):
    """A class with one whom a message reaches, one whom only a call does, one waiting."""
    made = make_class(course_a, first=FIRST, sessions=3, capacity=2)
    enrol_learner(learner=make_learner("phone", phone="+8613800138000"), run=made)
    silent = make_learner("silent")
    type(silent).objects.filter(pk=silent.pk).update(phone=None, email="")
    silent.refresh_from_db()
    enrol_learner(learner=silent, run=made)
    join_queue(learner=make_learner("waits", phone="+8613800138001"), run=made)
    return made


def said(template):
    """(messages, calls) of that kind."""
    return (
        OutboxMessage.objects.filter(template=template),
        CallTask.objects.filter(template=template),
    )


def first_day(run):
    return run.run_sessions.select_related("session").earliest("session__starts_at")


def test_a_day_called_off_is_told_once_to_who_is_on_the_class(run, clerk_a):
    row = first_day(run)
    for _twice in range(2):
        call_off_session(run_session=row, by=clerk_a)
    messages, calls = said("day_cancelled")
    assert [one.recipient.username for one in messages] == ["phone"]
    assert [one.person.username for one in calls] == ["silent"]
    assert calls[0].due_at == row.session.starts_at
    words = call_words(calls[0])
    assert "这一次不上课" in words
    assert f"{FIRST.month} 月 {FIRST.day} 日" in words


def test_each_move_is_told_also_to_and_fro(run, clerk_a):
    row = first_day(run)
    start, end = row.session.starts_at, row.session.ends_at
    for shift in (HOUR, HOUR, timedelta(), HOUR):
        row = first_day(run)
        reschedule_session(
            run_session=row, starts_at=start + shift, ends_at=end + shift, by=clerk_a
        )
    messages, calls = said("day_moved")
    assert messages.count() == 3
    assert calls.count() == 3
    assert calls[0].params["was"] != calls[0].params["when"]
    assert calls[0].due_at == start


def test_a_class_that_is_moved_tells_of_its_next_lesson(run, clerk_a):
    facts = {name: getattr(run, name) for name in FACTS}
    plan = ClassPlan(facts, run.capacity, count=len(session_days(run)))
    change_class(run=run, plan=plan, by=clerk_a)
    assert not said("class_moved")[0].exists(), "nothing has moved"
    later = {**facts, "start_time": facts["start_time"].replace(hour=16)}
    later["end_time"] = facts["end_time"].replace(hour=17)
    for _twice in range(2):
        change_class(run=run, plan=ClassPlan(later, run.capacity, count=3), by=clerk_a)
    messages, calls = said("class_moved")
    assert messages.count() == calls.count() == 1
    assert "下午 4:" in call_words(calls[0])
    # A note alone is no news.
    noted = {**later, "note": "请带剪刀"}
    change_class(run=run, plan=ClassPlan(noted, run.capacity, count=3), by=clerk_a)
    assert messages.count() == 1


def test_a_message_that_never_left_becomes_a_call_before_the_lesson(run, clerk_a):
    row = first_day(run)
    call_off_session(run_session=row, by=clerk_a)
    messages, calls = said("day_cancelled")
    messages.update(attempts=MAX_ATTEMPTS, sent_at=None)
    assert call_instead_of_unsent() == 1
    made = calls.get(person__username="phone")
    assert made.due_at == row.session.starts_at
    assert Enrolment.objects.get(run=run, learner=made.person).state == State.CONFIRMED
