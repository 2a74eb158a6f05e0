"""Two tabs, many phones: with real threads, on SQLite and on PostgreSQL.

Each race is run again with its guard taken away, in a test that fails where nothing
goes wrong without it: else the race proves nothing (R-01b).
"""

import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.models import OutboxMessage
from courses.models import CourseRun
from learning.choices import State
from learning.exceptions import (
    CapacityBelowTakenError,
    ClassLimitError,
    OfferExpiredError,
    RunFullError,
)
from learning.models import (
    Certificate,
    Draw,
    Enrolment,
    EnrolmentEvent,
    LessonProgress,
)
from learning.report import read_report
from learning.services import enrolment, waiting
from learning.services.completion import settle_class
from learning.services.draw import close_list, hold_draw
from learning.services.enrolment import enrol_learner, join_queue, leave, move
from learning.services.progress import record
from learning.services.runs import set_capacity
from learning.services.waiting import accept_offer, pass_on_all
from tests.attendance.rolls import MINUTE, make_roll
from tests.drills.unguarded import take_guard_away
from tests.factories import make_learner
from tests.learning.certify import call_roll
from tests.learning.classes import (
    DAY,
    HOUR,
    NOW,
    make_class,
    make_draw,
    names,
    people,
    seats_are_right,
)
from tests.learning.lessons import make_lesson, text_block

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(work, count):
    """Run `work(number)` in so many threads that begin together; their results."""
    barrier = threading.Barrier(count)
    results = [None] * count

    def run(number):
        try:
            barrier.wait(10)
            results[number] = work(number)
        except Exception as error:  # noqa: BLE001 - shown by the test
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_the_database_is_one_that_threads_share():
    name = str(connection.settings_dict["NAME"])
    assert connection.vendor == "postgresql" or "memory" not in name


def test_two_tabs_that_finish_at_once_complete_once(learner, course_a):
    course_a.get_children().delete()
    course_a.refresh_from_db()
    lesson = make_lesson(course_a, text_block())
    run = course_a.runs.get(is_self_paced=True)
    enrolment = enrol_learner(learner=learner, run=run)

    def finish(_number):
        now = timezone.now()
        report = read_report(
            [{"type": "done"}], content=lesson.content, opened=now, at=now
        )
        return record(enrolment=enrolment, lesson=lesson, report=report)

    outcomes = at_once(finish, 6)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert sum(one.just_completed_lesson for one in outcomes) == 1
    assert sum(one.just_completed_course for one in outcomes) == 1
    assert LessonProgress.objects.count() == 1
    assert EnrolmentEvent.objects.filter(to_state=State.COMPLETED).count() == 1
    # BC-18, invariant 3: one completion, one certificate.
    assert Certificate.objects.count() == 1


def test_people_who_finish_at_once_have_a_number_each(course_a):
    people = [make_learner(f"n{number}") for number in range(8)]
    run = course_a.runs.get(is_self_paced=True)
    rows = [enrol_learner(learner=one, run=run) for one in people]
    outcomes = at_once(
        lambda n: move(enrolment=rows[n], to=State.COMPLETED, by=None), len(rows)
    )
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    numbers = Certificate.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 9))


def test_a_class_that_two_people_settle_completes_everybody_once(
    course_a, teacher_a, clerk_a
):
    run, sessions, people = make_roll(course_a, teacher_a, people=4)
    for person in people:
        call_roll(sessions, person, "pppp", teacher_a)
    after = sessions[-1].ends_at + MINUTE
    outcomes = at_once(lambda _n: settle_class(run=run, by=clerk_a, at=after), 4)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert sum(outcomes) == 4
    assert Certificate.objects.valid().count() == 4


def test_the_same_person_who_taps_twice_has_one_enrolment(learner, course_a):
    run = course_a.runs.get(is_self_paced=True)
    outcomes = at_once(lambda _n: enrol_learner(learner=learner, run=run), 6)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert len({one.pk for one in outcomes}) == 1
    assert Enrolment.objects.count() == 1


def test_the_last_seats_go_once_each(course_a, school_a):
    run = CourseRun.objects.create(
        course=course_a,
        school=school_a,
        capacity=3,
        starts_on=timezone.now().date() + timedelta(days=9),
    )
    people = [make_learner(f"l{number}") for number in range(10)]
    outcomes = at_once(lambda n: enrol_learner(learner=people[n], run=run), 10)
    enrolled = [one for one in outcomes if isinstance(one, Enrolment)]
    full = [one for one in outcomes if isinstance(one, RunFullError)]
    assert (len(enrolled), len(full)) == (3, 7), outcomes
    run.refresh_from_db()
    assert run.seats_taken == 3
    assert Enrolment.objects.filter(run=run).count() == 3


