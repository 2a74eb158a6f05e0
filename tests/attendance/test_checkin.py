"""The code that changes: windows, forgeries, other sessions, replays."""

from datetime import timedelta

import pytest
from django.urls import reverse

from attendance.checkin import WINDOW_S, make_token, read_token
from attendance.exceptions import (
    CodeExpiredError,
    CodeForgedError,
    CodeTooEarlyError,
    NotExpectedError,
)
from attendance.models import AttendanceRecord
from attendance.services.checkin import check_in
from attendance.services.roll import ask_leave, save_roll
from tests.attendance.rolls import DAY, MINUTE, make_roll
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def roll(course_a, teacher_a):
    return make_roll(course_a, teacher_a)


@pytest.fixture
def clock(monkeypatch):
    """Sets the clock of the site; sessions begin on a whole window."""

    def set_to(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return moment

    return set_to


def test_a_token_is_good_in_its_window_and_the_next_and_never_again(roll):
    start = roll[1][0].starts_at
    token = make_token(7, start)
    for seconds in (0, 29, 30, 59):
        assert read_token(token, start + seconds * SECOND) == 7
    for seconds in (-1, 60, 90, 86400):
        with pytest.raises(CodeExpiredError):
            read_token(token, start + seconds * SECOND)
    assert make_token(7, start + 29 * SECOND) == token
    assert make_token(7, start + WINDOW_S * SECOND) != token


def test_a_token_that_was_changed_or_made_elsewhere_is_refused(roll, settings):
    start = roll[1][0].starts_at
    token = make_token(7, start)
    session, window, signature = token.split(".")
    forged = [
        "", "x", "..", f"8.{window}.{signature}", f"{session}.{int(window) + 1}.{signature}",
        f"{session}.{window}.{signature[:-1]}", f"0{token}", f"{token}.1",
        f"{session}.{window}.", f"七.{window}.{signature}", f"-7.{window}.{signature}",
        f"{'9' * 90}.{window}.{signature}", f"{session}.²{window}.{signature}",
    ]  # fmt: skip
    for one in forged:
        with pytest.raises(CodeForgedError):
            read_token(one, start)
    settings.SECRET_KEY = "another site's key"
    with pytest.raises(CodeForgedError):
        read_token(token, start)


def test_a_token_opens_its_own_session_alone_and_only_while_it_is_open(roll):
    _run, sessions, people = roll
    first, second = sessions[:2]
    check_in(
        token=make_token(first.pk, first.starts_at),
        learner=people[0],
        at=first.starts_at,
    )
    assert first.records.count() == 1
    assert second.records.count() == 0
    for moment, refusal in (
        (second.starts_at - 30 * MINUTE - SECOND, CodeTooEarlyError),
        (second.starts_at - 30 * MINUTE, None),
        (second.ends_at - SECOND, None),
        (second.ends_at, CodeExpiredError),
    ):
        token = make_token(second.pk, moment)
        if refusal is None:
            check_in(token=token, learner=people[1], at=moment)
        else:
            with pytest.raises(refusal):
                check_in(token=token, learner=people[1], at=moment)


def test_who_scans_too_early_hears_when_and_scans_again_later(client, roll, clock):
    """BC-11: before the doors open the page says so; the later scan asks for nothing."""
    _run, sessions, people = roll
    doors = sessions[0].starts_at - 30 * MINUTE
    client.force_login(people[0])
    early = scan(client, make_token(sessions[0].pk, clock(doors - 2 * MINUTE)))
    assert early.status_code == 409
    page = early.content.decode()
    assert "下午 1:30 开始，到时候再扫一次就行" in page
    assert not AttendanceRecord.objects.exists()
    later = scan(client, make_token(sessions[0].pk, clock(doors + 2 * MINUTE)))
    assert later.status_code == 200
    assert sessions[0].records.get().state == "present"


def test_a_token_is_no_good_for_the_lesson_of_next_week(client, roll, clock):
    """BC-12: the number of the session is signed; with another it is forged."""
    _run, sessions, people = roll
    now = clock(sessions[0].starts_at)
    _session, window, signature = make_token(sessions[0].pk, now).split(".")
    client.force_login(people[0])
    replayed = f"{sessions[1].pk}.{window}.{signature}"
    assert scan(client, replayed).status_code == 404
    assert not AttendanceRecord.objects.exists()


def test_a_forwarded_code_is_old_after_two_windows_and_the_phones_clock_is_not_asked(
    client, roll, clock
):
    """BC-14: the server's clock alone decides."""
    _run, sessions, people = roll
    session = sessions[0]
    sent = clock(session.starts_at)
    token = make_token(session.pk, sent)
    client.force_login(people[0])
    clock(sent + 2 * WINDOW_S * SECOND)
    assert scan(client, token).status_code == 410
    now = clock(session.starts_at + 5 * MINUTE)
    url = reverse("attendance:checkin", args=[make_token(session.pk, now)])
    wrong = (now + 60 * MINUTE).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert client.get(url, headers={"Date": wrong}).status_code == 200
    record = session.records.get()
    assert (record.state, record.at) == ("present", now)


def test_scanning_again_changes_nothing_and_does_not_make_late(roll):
    _run, sessions, people = roll
    session = sessions[0]
    for minutes in (-5, 0, 40):
        at = session.starts_at + minutes * MINUTE
        check_in(token=make_token(session.pk, at), learner=people[0], at=at)
    record = session.records.get()
    assert (record.state, record.at) == ("present", session.starts_at - 5 * MINUTE)


def test_a_quarter_of_an_hour_after_the_start_is_late_and_leave_is_overruled(roll):
    _run, sessions, people = roll
    session = sessions[0]
    ask_leave(session=session, learner=people[0], at=session.starts_at - DAY)
    for learner, minutes in zip(people, (15, 16), strict=False):
        at = session.starts_at + minutes * MINUTE
        check_in(token=make_token(session.pk, at), learner=learner, at=at)
    assert [one.state for one in session.records.order_by("attendee")] == [
        "present",
        "late",
    ]


def test_the_teacher_overrules_a_scan(roll, teacher_a):
    _run, sessions, people = roll
    session, at = sessions[0], sessions[0].starts_at
    save_roll(session=session, states={people[0].pk: "absent"}, by=teacher_a, at=at)
    check_in(
        token=make_token(session.pk, at + MINUTE), learner=people[0], at=at + MINUTE
    )
    assert session.records.get().state == "absent"


def test_who_is_not_on_the_list_is_not_recorded(roll):
    session = roll[1][0]
    with pytest.raises(NotExpectedError):
        check_in(
            token=make_token(session.pk, session.starts_at),
            learner=make_learner("stranger"),
            at=session.starts_at,
        )
    assert not AttendanceRecord.objects.exists()


def scan(client, token):
    return client.get(reverse("attendance:checkin", args=[token]))


def test_the_page_records_and_says_what_to_do(client, roll, clock):
    _run, sessions, people = roll
    session = sessions[0]
    now = clock(session.starts_at)
    token = make_token(session.pk, now)
    client.force_login(people[0])
    for _time in range(2):
        page = scan(client, token)
        assert page.status_code == 200
        assert "签到好了" in page.content.decode()
    assert session.records.count() == 1
    clock(now + 60 * SECOND)
    page = scan(client, token)
    assert page.status_code == 410
    assert "这个码过期了，请再扫一次" in page.content.decode()
    assert scan(client, token[:-2] + "xx").status_code == 404
    client.force_login(make_learner("stranger"))
    page = scan(client, make_token(session.pk, now + 60 * SECOND))
    assert page.status_code == 403
    assert "请找老师" in page.content.decode()


def test_a_head_request_records_nobody(client, roll, clock):
    _run, sessions, people = roll
    now = clock(sessions[0].starts_at)
    client.force_login(people[0])
    url = reverse("attendance:checkin", args=[make_token(sessions[0].pk, now)])
    assert client.head(url).status_code == 405
    assert client.post(url).status_code == 405
    assert not AttendanceRecord.objects.exists()


def test_who_scans_signed_out_signs_in_and_comes_back_though_the_code_has_changed(
    client, roll, clock
):
    _run, sessions, people = roll
    session = sessions[0]
    now = clock(session.starts_at)
    token = make_token(session.pk, now)
    page = scan(client, token)
    assert page.status_code == 302
    assert page.url.startswith("/accounts/login/")
    assert token in page.url
    clock(now + 5 * MINUTE)
    client.force_login(people[0])
    assert scan(client, token).status_code == 200
    assert session.records.get().at == now
    # The note is used up, and is of one token.
    assert scan(client, token).status_code == 410


def test_an_old_code_is_no_better_for_who_signs_in_later(client, roll, clock):
    _run, sessions, people = roll
    session = sessions[0]
    now = clock(session.starts_at)
    token = make_token(session.pk, now)
    scan(client, token)
    clock(now + 11 * MINUTE)
    client.force_login(people[0])
    assert scan(client, token).status_code == 410
    client.logout()
    assert scan(client, token).status_code == 410
    assert "checkin_scan" not in client.session
    assert not AttendanceRecord.objects.exists()
