"""Seats of a class: who gets one, who gives it back, who hears of it.

The ids in brackets are those of docs/decisions/0004-seats.md.
"""

from datetime import time

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry, OutboxMessage
from courses.models import CourseRun
from courses.services.timetable import plan_run
from learning.choices import Cause, Source, State
from learning.exceptions import (
    CapacityBelowTakenError,
    EnrolmentClosedError,
    IllegalMoveError,
    NotYetOpenError,
    OverrideRefusedError,
    RunFullError,
    TooLateToLeaveError,
    TooLateToUndoError,
)
from learning.models import Enrolment, EnrolmentEvent
from learning.permissions import can_study
from learning.services.enrolment import (
    enrol_learner,
    join_queue,
    leave,
    leave_everything,
    move,
    undo,
)
from learning.services.runs import cancel_run, set_capacity
from learning.services.seats import free_seat, take_seat
from learning.services.waiting import accept_offer
from tests.learning.classes import (
    DAY,
    HOUR,
    NOW,
    make_class,
    names,
    people,
    seats_are_right,
    state_of,
)

pytestmark = pytest.mark.django_db


def enrol(learner, run, **more):
    return enrol_learner(learner=learner, run=run, **{"at": NOW, **more})


def test_a_class_takes_as_many_as_it_has_seats(course_a):
    run = make_class(course_a, seats=2)
    first, second, third = people(3)
    assert enrol(first, run).state == State.CONFIRMED
    assert enrol(second, run).state == State.CONFIRMED
    with pytest.raises(RunFullError):
        enrol(third, run)
    assert names(run, State.CONFIRMED) == ["p0", "p1"]
    assert seats_are_right(run)


def test_asking_again_is_the_same_enrolment_and_one_seat(course_a):
    run = make_class(course_a, seats=2)
    (one,) = people(1)
    assert enrol(one, run).pk == enrol(one, run).pk
    assert CourseRun.objects.get(pk=run.pk).seats_taken == 1


def test_the_database_itself_refuses_a_seat_too_many(course_a):
    run = make_class(course_a, seats=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseRun.objects.filter(pk=run.pk).update(seats_taken=2)


def test_who_leaves_gives_the_seat_back_and_may_come_again(course_a):
    run = make_class(course_a, seats=1)
    first, second = people(2)
    gone = leave(enrolment=enrol(first, run), by=first, at=NOW + HOUR)
    assert gone.state == State.WITHDRAWN
    assert gone.events.last().reason == Cause.LEFT
    assert enrol(second, run).state == State.CONFIRMED
    assert leave(enrolment=gone, by=first, at=NOW + HOUR).state == State.WITHDRAWN
    assert seats_are_right(run)


def test_every_move_is_written_down_with_who_did_it_for_whom(course_a, clerk_a):
    run = make_class(course_a, seats=1)
    (one,) = people(1)
    made = enrol(one, run, source=Source.DESK, by=clerk_a)
    leave(enrolment=made, by=one, at=NOW + HOUR)
    moves = made.events.values_list("from_state", "to_state", "by__username")
    assert list(moves) == [
        ("", "confirmed", "clerk_a"),
        ("confirmed", "withdrawn", "p0"),
    ]
    assert made.source == Source.DESK


def test_nobody_is_enrolled_as_themselves_by_another(course_a, clerk_a):
    (one,) = people(1)
    with pytest.raises(ValueError, match="another"):
        enrol(one, make_class(course_a), by=clerk_a)


@pytest.mark.django_db
def test_who_was_enrolled_by_another_hears_of_it_once(course_a, clerk_a):
    run = make_class(course_a)
    own, other = people(2)
    enrol(own, run)
    assert not OutboxMessage.objects.exists()
    for _again in range(2):
        enrol(other, run, source=Source.PROXY, by=own)
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.template) == (other, "seat_confirmed")
    assert message.params["course"] == course_a.title