# --- Seats ---------------------------------------------------------------------------


def errors_of(outcomes, *expected):
    """What was raised beside what the race is about."""
    return [
        one
        for one in outcomes
        if isinstance(one, Exception) and not isinstance(one, expected)
    ]


def test_one_seat_is_left_and_ten_people_tap_at_once(course_a):
    """BC-01: exactly one is enrolled, nine are told that it is full, nobody a 500."""
    run = make_class(course_a, seats=1)
    persons = people(10)
    outcomes = at_once(lambda n: enrol_learner(learner=persons[n], run=run, at=NOW), 10)
    assert not errors_of(outcomes, RunFullError), outcomes
    assert sum(isinstance(one, Enrolment) for one in outcomes) == 1
    assert seats_are_right(run)


def test_taps_doubled_and_taken_back_leave_no_seat_too_many(course_a):
    run = make_class(course_a, seats=2)
    persons = people(5)

    def tap(number):
        row = enrol_learner(learner=persons[number % 5], run=run, at=NOW)
        if number % 5 == 0:
            leave(enrolment=row, by=row.learner, at=NOW)
        return row

    outcomes = at_once(tap, 10)
    assert not errors_of(outcomes, RunFullError), outcomes
    assert seats_are_right(run)
    rows = Enrolment.objects.filter(run=run).live()
    assert len({row.learner_id for row in rows}) == len(rows)


def test_without_the_guard_seats_are_sold_twice(course_a, monkeypatch):
    """The test of the tests above: they would see it (R-01b)."""
    take_guard_away(monkeypatch.setattr)
    persons = people(6)
    oversold = 0
    for _round in range(20):
        run = make_class(course_a, seats=1, term=f"round {_round}")
        at_once(
            lambda n, run=run: enrol_learner(learner=persons[n], run=run, at=NOW), 6
        )
        oversold += Enrolment.objects.filter(run=run).seated().count() > 1
    assert oversold >= 19, f"the guard was off and only {oversold} of 20 were oversold"


def test_one_person_who_taps_in_four_classes_has_two(course_a):
    """The limit over all classes holds too where the requests come at once."""
    (one,) = people(1)
    runs = [make_class(course_a) for _four in range(4)]
    outcomes = at_once(lambda n: enrol_learner(learner=one, run=runs[n], at=NOW), 4)
    assert not errors_of(outcomes, ClassLimitError), outcomes
    assert Enrolment.objects.filter(learner=one).live().count() == 2
    assert all(seats_are_right(run) for run in runs)


def test_a_class_made_smaller_while_people_come_evicts_nobody(course_a, clerk_a):
    run = make_class(course_a, seats=6)
    persons = people(6)

    def act(number):
        if number == 6:
            return set_capacity(run=run, capacity=3, by=clerk_a, at=NOW)
        return enrol_learner(learner=persons[number], run=run, at=NOW)

    outcomes = at_once(act, 7)
    assert not errors_of(outcomes, RunFullError, CapacityBelowTakenError), outcomes
    enrolled = [one for one in outcomes if isinstance(one, Enrolment)]
    assert len(names(run, State.CONFIRMED)) == len(enrolled)
    assert seats_are_right(run)


# --- The waiting list ----------------------------------------------------------------


def full_class(course, *, seats, waiting_count):
    """A full class and its list; who is on it, who waits."""
    run = make_class(course, seats=seats)
    on_it = [enrol_learner(learner=one, run=run, at=NOW) for one in people(seats)]
    listed = [
        join_queue(learner=one, run=run, at=NOW)
        for one in people(waiting_count, "queue")
    ]
    return run, on_it, listed


def leave_all_at_once(rows):
    return at_once(
        lambda n: leave(enrolment=rows[n], by=rows[n].learner, at=NOW), len(rows)
    )


def test_seats_freed_at_once_go_to_the_first_in_line_each_once(course_a):
    run, on_it, _listed = full_class(course_a, seats=5, waiting_count=8)
    outcomes = leave_all_at_once(on_it)
    assert not errors_of(outcomes), outcomes
    offered = names(run, State.OFFERED)
    assert sorted(offered) == [f"queue{n}" for n in range(5)]
    assert names(run, State.WAITLISTED) == ["queue5", "queue6", "queue7"]
    told = OutboxMessage.objects.filter(template="seat_offered")
    assert sorted(m.recipient.username for m in told) == sorted(offered)
    assert seats_are_right(run)


