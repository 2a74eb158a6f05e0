"""A draw: promised before, the same for everybody who recomputes it, never changed."""

import hashlib
from itertools import combinations

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from core.exceptions import AppendOnlyError
from core.models import AuditEntry, OutboxMessage
from courses.models import CourseRun
from learning import draw_rule
from learning.choices import Cause, State
from learning.draw_rule import Entry, Terms, draw, list_hash, list_text
from learning.exceptions import (
    DrawNotReadyError,
    EnrolmentClosedError,
    QuotasTooLargeError,
)
from learning.models import Draw, Enrolment
from learning.services.draw import (
    close_list,
    hold_draw,
    is_as_published,
    prepare_draw,
    take_due_steps,
)
from learning.services.enrolment import enrol_learner, join_queue, leave
from learning.services.runs import cancel_run
from schools.services.membership import appoint
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

pytestmark = pytest.mark.postgres
CLOSED = NOW + 7 * DAY
DRAWN = CLOSED + HOUR

# --- The rule -----------------------------------------------------------------------

COMMUNITIES = st.sampled_from(["", "1", "2", "3"])
TICKETS = st.text(alphabet="23456789AB", min_size=1, max_size=4)
ENTRIES = st.lists(
    st.builds(Entry, TICKETS, COMMUNITIES, st.booleans()),
    unique_by=lambda entry: entry.ticket,
    max_size=25,
)
TERMS = st.builds(
    Terms,
    seats=st.integers(0, 12),
    quotas=st.dictionaries(COMMUNITIES, st.integers(0, 5)),
    first_time_first=st.booleans(),
)
SEEDS = st.sampled_from(["a" * 64, "b" * 64, "0" * 64])


@given(ENTRIES, SEEDS, TERMS, st.randoms(use_true_random=False))
def test_everybody_is_seated_or_waits_and_no_seat_is_given_twice(
    entries, seed, terms, chance
):
    given_back = {entry.ticket for entry in entries if chance.random() < 0.2}
    result = draw(entries, seed=seed, terms=terms, given_back=given_back)
    here = [entry.ticket for entry in entries if entry.ticket not in given_back]
    assert sorted(result.seated + result.waiting) == sorted(here)
    assert len(result.seated) == min(terms.seats, len(here))


@given(ENTRIES, SEEDS, TERMS, st.randoms(use_true_random=False))
def test_the_order_in_which_the_list_is_written_does_not_matter(
    entries, seed, terms, chance
):
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert draw(entries, seed=seed, terms=terms) == draw(
        shuffled, seed=seed, terms=terms
    )
    assert list_hash(entries) == list_hash(shuffled)


@given(ENTRIES, SEEDS, TERMS)
def test_the_seats_of_a_community_go_to_its_people_first(entries, seed, terms):
    result = draw(entries, seed=seed, terms=terms)
    if sum(terms.quotas.values()) > terms.seats:
        return
    of = {entry.ticket: entry.community for entry in entries}
    for community, seats in terms.quotas.items():
        wanted = sum(1 for entry in entries if entry.community == community)
        held = sum(1 for ticket in result.seated if of[ticket] == community)
        assert held >= min(seats, wanted)


@given(ENTRIES, SEEDS, TERMS)
def test_the_smaller_number_goes_first_among_equals(entries, seed, terms):
    """No envy: of two with the same claims nobody with a larger number is seated."""
    result = draw(entries, seed=seed, terms=terms)
    hashed = list_hash(entries)
    number = {
        e.ticket: draw_rule.number_of(e.ticket, seed=seed, list_hash=hashed)
        for e in entries
    }
    for one, other in combinations(entries, 2):
        if (one.community, one.is_first_time) != (other.community, other.is_first_time):
            continue
        first, second = sorted((one.ticket, other.ticket), key=lambda t: number[t])
        assert not (second in result.seated and first in result.waiting)
    waiting = [e for t in result.waiting for e in entries if e.ticket == t]
    claims = [
        (terms.first_time_first and not e.is_first_time, number[e.ticket])
        for e in waiting
    ]
    assert claims == sorted(claims)


