"""R-01c: the waiting list against a model of it, over thousands of random histories.

The model is a page of plain Python that knows no database. Hypothesis invents what
people, staff and the clock do; after each step the rows must say what the model says.
The suite runs a short form; DRILLS=1 runs 200 histories of 50 steps.
"""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.civil_time import civil_date
from core.exceptions import RefusedError
from core.models import OutboxMessage
from courses.models import CourseRun
from learning.choices import LIVE_STATES, State
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner, join_queue, leave
from learning.services.runs import cancel_run, set_capacity
from learning.services.waiting import (
    accept_offer,
    decline_offer,
    offer_to,
    pass_on,
    queue_position,
)
from tests.learning.classes import NOW, make_class, people, seats_are_right

BEGINS_IN_DAYS = 300
EXAMPLES, STEPS = (200, 50) if os.environ.get("DRILLS") else (25, 30)
PEOPLE = 7
KEPT = timedelta(hours=48)
WHO = st.integers(0, PEOPLE - 1)


@dataclass
class Model:
    """A class with a waiting list, as a person with pencil and paper would keep it."""

    seats: int
    now: object = NOW
    on_it: set = field(default_factory=set)
    offers: dict = field(default_factory=dict)  # who → until when
    queue: list = field(default_factory=list)
    barred: set = field(default_factory=set)  # may not have a seat now
    told: dict = field(default_factory=dict)  # who → how many offers
    cancelled: bool = False

    @property
    def free(self):
        return self.seats - len(self.on_it) - len(self.offers)

    def is_in(self, who):
        return who in self.on_it or who in self.offers or who in self.queue

    def refill(self):
        for who in list(self.queue):
            if self.free <= 0 or self.cancelled:
                return
            if who not in self.barred:
                self.offer(who)

    def offer(self, who):
        self.queue.remove(who)
        self.offers[who] = self.now + KEPT
        self.told[who] = self.told.get(who, 0) + 1

    def drop(self, who):
        self.on_it.discard(who)
        self.offers.pop(who, None)
        if who in self.queue:
            self.queue.remove(who)
        self.refill()

    def has_open_offer(self, who):
        return who in self.offers and self.offers[who] > self.now