def test_undo_takes_back_within_ten_minutes_and_not_later(course_a):
    run = make_class(course_a, seats=1)
    first, second = people(2)
    made = enrol(first, run)
    assert undo(enrolment=made, by=first, at=NOW + HOUR / 6).state == State.WITHDRAWN
    made = enrol(second, run)
    with pytest.raises(TooLateToUndoError):
        undo(enrolment=made, by=second, at=NOW + HOUR / 6 + HOUR / 3600)
    assert state_of(made) == State.CONFIRMED
    assert seats_are_right(run)


def test_a_class_is_left_until_it_begins_and_then_by_its_staff(course_a, clerk_a):
    run = make_class(course_a)
    first, second = people(2)
    made, other = enrol(first, run), enrol(second, run)
    with pytest.raises(TooLateToLeaveError):
        leave(enrolment=made, by=first, at=NOW + 31 * DAY)
    with pytest.raises(TooLateToLeaveError):
        leave(enrolment=made, by=second, at=NOW + 31 * DAY)
    leave(enrolment=made, by=clerk_a, at=NOW + 31 * DAY)
    leave(enrolment=other, by=second, at=NOW + 29 * DAY)
    assert seats_are_right(run)


def test_windows_open_for_who_was_here_then_for_residents_then_for_all(
    course_a, school_a, school_b
):
    from learning.models import Enrolment as Row
    from schools.services.membership import appoint

    run = make_class(
        course_a,
        returning_from=NOW,
        residents_from=NOW + DAY,
        enrol_from=NOW + 2 * DAY,
    )
    returning, resident, other = people(3)
    Row.objects.create(
        run=course_a.runs.get(is_self_paced=True),
        learner=returning,
        state=State.COMPLETED,
        completed_at=NOW - DAY,
    )
    appoint(user=resident, school=school_b, role="learner", since=NOW.date())
    tries = {
        (who, day): _opens(who, run, NOW + day * DAY)
        for who in (returning, resident, other)
        for day in (-1, 0, 1, 2)
    }
    first_day = {
        who.username: min(
            day for (one, day), opens in tries.items() if one == who and opens
        )
        for who in (returning, resident, other)
    }
    assert first_day == {"p0": 0, "p1": 1, "p2": 2}


def _opens(learner, run, at):
    """Whether that person may enrol at that instant; nothing is left of the try."""
    try:
        with transaction.atomic():
            enrol(learner, run, at=at)
            raise InterruptedError
    except InterruptedError:
        return True
    except NotYetOpenError:
        return False


def test_whose_window_is_not_open_is_told_when_it_opens(course_a):
    run = make_class(course_a, enrol_from=NOW + DAY)
    (one,) = people(1)
    with pytest.raises(NotYetOpenError) as refusal:
        enrol(one, run)
    assert refusal.value.opens_at == NOW + DAY
    assert "11 月 3 日" in str(refusal.value)


def test_a_class_that_is_over_or_closed_or_begun_takes_nobody(course_a):
    (one,) = people(1)
    closed = make_class(course_a, enrol_until=NOW - HOUR)
    begun = make_class(course_a, starts_on=(NOW - DAY).date())
    cancelled = make_class(course_a, cancelled_at=NOW - DAY)
    for run in (closed, begun, cancelled):
        with pytest.raises(EnrolmentClosedError):
            enrol(one, run)
        with pytest.raises(EnrolmentClosedError):
            join_queue(learner=one, run=run, at=NOW)
        assert CourseRun.objects.get(pk=run.pk).seats_taken == 0


def test_staff_let_a_late_comer_in_with_a_reason_but_never_a_seat_too_many(
    course_a, clerk_a, teacher_a, clerk_b
):
    run = make_class(course_a, seats=1, starts_on=(NOW - DAY).date())
    first, second = people(2)
    for somebody in (teacher_a, clerk_b, first):
        with pytest.raises(OverrideRefusedError):
            enrol(first, run, source="desk", by=somebody, override_reason="插班")
    made = enrol(first, run, source="desk", by=clerk_a, override_reason="插班")
    assert made.events.get().reason == "插班"
    entry = AuditEntry.objects.get(action="enrolment.limits_overridden")
    assert (entry.actor, entry.detail["reason"]) == (clerk_a, "插班")
    with pytest.raises(RunFullError):
        enrol(second, run, source="desk", by=clerk_a, override_reason="插班")
    assert seats_are_right(run)


