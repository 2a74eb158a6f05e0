"""The waiting list: order, offers, expiry, and four faults of others by name.

The ids in brackets are those of docs/decisions/0004-seats.md.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command

from core.models import OutboxMessage
from core.services.outbox import MAX_ATTEMPTS
from courses.models import CourseRun
from learning.choices import Cause, State
from learning.exceptions import (
    NoOfferError,
    OfferExpiredError,
    OverrideRefusedError,
    RunFullError,
)
from learning.models import CallTask, Enrolment
from learning.services.enrolment import (
    enrol_learner,
    join_queue,
    leave,
    leave_everything,
)
from learning.services.notices import (
    call_instead_of_unsent,
    call_words,
    finish_call,
)
from learning.services.runs import set_capacity
from learning.services.waiting import (
    accept_offer,
    decline_offer,
    offer_to,
    pass_on,
    pass_on_all,
    queue_position,
    refill,
)
from tests.factories import make_learner
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

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def full(course_a):
    """A class of two, both seats taken, and three who wait: p2, p3, p4."""
    run = make_class(course_a, seats=2)
    persons = people(5)
    rows = [enrol_learner(learner=one, run=run, at=NOW) for one in persons[:2]]
    rows += [
        join_queue(learner=one, run=run, at=NOW + n * HOUR / 60)
        for n, one in enumerate(persons[2:])
    ]
    return run, rows


def go(row, at=NOW + HOUR):
    return leave(enrolment=row, by=row.learner, at=at)


# --- Four faults that other systems have had, by the name of their report -----------


def test_1163_who_cancelled_is_off_the_list_and_is_offered_nothing(full):
    run, rows = full
    go(rows[2])
    go(rows[0])
    assert names(run, State.OFFERED) == ["p3"]
    go(rows[3])
    go(rows[1])
    assert sorted(names(run, State.OFFERED)) == ["p4"]
    assert state_of(rows[2]) == State.WITHDRAWN
    again = join_queue(learner=rows[2].learner, run=run, at=NOW + 2 * HOUR)
    assert again.pk != rows[2].pk
    assert again.state == State.CONFIRMED  # the second seat is free, nobody waits
    assert not OutboxMessage.objects.filter(recipient=rows[2].learner).exists()


def test_1405_the_seat_of_an_offer_that_is_not_taken_comes_back(full):
    run, rows = full
    for row in rows[3:]:
        go(row)
    go(rows[0])
    assert names(run, State.OFFERED) == ["p2"]
    decline_offer(enrolment=rows[2], by=rows[2].learner, at=NOW + 2 * HOUR)
    assert CourseRun.objects.get(pk=run.pk).seats_taken == 1
    (late,) = people(1, "late")
    assert enrol_learner(learner=late, run=run, at=NOW + 3 * HOUR).state == "confirmed"
    assert seats_are_right(run)


def test_2119_the_first_in_line_is_first_whatever_the_order_of_rows(full):
    run, rows = full
    # The last one to join was made first in the table, and is touched last.
    Enrolment.objects.filter(pk=rows[4].pk).update(created_at=NOW - DAY)
    rows[3].save()
    assert [queue_position(row) for row in rows] == [0, 0, 1, 2, 3]
    for row, next_one in ((rows[0], "p2"), (rows[1], "p3")):
        go(row)
        assert next_one in names(run, State.OFFERED)
    assert names(run, State.WAITLISTED) == ["p4"]
    assert queue_position(Enrolment.objects.get(pk=rows[4].pk)) == 1


def test_3628_the_list_is_never_stuck_behind_somebody_who_may_not(full, course_b):
    run, rows = full
    for _two in range(2):
        enrol_learner(learner=rows[2].learner, run=make_class(course_b), at=NOW)
    rows[3].learner.is_active = False
    rows[3].learner.save()
    go(rows[0])
    assert names(run, State.OFFERED) == ["p4"]
    assert names(run, State.WAITLISTED) == ["p2", "p3"]
    accept_offer(enrolment=rows[4], by=rows[4].learner, at=NOW + 2 * HOUR)
    go(rows[1])
    assert CourseRun.objects.get(pk=run.pk).seats_taken == 1
    # Once they may, they are still the first, and nobody needs to think of it.
    busy = Enrolment.objects.filter(learner=rows[2].learner, state=State.CONFIRMED)
    go(busy.first(), at=NOW + 3 * HOUR)
    pass_on_all(at=NOW + 3 * HOUR)
    assert names(run, State.OFFERED) == ["p2"]
    assert seats_are_right(run)


# --- A vacancy ----------------------------------------------------------------------


def test_a_seat_goes_to_the_next_whoever_caused_the_vacancy(full, clerk_a):
    """BC-02: one leaves, the class grows, an account is closed."""
    run, rows = full
    go(rows[1])
    assert names(run, State.OFFERED) == ["p2"]
    set_capacity(run=run, capacity=3, by=clerk_a, at=NOW + HOUR)
    assert names(run, State.OFFERED) == ["p2", "p3"]
    leave_everything(learner=rows[0].learner, by=clerk_a, at=NOW + HOUR)
    assert names(run, State.OFFERED) == ["p2", "p3", "p4"]
    assert state_of(rows[0]) == State.WITHDRAWN
    assert seats_are_right(run)


def test_a_freed_seat_is_offered_once_however_often_it_is_asked(full):
    run, rows = full
    go(rows[0])
    for _again in range(3):
        assert refill(run=run, at=NOW + HOUR) == []
        pass_on(run=run, at=NOW + HOUR)
    assert names(run, State.OFFERED) == ["p2"]
    assert OutboxMessage.objects.filter(template="seat_offered").count() == 1


def test_nobody_who_comes_later_overtakes_who_waits(full):
    run, rows = full
    go(rows[0])
    (late,) = people(1, "late")
    with pytest.raises(RunFullError):
        enrol_learner(learner=late, run=run, at=NOW + HOUR)
    # Even where the seat was freed by something that told nobody.
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)
    with pytest.raises(RunFullError):
        enrol_learner(learner=late, run=run, at=NOW + HOUR)
    assert names(run, State.OFFERED) == ["p2", "p3"]


def test_who_asks_to_wait_for_a_class_with_a_free_seat_has_the_seat(course_a):
    run = make_class(course_a, seats=1)
    (one,) = people(1)
    assert join_queue(learner=one, run=run, at=NOW).state == State.CONFIRMED


def test_joining_twice_is_one_place(full):
    run, rows = full
    again = join_queue(learner=rows[3].learner, run=run, at=NOW + DAY)
    assert again.pk == rows[3].pk
    assert names(run, State.WAITLISTED) == ["p2", "p3", "p4"]


def test_raising_the_capacity_offers_as_many_seats_as_it_adds(full, clerk_a):
    run, _rows = full
    set_capacity(run=run, capacity=4, by=clerk_a, at=NOW + HOUR)
    assert names(run, State.OFFERED) == ["p2", "p3"]
    set_capacity(run=run, capacity=None, by=clerk_a, at=NOW + HOUR)
    assert names(run, State.OFFERED) == ["p2", "p3", "p4"]


def test_a_class_may_put_those_first_who_have_not_been_in_one(course_a, course_b):
    run = make_class(course_a, seats=1, first_time_first=True)
    seated, old_hand, newcomer, other = people(4)
    before = make_class(course_b, term="2026 春")
    for one in (old_hand,):
        enrol_learner(learner=one, run=before, at=NOW)
    seat = enrol_learner(learner=seated, run=run, at=NOW)
    for one in (old_hand, newcomer, other):
        join_queue(learner=one, run=run, at=NOW)
    assert names(run, State.WAITLISTED) == ["p2", "p3", "p1"]
    go(seat)
    assert names(run, State.OFFERED) == ["p2"]


# --- An offer -----------------------------------------------------------------------


def test_an_offer_is_kept_for_the_hours_of_the_run_and_no_longer(full):
    run, rows = full
    CourseRun.objects.filter(pk=run.pk).update(offer_hours=24)
    go(rows[0], at=NOW)
    offer = Enrolment.objects.get(pk=rows[2].pk)
    assert offer.offered_until == NOW + DAY
    with pytest.raises(OfferExpiredError):
        accept_offer(enrolment=offer, by=offer.learner, at=NOW + DAY)
    last = NOW + DAY - timedelta(seconds=1)
    assert accept_offer(enrolment=offer, by=offer.learner, at=last).state == "confirmed"
    assert accept_offer(enrolment=offer, by=offer.learner, at=last).state == "confirmed"
    assert seats_are_right(run)


def test_an_offer_of_the_last_days_ends_when_the_class_begins(full):
    _run, rows = full
    go(rows[0], at=NOW + 29 * DAY)
    offer = Enrolment.objects.get(pk=rows[2].pk)
    begins = NOW + 30 * DAY - 10 * HOUR  # midnight in Shanghai
    assert offer.offered_until == begins


def test_an_offer_that_ran_out_passes_on_and_both_are_told(full):
    run, rows = full
    go(rows[0], at=NOW)
    late = NOW + 2 * DAY
    assert pass_on_all(at=late - HOUR) == 0
    assert pass_on_all(at=late) == 1
    assert pass_on_all(at=late) == 0
    assert names(run, State.OFFERED) == ["p3"]
    assert state_of(rows[2]) == State.WITHDRAWN
    ended = rows[2].events.last()
    assert (ended.reason, ended.by) == (Cause.OFFER_EXPIRED, None)
    told = OutboxMessage.objects.order_by("pk").values_list(
        "recipient__username", "template"
    )
    assert list(told) == [
        ("p2", "seat_offered"),
        ("p2", "offer_expired"),
        ("p3", "seat_offered"),
    ]
    with pytest.raises(OfferExpiredError):
        accept_offer(enrolment=rows[2], by=rows[2].learner, at=late)
    assert seats_are_right(run)


def test_the_clock_passes_offers_on_by_itself(full, settings):
    """The commands of `tick` do it, each minute."""
    run, rows = full
    go(rows[0], at=NOW)
    Enrolment.objects.filter(state=State.OFFERED).update(offered_until=NOW - 30 * DAY)
    assert "expire_offers" in settings.TICK_COMMANDS
    CourseRun.objects.filter(pk=run.pk).update(starts_on="2100-01-01", ends_on=None)
    call_command("expire_offers", verbosity=0)
    assert names(run, State.OFFERED) == ["p3"]


def test_asking_for_the_seat_that_one_is_offered_is_accepting_it(full):
    run, rows = full
    go(rows[0])
    made = enrol_learner(learner=rows[2].learner, run=run, at=NOW + 2 * HOUR)
    assert (made.pk, made.state) == (rows[2].pk, State.CONFIRMED)
    assert seats_are_right(run)


def test_an_offer_is_accepted_by_who_has_one(full):
    _run, rows = full
    for act in (accept_offer, decline_offer):
        with pytest.raises(NoOfferError):
            act(enrolment=rows[2], by=rows[2].learner, at=NOW)
    assert state_of(rows[2]) == State.WAITLISTED


def test_a_seat_declined_goes_to_the_next_and_declining_twice_is_once(full):
    run, rows = full
    go(rows[0])
    for _twice in range(2):
        decline_offer(enrolment=rows[2], by=rows[2].learner, at=NOW + 2 * HOUR)
    assert names(run, State.OFFERED) == ["p3"]
    assert rows[2].events.filter(reason=Cause.DECLINED).count() == 1


def test_a_list_is_closed_when_the_class_begins_and_who_waited_is_told(full):
    run, rows = full
    begun = NOW + 31 * DAY
    go(rows[0], at=NOW)
    pass_on_all(at=begun)
    assert names(run, State.WAITLISTED) == []
    assert names(run, State.REJECTED) == ["p3", "p4"]
    assert state_of(rows[2]) == State.WITHDRAWN
    told = OutboxMessage.objects.filter(template="queue_closed")
    assert sorted(m.recipient.username for m in told) == ["p3", "p4"]
    assert refill(run=run, at=begun) == []
    assert seats_are_right(run)


def test_staff_offer_a_seat_past_a_rule_with_a_reason_and_only_if_it_is_free(
    full, course_b, clerk_a, teacher_a
):
    run, rows = full
    for _two in range(2):
        enrol_learner(learner=rows[4].learner, run=make_class(course_b), at=NOW)
    ask = {"enrolment": rows[4], "at": NOW + HOUR}
    with pytest.raises(OverrideRefusedError):
        offer_to(**ask, by=teacher_a, reason="好学生")
    with pytest.raises(OverrideRefusedError):
        offer_to(**ask, by=clerk_a, reason=" ")
    with pytest.raises(RunFullError):
        offer_to(**ask, by=clerk_a, reason="陪老伴来")
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)
    assert offer_to(**ask, by=clerk_a, reason="陪老伴来").state == State.OFFERED
    assert offer_to(**ask, by=clerk_a, reason="陪老伴来").state == State.OFFERED
    assert rows[4].events.last().reason == "陪老伴来"
    assert seats_are_right(run)


def test_one_list_that_fails_does_not_hold_up_the_others(full, course_b, monkeypatch):
    _run, rows = full
    other = make_class(course_b, seats=1)
    seat, waiting = people(2, "other")
    held = enrol_learner(learner=seat, run=other, at=NOW)
    queued = join_queue(learner=waiting, run=other, at=NOW)
    go(rows[0], at=NOW)
    go(held, at=NOW)
    from learning.services import waiting as service

    real = service.pass_on

    def fails(*, run, at):
        if run.pk == rows[0].run_id:
            raise RuntimeError("disk")
        return real(run=run, at=at)

    monkeypatch.setattr(service, "pass_on", fails)
    assert service.pass_on_all(at=NOW + 2 * DAY) == 1
    assert state_of(queued) == State.WITHDRAWN


# --- Telling people -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("reached_by", "channel"),
    [({"phone": "+8613800001111"}, "sms"), ({"email": "a@example.org"}, "email")],
    ids=["phone", "mail"],
)
def test_an_offer_reaches_people_by_telephone_or_mail(course_a, reached_by, channel):
    run = make_class(course_a, seats=1)
    seat = enrol_learner(learner=make_learner("first"), run=run, at=NOW)
    second = make_learner("second", **reached_by)
    join_queue(learner=second, run=run, at=NOW)
    go(seat, at=NOW)
    message = OutboxMessage.objects.get(template="seat_offered")
    assert (message.recipient, message.channel) == (second, channel)
    assert message.params["until"] == "11 月 4 日 周三 上午 10:00"
    assert message.params["school"] == course_a.school.title
    assert not CallTask.objects.exists()


def test_whom_no_message_reaches_is_on_the_call_list_of_the_school(
    course_a, clerk_a, clerk_b
):
    run = make_class(course_a, seats=1)
    seat = enrol_learner(learner=make_learner("first"), run=run, at=NOW)
    second = make_learner("second", display_name="陆阿婆")
    join_queue(learner=second, run=run, at=NOW)
    go(seat, at=NOW)
    task = CallTask.objects.visible_to(clerk_a).to_make().get()
    assert not CallTask.objects.visible_to(clerk_b).exists()
    assert (task.person, task.due_at) == (second, NOW + 2 * DAY)
    assert task.is_late(NOW + 2 * DAY)
    assert "陆阿婆" in call_words(task)
    assert "11 月 4 日 周三 上午 10:00" in call_words(task)
    for note in ("说要来", "again"):
        finish_call(task=task, by=clerk_a, note=note, at=NOW + HOUR)
    done = CallTask.objects.get()
    assert (done.done_by, done.note) == (clerk_a, "说要来")
    assert not CallTask.objects.to_make().exists()


def test_an_offer_that_could_not_be_sent_becomes_a_call_once(full):
    _run, rows = full
    go(rows[0], at=NOW)
    assert call_instead_of_unsent() == 0
    OutboxMessage.objects.update(attempts=MAX_ATTEMPTS)
    assert call_instead_of_unsent() == 1
    assert call_instead_of_unsent() == 0
    task = CallTask.objects.get()
    assert (task.person, task.due_at) == (rows[2].learner, NOW + 2 * DAY)


def test_positions_of_many_lists_are_one_query(full, django_assert_num_queries):
    _run, rows = full
    with django_assert_num_queries(1):
        found = {
            row.pk: row.queue_position
            for row in Enrolment.objects.all().with_queue_position()
        }
    assert [found[row.pk] for row in rows] == [0, 0, 1, 2, 3]
    go(rows[2])
    assert queue_position(rows[3]) == 1


def test_offering_a_seat_costs_the_same_however_long_the_list(
    course_a, django_assert_max_num_queries
):
    run = make_class(course_a, seats=1)
    seat = enrol_learner(learner=make_learner("first"), run=run, at=NOW)
    for one in people(12):
        join_queue(learner=one, run=run, at=NOW)
    with django_assert_max_num_queries(20):
        go(seat, at=NOW)
