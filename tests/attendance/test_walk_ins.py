"""Who came without being on the list: noted by name, claimed once, then forgotten."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.services.erasure import erase_person
from accounts.services.people import create_person
from attendance.choices import AttendanceState, SessionState
from attendance.exceptions import (
    RollTooEarlyError,
    SessionCancelledError,
    WalkInClosedError,
)
from attendance.models import AttendanceRecord, Session, WalkIn
from attendance.services.roll import save_roll
from attendance.services.walk_ins import (
    WORDS_KEPT,
    claim_own,
    claim_walk_in,
    drop_walk_in,
    note_walk_in,
)
from core.exceptions import KeyReusedError
from core.models import AuditEntry
from learning.counter import reference_of
from learning.services.enrolment import enrol_learner
from tests.accounts.conftest import sign_in_by_code
from tests.attendance.rolls import MINUTE, make_roll
from tests.attendance.test_checkin import clock  # noqa: F401
from tests.factories import make_learner
from tests.learning.test_queries import queries

pytestmark = pytest.mark.django_db
PHONE = "+8613800138000"
PRESENT, LATE, LEAVE, ABSENT = AttendanceState.values


@pytest.fixture
def roll(course_a, teacher_a, clock):  # noqa: F811
    found = make_roll(course_a, teacher_a)
    clock(found[1][0].starts_at)
    return found


@pytest.fixture
def session(roll):
    return roll[1][0]


@pytest.fixture
def wang(session, teacher_a):
    return note(session, teacher_a, phone=PHONE)


def note(session, by, name="王阿姨", key="k1", **more):
    more.setdefault("at", session.starts_at)
    return note_walk_in(session=session, name=name, by=by, key=key, **more)


def url(session, name="walk_in", *more):
    return reverse(f"desk:{name}", args=[session.pk, *more])


def page_of(client, session):
    return client.get(url(session, "roll")).content.decode()


def test_a_walk_in_is_noted_once_for_each_key_and_each_number(session, teacher_a):
    for key, phone in (("k1", ""), ("k1", ""), ("k2", PHONE), ("k3", PHONE)):
        note(session, teacher_a, key=key, phone=phone)
    assert session.named_walk_ins.count() == 2
    with pytest.raises(KeyReusedError):
        note(session, teacher_a, name="别人", key="k1")
    assert AuditEntry.objects.filter(action="attendance.walk_in").count() == 2
    assert "王" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    for repeated in ({"key": "k1"}, {"key": "k9", "phone": PHONE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WalkIn.objects.create(session=session, name="王", **repeated)


def test_nobody_is_noted_before_the_doors_open_or_where_nobody_meets(
    session, teacher_a
):
    with pytest.raises(RollTooEarlyError):
        note(session, teacher_a, at=session.starts_at - 31 * MINUTE)
    Session.objects.filter(pk=session.pk).update(state=SessionState.CANCELLED)
    with pytest.raises(SessionCancelledError):
        note(session, teacher_a)
    assert not WalkIn.objects.exists()


def test_a_session_with_a_named_walk_in_was_held_until_it_is_taken_back(
    session, teacher_a, wang
):
    session.refresh_from_db()
    assert session.state == SessionState.HELD
    for _time in range(2):
        drop_walk_in(walk_in=wang, by=teacher_a, at=session.starts_at)
    session.refresh_from_db()
    assert session.state == SessionState.PLANNED


def test_claimed_by_staff_it_is_a_record_like_those_of_the_roll(
    session, teacher_a, clerk_a, wang
):
    person = make_learner("wang")
    for _time in range(2):
        record = claim_walk_in(walk_in=wang, person=person, by=clerk_a)
    assert (record.state, record.source) == (PRESENT, "teacher")
    assert (record.at, record.by) == (wang.at, teacher_a)
    wang.refresh_from_db()
    assert (wang.record, wang.name, wang.phone) == (record, "", "")
    assert AttendanceRecord.objects.filter(attendee=person).count() == 1
    claimed = AuditEntry.objects.get(action="attendance.walk_in_claimed")
    assert claimed.actor == clerk_a
    assert claimed.detail["person"] == person.pk
    with pytest.raises(WalkInClosedError):
        claim_walk_in(walk_in=wang, person=make_learner("other"), by=clerk_a)
    with pytest.raises(WalkInClosedError):
        drop_walk_in(walk_in=wang, by=clerk_a)
    with pytest.raises(IntegrityError), transaction.atomic():
        WalkIn.objects.filter(pk=wang.pk).update(name="王")


def test_a_claim_is_joined_with_what_is_known_already(roll, teacher_a, wang):
    _run, sessions, people = roll
    session = sessions[0]
    save_roll(
        session=session,
        states={people[0].pk: LATE},
        by=teacher_a,
        at=session.starts_at + MINUTE,
    )
    record = claim_walk_in(walk_in=wang, person=people[0], by=teacher_a)
    # The list said it later.
    assert record.state == LATE


def test_who_proves_the_number_at_the_sign_in_claims_it(client, session, wang):
    person = create_person(display_name="王阿姨", phone=PHONE)
    assert claim_own(person=person) == 0
    client.force_login(person)
    assert not session.records.exists()
    client.logout()
    # The code of the sign-in is what proves it.
    sign_in_by_code(client)
    assert session.records.get().attendee == person
    wang.refresh_from_db()
    assert wang.record.attendee == person
    sign_in_by_code(client)
    assert session.records.count() == 1


def test_a_number_that_an_account_has_proved_is_known_at_once(session, teacher_a):
    person = make_learner("wang", phone=PHONE, phone_verified=True)
    make_learner("li", phone="+8613900139000", phone_verified=False)
    row = note(session, teacher_a, phone=PHONE)
    assert (row.name, row.record.attendee) == ("", person)
    assert note(session, teacher_a, key="k2", phone="+8613900139000").record is None
    # Sent again by a browser that has not heard the answer.
    assert note(session, teacher_a, phone=PHONE) == row


def test_names_and_numbers_that_nobody_claims_are_forgotten(
    client,
    session,
    teacher_a,
    wang,
    clock,  # noqa: F811
):
    clock(wang.at + WORDS_KEPT)
    call_command("forget_old", verbosity=0)
    wang.refresh_from_db()
    assert (wang.name, wang.phone) == ("王阿姨", PHONE)
    clock(wang.at + WORDS_KEPT + timedelta(seconds=1))
    call_command("forget_old", verbosity=0)
    wang.refresh_from_db()
    assert (wang.name, wang.phone) == ("", "")
    # It stays a person who came.
    client.force_login(teacher_a)
    assert "没报名来的一共 1 人" in page_of(client, session)


def test_the_erasure_of_an_account_takes_its_number_from_the_roll(
    session, wang, tmp_path, settings
):
    settings.ERASURE_JOURNAL = str(tmp_path / "erasures.jsonl")
    person = make_learner("wang", phone=PHONE, phone_verified=False)
    erase_person(user=person)
    wang.refresh_from_db()
    assert (wang.name, wang.phone) == ("", "")


# --- The page ------------------------------------------------------------------------
def test_the_page_notes_counts_and_drops(client, session, teacher_a):
    client.force_login(teacher_a)
    data = {"key": "k1", "name": " 王  阿姨 ", "phone": "138 0013 8000"}
    for _time in range(2):
        assert client.post(url(session), data).url == url(session, "roll")
    row = WalkIn.objects.get()
    assert (row.name, row.phone, row.noted_by) == ("王 阿姨", PHONE, teacher_a)
    client.post(
        url(session, "roll"),
        {"key": "k2", "source": "teacher", "headcount": "9", "walk_ins": "2"},
    )
    page = page_of(client, session)
    assert "一共 3 人：记了姓名的 1 人，只数了人数的 2 人" in page
    assert "王 阿姨" in page
    assert "138****8000" in page
    assert PHONE[3:] not in page
    client.post(url(session, "drop_walk_in", row.pk))
    assert not WalkIn.objects.exists()


def test_what_is_wrong_is_said_and_a_used_key_is_explained(client, session, teacher_a):
    client.force_login(teacher_a)
    for data, status, words in (
        ({"key": "k1", "name": ""}, 422, "请填写「姓名」"),
        ({"key": "k1", "name": "王", "phone": "12"}, 422, "请填 11 位手机号"),
    ):
        answer = client.post(url(session), data)
        assert answer.status_code == status
        assert words in answer.content.decode()
    assert not WalkIn.objects.exists()
    client.post(url(session), {"key": "k1", "name": "王"})
    answer = client.post(url(session), {"key": "k1", "name": "李"})
    assert answer.status_code == 409
    assert "已经记过了" in answer.content.decode()


def test_names_are_seen_only_by_who_takes_that_roll(
    client, roll, wang, teacher_a, clerk_a, other_teacher_a, director, clerk_b
):
    session = roll[1][0]
    assert set(WalkIn.objects.visible_to(clerk_a)) == {wang}
    assert set(WalkIn.objects.visible_to(teacher_a)) == {wang}
    for user in (other_teacher_a, director, clerk_b, roll[2][0]):
        assert not WalkIn.objects.visible_to(user).exists()
    for user in (other_teacher_a, director, clerk_b):
        client.force_login(user)
        for address in (url(session), url(session, "drop_walk_in", wang.pk)):
            assert client.post(address, {"key": "x", "name": "y"}).status_code == 404
        assert client.get(url(session, "walk_in_claim", wang.pk)).status_code == 404


def test_a_walk_in_is_looked_for_under_its_own_session(client, roll, wang, clerk_a):
    client.force_login(clerk_a)
    other = roll[1][1]
    assert client.get(url(other, "walk_in_claim", wang.pk)).status_code == 404
    assert client.post(url(other, "drop_walk_in", wang.pk)).status_code == 404


def test_the_clerk_finds_the_account_as_at_the_counter(
    client, roll, course_a, wang, clerk_a, clerk_b
):
    session = roll[1][0]
    person = make_learner("wang", display_name="王阿姨", phone=PHONE)
    make_learner("namesake", display_name="王阿姨")
    client.force_login(clerk_a)
    address = url(session, "walk_in_claim", wang.pk)
    assert address in page_of(client, session)
    # The number that was said at the door is looked for first.
    assert [one for one, _ref in client.get(address).context["people"]] == [person]
    # A name finds only people whom the school knows.
    assert client.get(f"{address}?q=王阿姨").context["people"] == []
    enrol_learner(learner=person, run=course_a.runs.get(is_self_paced=True))
    found = client.get(f"{address}?q=王阿姨").context["people"]
    assert [one for one, _ref in found] == [person]
    forged = {"reference": reference_of(clerk_b, person)}
    assert client.post(address, forged).status_code == 404
    assert not session.records.exists()
    answer = client.post(address, {"reference": found[0][1]})
    assert answer.url == url(session, "roll")
    assert session.records.get().attendee == person
    page = page_of(client, session)
    assert f'name="state_{person.pk}"' in page
    assert "没报名来的一共" not in page


def test_the_page_costs_the_same_with_many_walk_ins(client, session, teacher_a):
    client.force_login(teacher_a)
    note(session, teacher_a)
    page_of(client, session)
    few, _sql = queries(client, url(session, "roll"))
    for number in range(9):
        note(session, teacher_a, key=f"m{number}")
    many, sql = queries(client, url(session, "roll"))
    assert few == many, sql