def test_a_cancelled_class_takes_nobody_whatever_the_reason(course_a, clerk_a):
    run = make_class(course_a, cancelled_at=NOW - DAY)
    (one,) = people(1)
    with pytest.raises(EnrolmentClosedError):
        enrol(one, run, source="desk", by=clerk_a, override_reason="老朋友")


def test_capacity_never_goes_below_the_seats_that_are_held(course_a, clerk_a):
    run = make_class(course_a, seats=3)
    for one in people(2):
        enrol(one, run)
    with pytest.raises(CapacityBelowTakenError) as refusal:
        set_capacity(run=run, capacity=1, by=clerk_a, at=NOW)
    assert refusal.value.taken == 2
    assert set_capacity(run=run, capacity=2, by=clerk_a, at=NOW).capacity == 2
    assert names(run, State.CONFIRMED) == ["p0", "p1"]
    entry = AuditEntry.objects.get(action="run.capacity_set")
    assert entry.detail == {"before": 3, "after": 2}


def test_an_accepted_offer_opens_the_lessons_at_once_with_one_notice(
    course_a, lesson_a
):
    """BC-05: one state decides over access, counts and notices."""
    run = make_class(course_a, seats=1)
    first, second = people(2)
    seat = enrol(first, run)
    waiting = join_queue(learner=second, run=run, at=NOW)
    assert not can_study(second, lesson_a)
    leave(enrolment=seat, by=first, at=NOW + HOUR)
    assert not can_study(second, lesson_a)
    accept_offer(enrolment=waiting, by=second, at=NOW + 2 * HOUR)
    assert can_study(second, lesson_a)
    assert OutboxMessage.objects.get(recipient=second).template == "seat_offered"
    assert not can_study(first, lesson_a)


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_fails_undoes_nothing_and_waits(course_a, clerk_a, settings):
    """BC-06: what follows from an enrolment never takes it back."""
    settings.SMS_BACKEND = "tests.learning.test_seats.NoSuchSender"
    (one,) = people(1)
    made = enrol(one, make_class(course_a), source=Source.DESK, by=clerk_a)
    assert state_of(made) == State.CONFIRMED
    message = OutboxMessage.objects.get()
    assert message.sent_at is None
    assert "NoSuchSender" in message.error


def test_a_full_class_does_not_refuse_what_is_on_it_already(course_a):
    """BC-07: limits are asked when somebody comes, not when a row is saved."""
    run = make_class(course_a, seats=2)
    rows = [enrol(one, run) for one in people(2)]
    rows[0].source = Source.IMPORT
    rows[0].full_clean()
    rows[0].save()
    moved = move(enrolment=rows[1], to=State.ATTENDING, by=None, at=NOW)
    assert moved.state == State.ATTENDING
    done = move(enrolment=rows[1], to=State.COMPLETED, by=None, at=NOW + 80 * DAY)
    assert done.is_complete
    assert seats_are_right(run)


def test_who_completed_a_class_is_not_put_on_it_a_second_time(course_a):
    run = make_class(course_a, seats=2)
    (one,) = people(1)
    made = enrol(one, run)
    move(enrolment=made, to=State.COMPLETED, by=None, at=NOW)
    assert enrol(one, run).pk == made.pk
    assert seats_are_right(run)


def test_the_states_of_the_queue_are_given_by_the_queue_alone(course_a):
    run = make_class(course_a, seats=1)
    (one,) = people(1)
    made = enrol(one, run)
    for state in (State.WAITLISTED, State.OFFERED, State.APPLIED):
        with pytest.raises(IllegalMoveError):
            move(enrolment=made, to=state, by=None, at=NOW)


