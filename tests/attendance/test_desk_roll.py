"""The roll at the desk: the list, the sheet, the code; one post saves it once."""

import re

import pytest
from django.urls import reverse

from attendance.choices import AttendanceState
from attendance.models import AttendanceRecord
from attendance.services.roll import save_roll
from core.models import AuditEntry
from learning.services.enrolment import enrol_learner
from tests.attendance.rolls import BEFORE, MINUTE, make_roll
from tests.attendance.test_checkin import clock  # noqa: F401
from tests.factories import make_learner
from tests.learning.test_queries import queries

pytestmark = pytest.mark.django_db
PRESENT, LATE, LEAVE, ABSENT = AttendanceState.values


@pytest.fixture
def roll(course_a, teacher_a, clock):  # noqa: F811
    found = make_roll(course_a, teacher_a)
    clock(found[1][0].starts_at)
    return found


def url(session, name="roll"):
    return reverse(f"desk:{name}", args=[session.pk])


def post(client, session, people, said, key="k1", **more):
    """A form as a browser sends it: `said` is a state, or (what was shown, state)."""
    data = {"key": key, "source": "teacher", "headcount": "", "walk_ins": "", **more}
    for person, word in zip(people, said, strict=False):
        was, state = word if isinstance(word, tuple) else ("", word)
        data[f"was_{person.pk}"] = was
        if state:
            data[f"state_{person.pk}"] = state
    return client.post(url(session), data)


def states(session):
    return dict(session.records.values_list("attendee__username", "state"))


def test_the_page_has_four_targets_for_each_and_works_as_a_form(
    client, roll, teacher_a
):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    page = client.get(url(sessions[0])).content.decode()
    for person in people:
        assert len(re.findall(rf'type="radio" name="state_{person.pk}"', page)) == 4
    answer = post(client, sessions[0], people, [PRESENT, LATE, ABSENT], headcount="9")
    assert answer.url == url(sessions[0])
    assert states(sessions[0]) == {"r0": PRESENT, "r1": LATE, "r2": ABSENT}
    page = client.get(url(sessions[0])).content.decode()
    assert "来了 2 人，请假 0 人，没来 1 人，还没点到 0 人" in page
    assert page.count("checked") == 4  # three people and the way it was taken


def test_the_same_post_again_is_the_same_and_undoes_nobody(
    client, roll, teacher_a, clerk_a
):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    post(client, sessions[0], people, [ABSENT])
    save_roll(
        session=sessions[0],
        states={people[0].pk: PRESENT},
        by=clerk_a,
        at=sessions[0].starts_at + MINUTE,
    )
    assert post(client, sessions[0], people, [ABSENT]).status_code == 302
    assert states(sessions[0]) == {"r0": PRESENT}
    assert AuditEntry.objects.filter(action="attendance.roll").count() == 2


def test_a_key_that_was_used_for_something_else_is_explained(client, roll, teacher_a):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    post(client, sessions[0], people, [ABSENT])
    answer = post(client, sessions[0], people, [PRESENT])
    assert answer.status_code == 409
    assert "已经存过一次了" in answer.content.decode()
    assert states(sessions[0]) == {"r0": ABSENT}


def test_an_old_page_does_not_undo_what_was_written_meanwhile(
    client,
    roll,
    teacher_a,
    clerk_a,
    clock,  # noqa: F811
):
    _run, sessions, people = roll
    session = sessions[0]
    save_roll(session=session, states={people[0].pk: ABSENT}, by=clerk_a)
    client.force_login(teacher_a)
    # The page was opened now; then the clerk puts the first right, the teacher the second.
    save_roll(
        session=session,
        states={people[0].pk: PRESENT},
        by=clerk_a,
        at=session.starts_at + MINUTE,
    )
    clock(session.starts_at + 2 * MINUTE)
    post(client, session, people, [(ABSENT, ABSENT), PRESENT])
    assert states(session) == {"r0": PRESENT, "r1": PRESENT}


