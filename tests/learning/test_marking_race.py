"""Two markers press at the same second, a learner sends in many tabs: with real threads."""

import threading
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from core.kept_sql import KEPT
from core.models import AuditEntry
from learning.exceptions import AlreadyMarkedError, TooManyMessagesError
from learning.models import Message, Response
from learning.services import marking
from learning.services import messages as service
from learning.services.enrolment import enrol_learner
from tests.learning.lessons import block_id, make_lesson
from tests.learning.test_marked_questions import write
from tests.learning.test_race import at_once, errors_of
from tests.learning.written import written_block

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
SHARES = (Decimal(1), Decimal(0))


@pytest.fixture
def lesson(course_a):
    return make_lesson(course_a, written_block())


@pytest.fixture
def enrolment(course_a, lesson, learner):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


def without_locks(monkeypatch, module, *names):
    """Neither rows nor people are locked, and each statement stands alone.

    Questions whose SQL is kept make it anew, and what they make here is forgotten again:
    a lock that is left out would be left out in every test that comes after.
    """
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_of: rows)
    for question in KEPT.values():
        monkeypatch.setattr(question, "_known", {})
    for name in names:
        monkeypatch.setattr(module, name, lambda _who: None)


def together(count, work):
    """The work, done once so many threads have come to it."""
    all_here = threading.Barrier(count)

    def waits(*args, **facts):
        with suppress(threading.BrokenBarrierError):
            all_here.wait(5)
        return work(*args, **facts)

    return waits


# --- Marks ---------------------------------------------------------------------------


@pytest.fixture
def mark_at_once(client, enrolment, lesson, teacher_a, clerk_a):
    """Two people, of whom one finds the answer right and the other wrong."""
    client.force_login(enrolment.learner)
    write(client, lesson, "醒好了")
    response = Response.objects.get()
    seen = marking.version_of(response)
    people = (teacher_a, clerk_a)

    def run(mark):
        return at_once(
            lambda n: mark(response=response, share=SHARES[n], by=people[n], seen=seen),
            2,
        )

    return run


def test_of_two_marks_at_once_one_counts_and_the_other_person_is_told(mark_at_once):
    outcomes = mark_at_once(marking.mark_response)
    assert not errors_of(outcomes, AlreadyMarkedError), outcomes
    [first] = [n for n in (0, 1) if isinstance(outcomes[n], Response)]
    kept = Response.objects.get()
    assert kept.share == kept.manual_share == SHARES[first]
    assert kept.marked_by_id == outcomes[first].marked_by_id
    assert AuditEntry.objects.filter(action="answer.marked").count() == 1


def test_without_the_locks_one_mark_goes_over_the_other(mark_at_once, monkeypatch):
    without_locks(monkeypatch, marking, "lock_learner")
    look_together = together(2, marking.version_of)

    def look(row):
        found = marking.Response.objects.get(pk=row.pk)
        return look_together(found)

    monkeypatch.setattr(marking, "version_of", look)
    outcomes = mark_at_once(marking.mark_response.__wrapped__)
    assert not errors_of(outcomes), outcomes
    assert AuditEntry.objects.filter(action="answer.marked").count() == 2


# --- Messages ------------------------------------------------------------------------


@pytest.fixture
def nearly_enough(enrolment, lesson):
    """All messages of the day but one."""
    for number in range(service.MOST_A_DAY - 1):
        service.ask(
            enrolment=enrolment, lesson=lesson, text=f"第{number}句", key="page"
        )


def ask_at_once(ask, enrolment, lesson, count):
    """Each about a step of its own, so that they meet in no conversation."""
    return at_once(
        lambda n: ask(
            enrolment=enrolment, lesson=lesson, block_id=block_id(f"b{n}"),
            text="再问", key="page",
        ),
        count,
    )  # fmt: skip


def test_the_limit_of_a_day_holds_for_messages_sent_at_once(
    enrolment, lesson, nearly_enough
):
    outcomes = ask_at_once(service.ask, enrolment, lesson, 4)
    assert not errors_of(outcomes, TooManyMessagesError), outcomes
    assert sum(isinstance(one, TooManyMessagesError) for one in outcomes) == 3
    assert Message.objects.count() == service.MOST_A_DAY


def test_the_same_message_sent_at_once_from_many_tabs_is_one(enrolment, lesson):
    outcomes = at_once(
        lambda _n: service.ask(
            enrolment=enrolment, lesson=lesson, text="面粘手怎么办？", key="page"
        ),
        4,
    )
    assert not errors_of(outcomes), outcomes
    assert len({one.pk for one in outcomes}) == 1
    assert Message.objects.count() == 1


def test_without_the_locks_more_is_sent_than_a_day_allows(
    enrolment, lesson, nearly_enough, monkeypatch
):
    without_locks(monkeypatch, service, "lock_people")
    # Whoever is about to write has counted.
    create = together(2, Message.objects.create)
    monkeypatch.setattr(Message.objects, "create", create)
    outcomes = ask_at_once(service.ask.__wrapped__, enrolment, lesson, 2)
    assert not errors_of(outcomes), outcomes
    assert Message.objects.count() == service.MOST_A_DAY + 1