@given(ENTRIES.filter(len), SEEDS)
def test_any_change_of_the_list_or_the_seed_changes_the_numbers(entries, seed):
    hashed = list_hash(entries)
    first = entries[0]
    changed = [Entry(first.ticket, first.community + "9", first.is_first_time)]
    changed += entries[1:]
    assert list_hash(changed) != hashed
    ask = {"seed": seed, "list_hash": hashed}
    number = draw_rule.number_of(first.ticket, **ask)
    assert number != draw_rule.number_of(first.ticket, **{**ask, "seed": seed + "1"})
    other = list_hash(changed)
    assert number != draw_rule.number_of(first.ticket, **{**ask, "list_hash": other})


def test_equal_numbers_stand_in_the_order_of_the_tickets(monkeypatch):
    monkeypatch.setattr(draw_rule, "number_of", lambda *_a, **_k: "same")
    entries = [Entry(ticket, "", True) for ticket in ("C", "A", "B")]
    result = draw(entries, seed="s", terms=Terms(2, {}, first_time_first=False))
    assert (result.seated, result.waiting) == (("A", "B"), ("C",))


def test_a_ticket_that_stands_twice_on_a_list_is_refused():
    with pytest.raises(ValueError, match="twice"):
        list_text([Entry("A", "", True), Entry("A", "1", False)])


def test_the_rule_is_the_one_that_is_written_down_for_other_tools():
    """By hand, from the words in docs/decisions/0004-seats.md alone."""
    entries = [Entry("B2", "7", False), Entry("A2", "", True), Entry("C2", "7", True)]
    text = "A2||1\nB2|7|0\nC2|7|1"
    assert list_text(entries) == text
    hashed = hashlib.sha256(text.encode("utf-8")).hexdigest()
    numbers = sorted(
        (hashlib.sha256(f"s:{hashed}:{ticket}".encode()).hexdigest(), ticket)
        for ticket in ("A2", "B2", "C2")
    )
    result = draw(entries, seed="s", terms=Terms(1, {}, first_time_first=False))
    assert [*result.seated, *result.waiting] == [ticket for _number, ticket in numbers]


def test_tickets_are_even_over_many_draws():
    """500 for 30, many seeds: no ticket is seated much oftener than others."""
    entries = [Entry(f"T{number:03d}", "", True) for number in range(50)]
    terms = Terms(seats=10, quotas={}, first_time_first=False)
    seated = dict.fromkeys((entry.ticket for entry in entries), 0)
    rounds = 400
    for number in range(rounds):
        for ticket in draw(entries, seed=f"{number:064x}", terms=terms).seated:
            seated[ticket] += 1
    # 80 expected, standard deviation 8: five of them are beyond chance.
    assert all(40 <= count <= 120 for count in seated.values()), seated


# --- The services -------------------------------------------------------------------


def apply(learner, run, at=NOW):
    return enrol_learner(learner=learner, run=run, at=at)


@pytest.fixture
def applied(course_a):
    run = make_draw(course_a, seats=2)
    rows = [apply(one, run) for one in people(5)]
    return run, rows


def drawn(run):
    close_list(run=run, at=CLOSED)
    return hold_draw(run=run, at=DRAWN)


@pytest.mark.django_db
def test_who_applies_has_a_ticket_and_no_seat_yet(applied):
    run, rows = applied
    assert {row.state for row in rows} == {State.APPLIED}
    assert len({row.ticket for row in rows}) == 5
    assert all(len(row.ticket) == 8 for row in rows)
    assert CourseRun.objects.get(pk=run.pk).seats_taken == 0


@pytest.mark.django_db
def test_the_seed_is_promised_before_the_list_and_shown_after_the_draw(applied):
    run, _rows = applied
    promised = Draw.objects.get(run=run)
    assert promised.seed_hash == hashlib.sha256(promised.seed.encode()).hexdigest()
    assert CourseRun.objects.get(pk=run.pk).draw_seed == ""
    closed = close_list(run=run, at=CLOSED)
    assert closed.seed == promised.seed
    run = CourseRun.objects.get(pk=run.pk)
    assert (run.draw_list_hash, run.draw_seed) == (closed.list_hash, "")
    hold_draw(run=run, at=DRAWN)
    run = CourseRun.objects.get(pk=run.pk)
    assert (run.draw_seed, run.drawn_at) == (promised.seed, DRAWN)