def test_one_button_takes_who_has_no_mark_for_there(client, roll, teacher_a):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    post(client, sessions[0], people, [ABSENT, "", ""], rest="present")
    assert states(sessions[0]) == {"r0": ABSENT, "r1": PRESENT, "r2": PRESENT}


def test_bad_input_gets_a_sentence_and_saves_nothing(client, roll, teacher_a):
    _run, sessions, people = roll
    client.force_login(teacher_a)
    for more, words in (
        ({"headcount": "许多"}, "请填人数，用数字"),
        ({"headcount": "3", "walk_ins": "4"}, "请再数一数"),
        ({f"state_{people[0].pk}": "asleep"}, "里选一个"),
        ({"source": "face"}, "请选一个"),
    ):
        answer = post(client, sessions[0], [], [], **more)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not AttendanceRecord.objects.exists()


def test_too_early_is_said_on_the_page_and_the_taps_stay(
    client,
    roll,
    teacher_a,
    clock,  # noqa: F811
):
    _run, sessions, people = roll
    clock(sessions[0].starts_at - 31 * MINUTE)
    client.force_login(teacher_a)
    answer = post(client, sessions[0], people, [PRESENT])
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "还没到点名的时候" in page
    assert page.count("checked") == 2
    assert post(client, sessions[0], people, [LEAVE], key="k2").status_code == 302


def test_the_sheet_has_every_name_and_is_entered_later_as_paper(client, roll, clerk_a):
    _run, sessions, people = roll
    client.force_login(clerk_a)
    page = client.get(url(sessions[0], "print_roll")).content.decode()
    assert all(one.get_full_name() in page for one in people)
    post(client, sessions[0], people, [PRESENT], source="paper")
    record = sessions[0].records.get()
    assert (record.source, record.by) == ("paper", clerk_a)


@pytest.mark.parametrize("name", ["roll", "print_roll", "session_qr"])
def test_another_teacher_of_the_school_and_the_centre_find_nothing(
    client, roll, other_teacher_a, director, name
):
    for user in (other_teacher_a, director):
        client.force_login(user)
        assert client.get(url(roll[1][0], name)).status_code == 404


def test_the_code_is_drawn_and_asks_for_itself_only_while_people_come_in(
    client,
    roll,
    teacher_a,
    clock,  # noqa: F811
):
    session = roll[1][0]
    client.force_login(teacher_a)
    page = client.get(url(session, "session_qr"))
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert page["Refresh"] == "15"
    assert "no-store" in page["Cache-Control"]
    for moment, words in (
        (session.starts_at - 31 * MINUTE, "还没到时候"),
        (session.ends_at, "已经上完了"),
    ):
        clock(moment)
        page = client.get(url(session, "session_qr"))
        assert words in page.content.decode()
        assert "data:image" not in page.content.decode()
        assert "Refresh" not in page


def test_a_cancelled_session_says_so(client, roll, teacher_a):
    session = roll[1][0]
    session.state = "cancelled"
    session.save()
    client.force_login(teacher_a)
    assert "这次课停了" in client.get(url(session)).content.decode()
    assert "这次课停了" in client.get(url(session, "session_qr")).content.decode()


def test_the_roll_costs_the_same_with_three_people_and_with_thirty(
    client, roll, teacher_a
):
    run, sessions, _people = roll
    client.force_login(teacher_a)
    client.get(url(sessions[0]))
    few, _sql = queries(client, url(sessions[0]))
    for number in range(27):
        enrol_learner(learner=make_learner(f"m{number}"), run=run, at=BEFORE)
    many, sql = queries(client, url(sessions[0]))
    assert few == many, sql


def test_the_desk_leads_to_the_rolls_of_today_and_of_the_class(
    client, roll, teacher_a, clerk_a
):
    run, sessions, _people = roll
    for user in (teacher_a, clerk_a):
        client.force_login(user)
        assert url(sessions[0]) in client.get(reverse("desk:home")).content.decode()
        page = client.get(reverse("desk:roster", args=[run.pk])).content.decode()
        assert url(sessions[0]) in page
        assert url(sessions[2]) not in page
