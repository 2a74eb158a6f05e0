"""The roll that was tapped on a phone without the net: times, keys, two phones."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from attendance.checkin import make_token
from attendance.choices import AttendanceState
from attendance.join import Mark, join, tap_time
from attendance.models import AttendanceRecord
from attendance.services.checkin import check_in
from attendance.services.roll import save_roll
from core.models import AuditEntry
from core.service_worker import reader_key
from learning.choices import State
from learning.models import Enrolment
from tests.attendance.rolls import MINUTE, make_roll
from tests.attendance.test_checkin import clock  # noqa: F401
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
PRESENT, LATE, LEAVE, ABSENT = AttendanceState.values
# The phone's own idea of the time: years before the server's.
PHONE_NOW = 1_500_000_000_000


@pytest.fixture
def roll(course_a, teacher_a, clock):  # noqa: F811
    found = make_roll(course_a, teacher_a)
    clock(found[1][0].starts_at + 30 * MINUTE)
    return found


def mark(person, state, minutes_ago=0):
    at = PHONE_NOW - minutes_ago * 60_000
    return {"type": "mark", "block": str(person.pk), "state": state, "at": at}


def send(client, session, user, *events, key="k1", **more):
    body = {"key": key, "opened": reader_key(user), "sent": PHONE_NOW, **more}
    body.setdefault("events", list(events))
    return client.post(
        reverse("desk:roll_report", args=[session.pk]),
        json.dumps(body),
        content_type="application/json",
    )


def states(session):
    return dict(session.records.values_list("attendee__username", "state"))


# --- When it was tapped --------------------------------------------------------------
START = datetime(2026, 11, 9, 6, tzinfo=UTC)
OPENS = START - timedelta(minutes=30)
TAPS = st.tuples(
    st.sampled_from(AttendanceState.values),
    st.sampled_from(["teacher", "paper", "qr"]),
    # A tap at one minute of the lesson, and how long it lay on the phone.
    st.integers(0, 60),
    st.integers(0, 600),
    st.integers(1, 3),
)


def arrive(taps):
    """The record after these taps arrived in this order."""
    whole = None
    for state, source, minute, wait, by in taps:
        tapped = OPENS + timedelta(minutes=minute)
        now = tapped + timedelta(minutes=wait)
        one = Mark(state, source, tap_time(tapped, opens=OPENS, now=now), by)
        whole = one if whole is None else join(whole, one)
    return whole


@given(st.lists(TAPS, min_size=1, max_size=8), st.randoms(), st.integers(1, 2))
def test_taps_end_in_the_same_record_however_late_and_in_what_order(
    taps, chance, times
):
    shuffled = [
        (state, source, minute, chance.randint(0, 600), by)
        for state, source, minute, _wait, by in taps * times
    ]
    chance.shuffle(shuffled)
    assert arrive(shuffled) == arrive(taps)


@given(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000))
def test_a_tap_is_never_in_the_future_nor_before_the_doors_unless_now_is(tap, now):
    arrived = START + timedelta(minutes=now)
    when = tap_time(START + timedelta(minutes=tap), opens=OPENS, now=arrived)
    assert when <= arrived
    assert when >= min(OPENS, arrived)


def test_the_phones_clock_may_be_wrong_by_years(client, roll, teacher_a):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    events = [
        mark(people[0], PRESENT, 20),
        mark(people[1], PRESENT, 24 * 60),
        mark(people[2], PRESENT, -60),
    ]
    answer = send(client, sessions[0], teacher_a, *events)
    assert answer.json()["changed"] == 3
    start = sessions[0].starts_at
    at = dict(sessions[0].records.values_list("attendee__username", "at"))
    assert at == {
        "r0": start + 10 * MINUTE,
        "r1": start - 30 * MINUTE,
        "r2": start + 30 * MINUTE,
    }


def test_what_came_in_meanwhile_takes_its_place_by_time(
    client, roll, teacher_a, clerk_a
):
    _run, sessions, people = roll
    session, start = sessions[0], sessions[0].starts_at
    token = make_token(session.pk, start + 25 * MINUTE)
    check_in(token=token, learner=people[0], at=start + 25 * MINUTE)
    for person, minutes in ((people[1], 5), (people[2], 25)):
        save_roll(
            session=session,
            states={person.pk: ABSENT},
            by=clerk_a,
            at=start + minutes * MINUTE,
        )
    client.force_login(teacher_a)
    send(client, session, teacher_a, *[mark(one, PRESENT, 15) for one in people])
    # The teacher over the scan; after the first list and before the second.
    assert states(session) == {"r0": PRESENT, "r1": PRESENT, "r2": ABSENT}
    assert session.records.get(attendee=people[0]).source == "teacher"


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_two_phones_and_a_scan_end_alike_in_every_order(
    roll, teacher_a, clerk_a, order
):
    _run, sessions, people = roll
    session, start = sessions[0], sessions[0].starts_at
    one = people[0]
    now = start + 60 * MINUTE

    def tap(state, minutes, by):
        tapped = {one.pk: start + minutes * MINUTE}
        save_roll(session=session, states={one.pk: state}, by=by, tapped=tapped, at=now)

    def scan():
        at = start + 20 * MINUTE
        check_in(token=make_token(session.pk, at), learner=one, at=at)

    acts = [
        lambda: tap(PRESENT, 5, teacher_a),
        lambda: tap(ABSENT, 10, clerk_a),
        # The same state as before at a later time is a word too.
        lambda: tap(PRESENT, 15, teacher_a),
        scan,
    ]
    for place in order:
        acts[place]()
    found = session.records.get()
    assert (found.state, found.source, found.by) == (PRESENT, "teacher", teacher_a)
    assert found.at == start + 15 * MINUTE


# --- Keys and counts -----------------------------------------------------------------
def test_the_same_report_again_is_the_same_whenever_it_comes(
    client,
    roll,
    teacher_a,
    clock,  # noqa: F811
):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    first = send(client, sessions[0], teacher_a, mark(people[0], PRESENT, 5))
    record = sessions[0].records.get()
    clock(sessions[0].starts_at + 90 * MINUTE)
    again = send(
        client, sessions[0], teacher_a, mark(people[0], PRESENT, 5), sent=PHONE_NOW + 9
    )
    assert first.json()["changed"] == again.json()["changed"] == 1
    assert sessions[0].records.get().at == record.at
    assert AuditEntry.objects.filter(action="attendance.roll").count() == 1
    other = send(client, sessions[0], teacher_a, mark(people[0], ABSENT))
    assert other.status_code == 422
    assert states(sessions[0]) == {"r0": PRESENT}


def test_two_phones_of_one_teacher_write_each_what_was_tapped_on_it(
    client, roll, teacher_a
):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    count = {"type": "count", "block": "headcount", "value": "12"}
    send(client, sessions[0], teacher_a, mark(people[0], PRESENT), count, key="a")
    inside = {"type": "count", "block": "walk_ins", "value": "2"}
    send(client, sessions[0], teacher_a, mark(people[1], LATE), inside, key="b")
    assert states(sessions[0]) == {"r0": PRESENT, "r1": LATE}
    sessions[0].refresh_from_db()
    assert (sessions[0].headcount, sessions[0].walk_ins) == (12, 2)
    emptied = {"type": "count", "block": "headcount", "value": ""}
    send(client, sessions[0], teacher_a, emptied, key="c")
    sessions[0].refresh_from_db()
    assert (sessions[0].headcount, sessions[0].walk_ins) == (None, 2)


def test_an_old_page_does_not_undo_a_count(client, roll, teacher_a, clerk_a):
    _run, sessions, people = roll
    save_roll(session=sessions[0], states={}, by=clerk_a, headcount=9)
    client.force_login(teacher_a)
    # The page was opened before anybody had counted.
    data = {"key": "k", "source": "teacher", "headcount": "", "was_headcount": ""}
    client.post(
        reverse("desk:roll", args=[sessions[0].pk]),
        data | {f"state_{people[0].pk}": PRESENT},
    )
    sessions[0].refresh_from_db()
    assert sessions[0].headcount == 9
    assert states(sessions[0]) == {"r0": PRESENT}


def test_entered_from_paper_it_says_so(client, roll, teacher_a):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    paper = {"type": "source", "block": "", "value": "paper"}
    send(client, sessions[0], teacher_a, paper, mark(people[0], PRESENT))
    assert sessions[0].records.get().source == "paper"


def test_who_left_the_class_meanwhile_does_not_hold_up_the_others(
    client, roll, teacher_a
):
    _run, sessions, people = roll
    Enrolment.objects.filter(learner=people[0]).update(state=State.REMOVED)
    client.force_login(teacher_a)
    answer = send(
        client, sessions[0], teacher_a, *[mark(one, PRESENT) for one in people]
    )
    assert states(sessions[0]) == {"r1": PRESENT, "r2": PRESENT}
    assert "有 1 位已经不在名单上" in answer.json()["note"]
    assert "来了 2 人" in answer.json()["summary"]


# --- Nothing is lost -----------------------------------------------------------------
def test_who_may_not_take_the_roll_is_told_to_sign_in_again(
    client, roll, teacher_a, other_teacher_a, director
):
    _run, sessions, people = roll
    for user in (other_teacher_a, director):
        client.force_login(user)
        answer = send(client, sessions[0], user, mark(people[0], PRESENT))
        # 403 with a sentence: the phone keeps the report.
        assert answer.status_code == 403
        assert "请重新登录" in answer.json()["error"]
        missing = client.post(
            reverse("desk:roll_report", args=[10**6]),
            json.dumps({"opened": reader_key(user)}),
            content_type="application/json",
        )
        assert (missing.status_code, missing.json()) == (403, answer.json())
    client.logout()
    assert send(client, sessions[0], teacher_a).status_code == 302
    assert not AttendanceRecord.objects.exists()


def test_a_page_that_another_left_open_writes_nothing_in_ones_name(
    client, roll, teacher_a, clerk_a
):
    _run, sessions, people = roll
    client.force_login(clerk_a)
    answer = send(client, sessions[0], teacher_a, mark(people[0], PRESENT))
    assert answer.status_code == 403
    assert "json" not in answer["Content-Type"]
    assert not AttendanceRecord.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"events": "x"},
        {"events": [1]},
        {"events": [{"type": "nap"}]},
        {"events": [{"type": "mark", "block": "x", "state": "present", "at": 1}]},
        {"events": [{"type": "mark", "block": "1", "state": "present", "at": "now"}]},
        {"events": [{"type": "mark", "block": "1", "state": "present"}]},
        {"events": [{"type": "count", "block": "seats", "value": "1"}]},
        {"events": [{"type": "count", "block": "headcount", "value": "many"}]},
        {"events": [{"type": "source", "block": "", "value": "face"}]},
        {"events": [], "sent": None},
        {"events": [], "key": ""},
    ],
)
def test_what_no_page_sends_is_refused_whole(client, roll, teacher_a, body):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    if isinstance(body["events"], list):
        body = {**body, "events": [*body["events"], mark(people[0], PRESENT)]}
    answer = send(client, sessions[0], teacher_a, **body)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not AttendanceRecord.objects.exists()


def test_an_unknown_state_and_a_body_that_is_none_are_refused(client, roll, teacher_a):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    answer = send(client, sessions[0], teacher_a, mark(people[0], "asleep"))
    assert answer.status_code == 422
    address = reverse("desk:roll_report", args=[sessions[0].pk])
    for raw in ("{", "[]", "x" * 100_001):
        answer = client.post(address, raw, content_type="application/json")
        assert answer.status_code == 422


def test_a_tap_before_the_doors_is_refused_with_its_sentence(
    client,
    roll,
    teacher_a,
    clock,  # noqa: F811
):
    _run, sessions, people = roll
    clock(sessions[0].starts_at - 31 * MINUTE)
    client.force_login(teacher_a)
    answer = send(client, sessions[0], teacher_a, mark(people[0], PRESENT))
    assert answer.status_code == 409
    assert "还没到点名的时候" in answer.json()["error"]
    assert send(
        client, sessions[0], teacher_a, mark(make_learner("x"), PRESENT), key="k2"
    ).json()["note"]