def test_a_cancelled_class_ends_seats_offers_and_queue_and_tells_each_once(
    course_a, clerk_a
):
    """BC-08, the part of seats: cancel one and everything drops it."""
    run = make_class(course_a, seats=2)
    first, second, third, fourth = people(4)
    done = enrol(first, run)
    gone = enrol(second, run)
    move(enrolment=done, to=State.COMPLETED, by=None, at=NOW)
    for one in (third, fourth):
        join_queue(learner=one, run=run, at=NOW)
    leave(enrolment=gone, by=second, at=NOW)
    assert names(run, State.OFFERED) == ["p2"]
    for _again in range(2):
        cancel_run(run=run, by=clerk_a, reason="人太少", at=NOW + HOUR)
    assert names(run, State.COMPLETED) == ["p0"]
    assert names(run, State.REJECTED) == ["p2", "p3"]
    told = OutboxMessage.objects.filter(template="run_cancelled")
    assert sorted(m.recipient.username for m in told) == ["p2", "p3"]
    assert seats_are_right(run)
    assert AuditEntry.objects.filter(action="run.cancelled").count() == 1


def test_an_event_is_written_for_every_state_that_a_row_has_had(course_a):
    run = make_class(course_a, seats=1)
    first, second = people(2)
    seat = enrol(first, run)
    join_queue(learner=second, run=run, at=NOW)
    leave(enrolment=seat, by=first, at=NOW)
    for row in Enrolment.objects.filter(run=run):
        last = EnrolmentEvent.objects.filter(enrolment=row).last()
        assert last.to_state == row.state


def test_who_goes_away_gives_up_what_is_to_come_and_leaves_the_past(course_a):
    """For an account that is closed: also from a class that has begun."""
    first, second = people(2)
    past = make_class(course_a, starts_on=NOW.date(), ends_on=NOW.date())
    begun = make_class(course_a, starts_on=(NOW + DAY).date())
    before = enrol(first, past, at=NOW - DAY)
    now_on = enrol(first, begun)
    on_begun = NOW + 2 * DAY
    gone = leave_everything(learner=first, by=first, at=on_begun)
    assert [row.pk for row in gone] == [now_on.pk]
    assert state_of(now_on) == State.WITHDRAWN
    assert state_of(before) == State.CONFIRMED
    assert leave_everything(learner=second, by=second, at=on_begun) == []
    assert seats_are_right(begun)


def test_a_queue_is_left_at_any_time(course_a):
    run = make_class(course_a, seats=1)
    first, second = people(2)
    enrol(first, run)
    waiting = join_queue(learner=second, run=run, at=NOW)
    left = leave(enrolment=waiting, by=second, at=NOW + 31 * DAY)
    assert left.state == State.WITHDRAWN


def test_the_last_seat_is_taken_once_also_by_who_holds_an_old_row(course_a):
    """The guard below the lock: whoever forgets to lock still sells no seat twice."""
    run = make_class(course_a, seats=1)
    stale = CourseRun.objects.get(pk=run.pk)
    take_seat(run=run)
    assert stale.seats_taken == 0
    with pytest.raises(RunFullError):
        take_seat(run=stale)
    free_seat(run=run)
    free_seat(run=run)
    assert CourseRun.objects.get(pk=run.pk).seats_taken == 0


def test_a_cancelled_class_has_no_lessons_to_come_and_keeps_those_held(
    course_a, clerk_a
):
    """BC-08, the part of lessons: the room is free again."""
    run = make_class(
        course_a,
        starts_on=(NOW - 8 * DAY).date(),
        ends_on=(NOW + 20 * DAY).date(),
        weekday=1,
        start_time=time(9),
        end_time=time(10, 30),
    )
    plan_run(run=run, at=NOW - 20 * DAY)
    cancel_run(run=run, by=clerk_a, at=NOW)
    rows = run.run_sessions.order_by("session__starts_at")
    ahead = [row.session.state for row in rows if row.session.starts_at > NOW]
    begun = [row.session.state for row in rows if row.session.starts_at <= NOW]
    assert set(ahead) == {"cancelled"}
    assert begun
    assert "cancelled" not in begun