def test_without_the_guard_one_seat_is_offered_twice_or_not_at_all(
    course_a, monkeypatch
):
    """The test of the test above."""

    @contextmanager
    def no_lock(run_id):
        yield CourseRun.objects.get(pk=run_id)

    def slow_to_begin(run, *, at, by):
        rows = list(Enrolment.objects.filter(run=run).waiting()[:1])
        time.sleep(0.05)
        for row in rows:
            Enrolment.objects.filter(pk=row.pk).update(
                state=State.OFFERED, offered_until=at + DAY
            )
        return rows

    monkeypatch.setattr(enrolment, "locked_run", no_lock)
    monkeypatch.setattr(enrolment, "offer_free_seats", slow_to_begin)
    monkeypatch.setattr(
        enrolment, "lock_enrolment", lambda pk, run: Enrolment.objects.get(pk=pk)
    )
    run, on_it, _listed = full_class(course_a, seats=5, waiting_count=8)
    leave_all_at_once(on_it)
    assert len(names(run, State.OFFERED)) < 5


def test_three_workers_pass_an_offer_on_once(course_a):
    run, on_it, _listed = full_class(course_a, seats=1, waiting_count=3)
    leave(enrolment=on_it[0], by=on_it[0].learner, at=NOW)
    outcomes = at_once(lambda _n: pass_on_all(at=NOW + 2 * DAY), 3)
    assert not errors_of(outcomes), outcomes
    assert sum(outcomes) == 1
    assert names(run, State.OFFERED) == ["queue1"]
    assert names(run, State.WITHDRAWN) == ["p0", "queue0"]
    assert OutboxMessage.objects.filter(template="seat_offered").count() == 2


def test_an_offer_accepted_while_it_runs_out_has_one_end(course_a):
    for number in range(4):
        run, on_it, listed = full_class_of(course_a, number)
        leave(enrolment=on_it[0], by=on_it[0].learner, at=NOW)
        last = NOW + 2 * DAY - HOUR / 3600

        def act(n, listed=listed, last=last):
            if n == 0:
                return accept_offer(enrolment=listed[0], by=listed[0].learner, at=last)
            return pass_on_all(at=NOW + 2 * DAY)

        outcomes = at_once(act, 3)
        assert not errors_of(outcomes, OfferExpiredError), outcomes
        accepted = isinstance(outcomes[0], Enrolment)
        in_class = names(run, State.CONFIRMED)
        assert (len(in_class) == 1) == accepted
        assert len(names(run, State.OFFERED)) == (0 if accepted else 1)
        assert seats_are_right(run)


def full_class_of(course, number):
    """A class of one with two who wait, its people made for it alone."""
    run = make_class(course, seats=1, term=f"round {number}")
    first, *others = people(3, f"round{number}-")
    seat = enrol_learner(learner=first, run=run, at=NOW)
    return run, [seat], [join_queue(learner=o, run=run, at=NOW) for o in others]


def test_two_classes_with_the_same_people_waiting_do_not_block_each_other(course_a):
    """R-04: what would be a deadlock is ordered: run, people by number, enrolment."""
    first, second = (make_class(course_a, seats=4) for _two in range(2))
    seats = [
        enrol_learner(learner=one, run=run, at=NOW)
        for run in (first, second)
        for one in people(4, f"run{run.pk}-")
    ]
    both = people(6, "both")
    for run, order in ((first, both), (second, both[::-1])):
        for one in order:
            join_queue(learner=one, run=run, at=NOW)
    outcomes = leave_all_at_once(seats)
    assert not errors_of(outcomes), outcomes
    for run in (first, second):
        assert len(names(run, State.OFFERED)) == 4
        assert seats_are_right(run)
    held = Enrolment.objects.filter(learner__in=both, state=State.OFFERED)
    counts = [held.filter(learner=one).count() for one in both]
    assert max(counts) <= 2


def test_a_draw_held_by_two_at_once_is_held_once(course_a):
    run = make_draw(course_a, seats=2)
    for one in people(6):
        enrol_learner(learner=one, run=run, at=NOW)
    close_list(run=run, at=NOW + 7 * DAY)
    drawn = NOW + 7 * DAY + HOUR
    outcomes = at_once(lambda _n: hold_draw(run=run, at=drawn), 3)
    assert not errors_of(outcomes), outcomes
    assert all(one.result == outcomes[0].result for one in outcomes)
    assert Draw.objects.count() == 1
    assert len(names(run, State.CONFIRMED)) == 2
    assert len(names(run, State.WAITLISTED)) == 4
    assert seats_are_right(run)
    assert waiting.refill(run=run, at=drawn) == []