@pytest.mark.django_db
def test_a_draw_gives_out_the_seats_and_the_queue_in_its_order(applied):
    run, rows = applied
    result = drawn(run).result
    name = {row.ticket: row.learner.username for row in rows}
    assert sorted(names(run, State.CONFIRMED)) == sorted(
        name[ticket] for ticket in result["seated"]
    )
    assert names(run, State.WAITLISTED) == [name[one] for one in result["waiting"]]
    assert seats_are_right(run)
    assert AuditEntry.objects.get(action="run.drawn").detail == {
        "seats": 2,
        "waiting": 3,
    }
    told = OutboxMessage.objects.values_list("template", flat=True)
    assert sorted(told) == ["draw_waiting"] * 3 + ["seat_confirmed"] * 2
    reasons = {row.events.last().reason for row in rows}
    assert reasons == {Cause.DRAWN}


@pytest.mark.django_db
def test_a_draw_that_was_held_is_never_held_again_nor_changed(applied):
    run, rows = applied
    first = drawn(run)
    before = first.result
    leave(enrolment=rows[0], by=rows[0].learner, at=DRAWN)
    again = hold_draw(run=run, at=DRAWN + DAY)
    assert again.result == before
    assert (again.drawn_at, close_list(run=run, at=DRAWN).list_hash) == (
        DRAWN,
        first.list_hash,
    )
    assert is_as_published(again)
    for name, value in {
        "seed": "0" * 64,
        "entries": [],
        "list_hash": "0" * 64,
        "result": {},
        "drawn_at": DRAWN + DAY,
    }.items():
        changed = Draw.objects.get(run=run)
        setattr(changed, name, value)
        with pytest.raises(AppendOnlyError):
            changed.save()
    for act in (Draw.objects.all().delete, again.delete):
        with pytest.raises(AppendOnlyError):
            act()
    with pytest.raises(AppendOnlyError):
        Draw.objects.update(result={})


@pytest.mark.django_db
def test_a_result_that_was_changed_behind_our_back_is_noticed(applied):
    run, _rows = applied
    held = drawn(run)
    seated = held.result["seated"]
    held.result = {**held.result, "seated": seated[::-1]}
    assert not is_as_published(held)


@pytest.mark.django_db
def test_the_list_is_closed_after_the_window_and_drawn_an_hour_later(applied):
    run, _rows = applied
    with pytest.raises(DrawNotReadyError):
        close_list(run=run, at=CLOSED - HOUR)
    with pytest.raises(DrawNotReadyError):
        hold_draw(run=run, at=DRAWN)
    close_list(run=run, at=CLOSED)
    with pytest.raises(DrawNotReadyError):
        hold_draw(run=run, at=DRAWN - HOUR / 60)
    assert not names(run, State.CONFIRMED)


@pytest.mark.django_db
def test_a_class_without_a_draw_is_not_drawn(course_a):
    run = make_class(course_a, enrol_until=NOW)
    with pytest.raises(DrawNotReadyError):
        close_list(run=run, at=NOW)


@pytest.mark.django_db
def test_nobody_is_written_on_a_closed_list_whatever_the_reason(applied, clerk_a):
    run, _rows = applied
    (late,) = people(1, "late")
    for reason in ("", "老朋友"):
        with pytest.raises(EnrolmentClosedError):
            enrol_learner(
                learner=late,
                run=run,
                source="desk",
                by=clerk_a,
                at=CLOSED,
                override_reason=reason,
            )


@pytest.mark.django_db
def test_a_ticket_given_back_is_passed_over_and_the_draw_still_fits(applied):
    run, rows = applied
    close_list(run=run, at=CLOSED)
    leave(enrolment=rows[0], by=rows[0].learner, at=CLOSED)
    held = hold_draw(run=run, at=DRAWN)
    assert held.result["given_back"] == [rows[0].ticket]
    assert rows[0].ticket not in held.result["seated"] + held.result["waiting"]
    assert len(held.result["seated"]) == 2
    assert is_as_published(held)


@pytest.mark.django_db
def test_a_freed_seat_goes_on_in_the_order_of_the_draw_and_then_to_newcomers(applied):
    run, rows = applied
    result = drawn(run).result
    row_of = {row.ticket: row for row in rows}
    (late,) = people(1, "late")
    late_row = join_queue(learner=late, run=run, at=DRAWN)
    assert late_row.state == State.WAITLISTED
    seated = row_of[result["seated"][0]]
    leave(enrolment=seated, by=seated.learner, at=DRAWN)
    expected = row_of[result["waiting"][0]].learner.username
    assert names(run, State.OFFERED) == [expected]
    assert names(run, State.WAITLISTED)[-1] == "late0"
    with pytest.raises(EnrolmentClosedError):
        enrol_learner(learner=people(1, "other")[0], run=run, at=DRAWN)