class WaitingList(RuleBasedStateMachine):
    """What may happen to a class; `persons` and the rest are set by the test."""

    persons: ClassVar[list] = []
    clerk: ClassVar = None
    course: ClassVar = None

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(seats=st.integers(1, 3), crowd=st.integers(0, PEOPLE))
    def begin(self, seats, crowd):
        self.run = make_class(
            self.course,
            seats=seats,
            starts_on=civil_date(NOW + timedelta(days=BEGINS_IN_DAYS)),
            ends_on=civil_date(NOW + timedelta(days=2 * BEGINS_IN_DAYS)),
        )
        self.model = Model(seats=seats)
        for who in range(crowd):
            self.joins(who)

    def row(self, who):
        rows = Enrolment.objects.filter(run=self.run, learner=self.persons[who])
        return rows.order_by("-pk").first()

    def ask(self, service, **arguments):
        """The state that comes of it, or the kind of refusal."""
        try:
            done = service(at=self.model.now, **arguments)
        except RefusedError as refusal:
            return type(refusal).__name__
        return getattr(done, "state", done)

    # --- People

    @rule(who=WHO)
    def enrols(self, who):
        model, person = self.model, self.persons[who]
        answer = self.ask(enrol_learner, learner=person, run=self.run)
        if model.has_open_offer(who):
            model.offers.pop(who)
            model.on_it.add(who)
        if model.is_in(who):
            assert answer == self.row(who).state
        elif model.cancelled:
            assert answer == "EnrolmentClosedError"
        else:
            model.refill()
            if model.free > 0:
                model.on_it.add(who)
                assert answer == State.CONFIRMED
            else:
                assert answer == "RunFullError"

    @rule(who=WHO)
    def joins(self, who):
        model, person = self.model, self.persons[who]
        answer = self.ask(join_queue, learner=person, run=self.run)
        if model.is_in(who):
            assert answer == self.row(who).state
        elif model.cancelled:
            assert answer == "EnrolmentClosedError"
        else:
            model.refill()
            if model.free > 0:
                model.on_it.add(who)
            else:
                model.queue.append(who)

    @rule(who=WHO)
    def leaves(self, who):
        row = self.row(who)
        if row is None or not self.model.is_in(who):
            return
        assert self.ask(leave, enrolment=row, by=self.persons[who]) == State.WITHDRAWN
        self.model.drop(who)

    @rule(who=WHO)
    def accepts(self, who):
        row = self.row(who)
        if row is None:
            return
        answer = self.ask(accept_offer, enrolment=row, by=self.persons[who])
        if self.model.has_open_offer(who):
            self.model.offers.pop(who)
            self.model.on_it.add(who)
        expected = State.CONFIRMED if who in self.model.on_it else None
        assert (answer == State.CONFIRMED) == (expected == State.CONFIRMED), answer

    @rule(who=WHO)
    def declines(self, who):
        row = self.row(who)
        if row is None:
            return
        self.ask(decline_offer, enrolment=row, by=self.persons[who])
        if who in self.model.offers:
            self.model.drop(who)

    # --- Staff

    @rule(seats=st.integers(1, 4))
    def changes_capacity(self, seats):
        model = self.model
        held = len(model.on_it) + len(model.offers)
        answer = self.ask(set_capacity, run=self.run, capacity=seats, by=self.clerk)
        if seats == model.seats:
            return
        if seats < held:
            assert answer == "CapacityBelowTakenError"
            return
        model.seats = seats
        model.refill()

    @rule(who=WHO)
    def is_offered_by_hand(self, who):
        row, model = self.row(who), self.model
        if row is None:
            return
        answer = self.ask(offer_to, enrolment=row, by=self.clerk, reason="陪老伴")
        if who in model.queue and not model.cancelled and model.free > 0:
            model.offer(who)
            assert answer == State.OFFERED
        elif who in model.queue:
            assert answer == "RunFullError"

    @rule(who=WHO)
    def may_not_or_may_again(self, who):
        self.model.barred ^= {who}
        person = self.persons[who]
        person.is_active = who not in self.model.barred
        person.save(update_fields=["is_active"])

    @precondition(lambda self: len(self.model.told) > 2)
    @rule(really=st.integers(0, 9))
    def is_cancelled(self, really):
        if really:
            return
        cancel_run(run=self.run, by=self.clerk, at=self.model.now)
        model = self.model
        model.cancelled = True
        model.on_it, model.offers, model.queue = set(), {}, []

    # --- The clock

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours):
        self.model.now += timedelta(hours=hours) / 10

    @rule(hours=st.sampled_from([0, 1, 47, 48, 49]))
    def the_clock_ticks(self, hours):
        model = self.model
        model.now += timedelta(hours=hours)
        for _worker in range(3):
            pass_on(run=self.run, at=model.now)
        for who, until in list(model.offers.items()):
            if until <= model.now:
                model.offers.pop(who)
        model.refill()

    # --- What always holds

    @invariant()
    def rows_say_what_the_model_says(self):
        if not hasattr(self, "model"):
            return
        rows = Enrolment.objects.filter(run=self.run, state__in=LIVE_STATES)
        number = {person.pk: who for who, person in enumerate(self.persons)}
        held = {number[row.learner_id]: row for row in rows}
        of = lambda state: {w for w, row in held.items() if row.state == state}  # noqa: E731
        model = self.model
        assert len(held) == len(rows)
        assert of(State.CONFIRMED) == model.on_it
        assert of(State.OFFERED) == set(model.offers)
        waiting = [number[row.learner_id] for row in rows.waiting()]
        assert waiting == model.queue
        for place, who in enumerate(model.queue, start=1):
            assert queue_position(held[who]) == place
        for who, until in model.offers.items():
            assert held[who].offered_until == until

    @invariant()
    def no_seat_is_sold_twice(self):
        if hasattr(self, "model"):
            assert seats_are_right(self.run)
            run = CourseRun.objects.get(pk=self.run.pk)
            assert run.capacity == self.model.seats

    @invariant()
    def each_offer_was_told_once(self):
        if not hasattr(self, "model"):
            return
        number = {person.pk: who for who, person in enumerate(self.persons)}
        told = {}
        for message in OutboxMessage.objects.filter(template="seat_offered"):
            who = number[message.recipient_id]
            told[who] = told.get(who, 0) + 1
        assert told == self.model.told


@pytest.mark.django_db
def test_the_waiting_list_does_what_the_model_does(course_a, clerk_a):
    WaitingList.persons = people(PEOPLE)
    WaitingList.clerk = clerk_a
    WaitingList.course = course_a
    # A history with its dates must stay before the class begins, which ends its queue.
    assert STEPS * 49 < 24 * BEGINS_IN_DAYS
    run_state_machine_as_test(
        WaitingList,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            # Shrinking takes long and is for whoever looks into a failure.
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
