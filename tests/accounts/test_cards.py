"""The resident's card: one each, known by its hash, signing nobody in."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.exceptions import CardRefusedError
from accounts.models import ResidentCard
from accounts.services.cards import LENGTH, end_cards, holder_of, issue_card
from accounts.services.erasure import erase_person
from attendance.choices import AttendanceState, Source
from attendance.exceptions import (
    CardTooLateError,
    CodeTooEarlyError,
    NotExpectedError,
    SessionCancelledError,
)
from attendance.models import AttendanceRecord
from attendance.services.checkin import check_in_by_card
from core.typed_codes import in_fours
from learning.counter import reference_of
from tests.attendance.rolls import DAY, MINUTE, make_roll
from tests.attendance.test_checkin import clock  # noqa: F401
from tests.factories import make_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(db):
    return make_learner("no-phone", display_name="赵秀英", birth_year=1944)


@pytest.fixture
def token(resident, clerk_a):
    return issue_card(person=resident, by=clerk_a)[1]


def test_the_code_has_130_bits_and_is_kept_as_a_hash(token, resident):
    assert LENGTH * 5 >= 128
    assert len(token) == LENGTH
    card = ResidentCard.objects.get(user=resident)
    assert token not in str(vars(card))
    assert card.number.isdigit()


@pytest.mark.parametrize(
    "form", ["{}", "{dashed}", "{lower}", "https://x.cn/k/{}/", "/k/{}"]
)
def test_the_holder_is_found_by_code_and_by_the_address_of_the_qr(
    token, resident, form
):
    text = form.format(token, dashed=in_fours(token), lower=token.lower())
    assert holder_of(text) == resident


@pytest.mark.parametrize("text", ["", "0" * LENGTH, "13800138000", "赵秀英"])
def test_nobody_is_found_by_anything_else(token, text):
    assert holder_of(text) is None


def test_a_new_card_ends_the_old_one(token, resident, clerk_a):
    new = issue_card(person=resident, by=clerk_a)[1]
    assert holder_of(token) is None
    assert holder_of(new) == resident
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidentCard.objects.create(user=resident, token_hash="x")


def test_a_lost_card_is_worth_nothing(token, resident, clerk_a):
    assert end_cards(person=resident, by=clerk_a) == 1
    assert end_cards(person=resident, by=clerk_a) == 0
    assert holder_of(token) is None


def test_nobody_gives_themselves_a_card(clerk_a):
    with pytest.raises(CardRefusedError):
        issue_card(person=clerk_a, by=clerk_a)


def test_an_erasure_takes_the_card_along(token, resident):
    erase_person(user=resident)
    assert holder_of(token) is None
    assert not ResidentCard.objects.exists()


def test_a_stranger_reads_the_same_of_a_card_and_of_none(client, token, learner):
    for sign_in in (lambda: None, lambda: client.force_login(learner)):
        sign_in()
        real = client.get(reverse("card", args=[token]))
        unreal = client.get(reverse("card", args=["0" * LENGTH]))
        assert real.status_code == unreal.status_code == 200
        assert "赵秀英" not in real.content.decode()
        assert "请交给附近的社区学校" in real.content.decode()
    assert client.get(reverse("learning:home")).wsgi_request.user == learner


def test_a_clerk_s_scan_leads_to_the_counter(client, token, resident, clerk_a):
    client.force_login(clerk_a)
    response = client.get(reverse("card", args=[token]))
    person = reverse("desk:counter_person", args=[reference_of(clerk_a, resident)])
    assert response.url == person
    found = client.get(reverse("desk:counter"), {"q": f"https://x.cn/k/{token}/"})
    assert "赵秀英" in found.content.decode()


def test_the_sheet_has_the_code_and_neither_number_nor_age(client, resident, clerk_a):
    client.force_login(clerk_a)
    reference = reference_of(clerk_a, resident)
    page = client.post(reverse("desk:counter_card", args=[reference]))
    shown = page.content.decode()
    assert "赵秀英" in shown
    assert "1944" not in shown
    assert "data:image/svg+xml" in shown
    assert "no-store" in page["Cache-Control"]


# --- At the door ---------------------------------------------------------------------


@pytest.fixture
def roll(course_a, teacher_a):
    return make_roll(course_a, teacher_a, people=2)


def test_a_scan_says_there_and_a_second_one_changes_nothing(roll, teacher_a):
    _run, sessions, (one, _other) = roll
    start = sessions[0].starts_at
    for minutes in (1, 20):
        check_in_by_card(
            session=sessions[0], holder=one, by=teacher_a, at=start + minutes * MINUTE
        )
    record = AttendanceRecord.objects.get(attendee=one)
    assert (record.state, record.source) == (AttendanceState.PRESENT, Source.CARD)
    assert record.by == teacher_a


def test_who_comes_a_quarter_of_an_hour_late_is_late(roll, teacher_a):
    _run, sessions, (one, _other) = roll
    at = sessions[0].starts_at + 16 * MINUTE
    record = check_in_by_card(session=sessions[0], holder=one, by=teacher_a, at=at)
    assert record.state == AttendanceState.LATE


def test_only_who_is_on_the_list_and_only_while_the_doors_are_open(
    roll, teacher_a, resident
):
    _run, sessions, (one, _other) = roll
    first = sessions[0]
    for holder, at, error in (
        (resident, first.starts_at, NotExpectedError),
        (one, first.starts_at - 31 * MINUTE, CodeTooEarlyError),
        (one, first.ends_at, CardTooLateError),
    ):
        with pytest.raises(error):
            check_in_by_card(session=first, holder=holder, by=teacher_a, at=at)
    first.state = "cancelled"
    first.save()
    with pytest.raises(SessionCancelledError):
        check_in_by_card(session=first, holder=one, by=teacher_a, at=first.starts_at)
    assert not AttendanceRecord.objects.exists()


def test_a_card_marks_no_other_session(roll, teacher_a):
    """BC-12: it says who somebody is, never which session."""
    _run, sessions, (one, _other) = roll
    check_in_by_card(
        session=sessions[0], holder=one, by=teacher_a, at=sessions[0].starts_at
    )
    with pytest.raises(CodeTooEarlyError):
        check_in_by_card(
            session=sessions[1],
            holder=one,
            by=teacher_a,
            at=sessions[1].starts_at - DAY,
        )


def test_the_page_at_the_door_takes_one_card_after_another(
    client,
    roll,
    teacher_a,
    clerk_a,
    clock,  # noqa: F811
):
    _run, sessions, people = roll
    clock(sessions[0].starts_at + MINUTE)
    tokens = [issue_card(person=one, by=clerk_a)[1] for one in people]
    client.force_login(teacher_a)
    url = reverse("desk:cards", args=[sessions[0].pk])
    for token, person in zip(tokens, people, strict=True):
        page = client.post(url, {"card": token}, follow=True)
        assert f"{person.display_name}，到了" in page.content.decode()
    wrong = client.post(url, {"card": "0" * LENGTH})
    assert wrong.status_code == 422
    assert "没有登记" in wrong.content.decode()
    assert AttendanceRecord.objects.filter(source=Source.CARD).count() == 2