@pytest.mark.django_db
def test_communities_have_their_seats_and_first_timers_go_first(
    course_a, course_b, school_a, school_b
):
    quotas = {str(school_b.pk): 1}
    run = make_draw(course_a, seats=2, draw_quotas=quotas, first_time_first=True)
    persons = people(6)
    for one in persons[:5]:
        appoint(user=one, school=school_a, role="learner", since=NOW.date())
    appoint(user=persons[5], school=school_b, role="learner", since=NOW.date())
    before = make_class(course_b, seats=9, term="2026 春")
    for one in (*persons[:4], persons[5]):
        enrol_learner(learner=one, run=before, at=NOW)
    for one in persons:
        apply(one, run)
    held = drawn(run)
    # One seat is the other community's; the second goes to who has not been in a class.
    assert sorted(names(run, State.CONFIRMED)) == ["p4", "p5"]
    assert is_as_published(held)


@pytest.mark.django_db
def test_quotas_beyond_the_seats_are_refused_before_anything_is_drawn(applied):
    run, _rows = applied
    CourseRun.objects.filter(pk=run.pk).update(draw_quotas={"1": 2, "2": 1})
    close_list(run=run, at=CLOSED)
    with pytest.raises(QuotasTooLargeError):
        hold_draw(run=run, at=DRAWN)
    assert Draw.objects.get(run=run).drawn_at is None


@pytest.mark.django_db
def test_fewer_applicants_than_seats_all_have_one(course_a):
    run = make_draw(course_a, seats=9)
    for one in people(3):
        apply(one, run)
    assert len(drawn(run).result["seated"]) == 3
    assert names(run, State.WAITLISTED) == []


@pytest.mark.django_db
def test_a_draw_that_nobody_wanted_is_held_all_the_same(course_a):
    run = make_draw(course_a)
    assert prepare_draw(run=run, at=NOW).pk == prepare_draw(run=run, at=NOW).pk
    assert drawn(run).result["seated"] == []


@pytest.mark.django_db
def test_a_cancelled_class_is_not_drawn(applied, clerk_a):
    run, _rows = applied
    close_list(run=run, at=CLOSED)
    cancel_run(run=run, by=clerk_a, at=CLOSED)
    with pytest.raises(DrawNotReadyError):
        hold_draw(run=run, at=DRAWN)
    assert len(names(run, State.REJECTED)) == 5


@pytest.mark.django_db
def test_the_clock_takes_each_step_when_its_time_has_come(course_a, settings):
    run = make_draw(course_a)
    steps = [
        (NOW, 1, "prepared_at"),
        (NOW + HOUR, 0, None),
        (CLOSED, 1, "closed_at"),
        (CLOSED + HOUR / 2, 0, None),
        (DRAWN, 1, "drawn_at"),
        (DRAWN + DAY, 0, None),
    ]
    for at, count, stamp in steps:
        assert take_due_steps(at=at) == count, at
        if stamp:
            assert getattr(Draw.objects.get(run=run), stamp) == at
    assert "run_draws" in settings.TICK_COMMANDS
    call_command("run_draws", verbosity=0)


@pytest.mark.django_db
def test_five_hundred_for_thirty(course_a):
    """R-01d, with rows made at once: the rule is what is looked at."""
    run = make_draw(course_a, seats=30)
    prepare_draw(run=run, at=NOW)
    crowd = people(500, "crowd")
    Enrolment.objects.bulk_create(
        Enrolment(
            run=run,
            learner=one,
            state=State.APPLIED,
            ticket=f"T{number:07d}",
            created_at=NOW,
        )
        for number, one in enumerate(crowd)
    )
    held = drawn(run)
    assert len(held.result["seated"]) == 30
    assert len(names(run, State.CONFIRMED)) == 30
    assert len(names(run, State.WAITLISTED)) == 470
    assert is_as_published(held)
    assert seats_are_right(run)
