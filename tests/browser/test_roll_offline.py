"""The roll on a teacher's phone when the net dies in the middle of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from attendance.models import AttendanceRecord, Session
from attendance.services.roll import save_roll
from core.models import AuditEntry
from core.service_worker import reader_key
from schools.models import Membership
from tests.attendance.rolls import make_roll
from tests.browser.conftest import session_cookie
from tests.browser.test_steps import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "没有网，先记在这台手机上，有网会自动送"
OWN = """() => Object.keys(localStorage).filter((key) =>
    key.startsWith("roll:") || key.startsWith("learn:"))"""


@pytest.fixture
def roll(course_a, teacher_a):
    """A lesson that began ten minutes ago, and three people on its list."""
    _run, sessions, people = make_roll(course_a, teacher_a)
    now = timezone.now()
    Session.objects.filter(pk=sessions[0].pk).update(
        starts_at=now - timedelta(minutes=10), ends_at=now + timedelta(minutes=80)
    )
    return Session.objects.get(pk=sessions[0].pk), people


def address(session: Any) -> str:
    return reverse("desk:roll", args=[session.pk])


def tap(page: Any, person: Any, words: str) -> None:
    row = page.get_by_role("group", name=person.get_full_name())
    row.get_by_text(words, exact=True).click()


def save(page: Any) -> None:
    page.get_by_role("button", name="存好", exact=True).click()


def says(page: Any, words: str) -> None:
    page.locator("#roll-state").get_by_text(words).wait_for()


def states(session: Any) -> dict[str, str]:
    return dict(session.records.values_list("attendee__username", "state"))


def is_open(page: Any) -> None:
    """The page has fetched what it begins with."""
    page.wait_for_load_state("networkidle")


def test_with_the_net_what_was_tapped_is_saved_and_said(open_page, roll, teacher_a):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    tap(page, people[0], "到了")
    tap(page, people[1], "没来")
    save(page)
    says(page, "存好了")
    assert states(session) == {"r0": "present", "r1": "absent"}
    assert "来了 1 人" in page.locator("[data-summary]").inner_text()
    assert page.evaluate(OWN) == []
    page.get_by_role("button", name="没点到的都算到了，存好").click()
    assert eventually(lambda: states(session).get("r2") == "present")
    assert states(session)["r1"] == "absent"


def test_without_the_net_taps_are_kept_and_sent_when_it_is_back(
    open_page, roll, teacher_a, clerk_a
):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    page.context.set_offline(True)
    tap(page, people[0], "到了")
    tap(page, people[1], "到了")
    says(page, KEPT)
    save(page)
    says(page, KEPT)
    tap(page, people[2], "迟到")
    assert not AttendanceRecord.objects.exists()
    # No name lies on the phone, only numbers.
    assert "学员" not in page.evaluate("() => JSON.stringify(localStorage)")
    # Somebody else writes later than the tap, and earlier than it arrives.
    page.wait_for_timeout(50)
    save_roll(session=session, states={people[1].pk: "absent"}, by=clerk_a)
    page.context.set_offline(False)
    says(page, "有网了，刚才点的替您存好了")
    expected = {"r0": "present", "r1": "absent", "r2": "late"}
    assert eventually(lambda: states(session) == expected), states(session)
    assert eventually(lambda: page.evaluate(OWN) == [])


def test_a_page_that_was_closed_without_the_net_is_sent_by_the_next_one(
    open_page, roll, teacher_a
):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    page.context.set_offline(True)
    tap(page, people[0], "到了")
    says(page, KEPT)
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(address(session))
    assert eventually(lambda: states(session) == {"r0": "present"})
    assert eventually(lambda: page.evaluate(OWN) == [])


def test_what_was_tapped_with_the_net_and_not_saved_is_shown_again(
    open_page, roll, teacher_a
):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    tap(page, people[0], "请假")
    page.reload()
    says(page, "已经替您点上了")
    assert page.locator(f"[name=state_{people[0].pk}][value=leave]").is_checked()
    assert not AttendanceRecord.objects.exists()
    save(page)
    says(page, "存好了")
    assert states(session) == {"r0": "leave"}


def test_a_report_that_arrived_and_was_not_answered_is_one(open_page, roll, teacher_a):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    answers = []

    def lose_the_first(route: Any) -> None:
        answer = route.fetch()
        answers.append(answer.json())
        if len(answers) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/roll/report/", lose_the_first)
    tap(page, people[0], "到了")
    save(page)
    says(page, "有网了，刚才点的替您存好了")
    assert len(answers) == 2
    assert [one["changed"] for one in answers] == [1, 1]
    assert states(session) == {"r0": "present"}
    assert AuditEntry.objects.filter(action="attendance.roll").count() == 1


def test_signed_out_meanwhile_nothing_is_lost(open_page, roll, teacher_a):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    tap(page, people[0], "到了")
    save(page)
    says(page, "登录过期了")
    assert page.locator("#roll-state a").is_visible()
    url = page.evaluate("location.origin")
    page.context.add_cookies([session_cookie(teacher_a, url)])
    page.goto(address(session))
    assert eventually(lambda: states(session) == {"r0": "present"})


def test_no_longer_allowed_nothing_is_lost(open_page, roll, teacher_a, other_teacher_a):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    teacher = session.teacher
    Session.objects.filter(pk=session.pk).update(teacher=None)
    tap(page, people[0], "到了")
    save(page)
    says(page, "请重新登录")
    Session.objects.filter(pk=session.pk).update(teacher=teacher)
    page.goto(address(session))
    assert eventually(lambda: states(session) == {"r0": "present"})
    # Who is no staff at all any more is asked to sign in again.
    Membership.objects.filter(user=teacher_a).update(until="2026-01-02")
    tap(page, people[1], "到了")
    save(page)
    says(page, "登录过期了")
    assert any(reader_key(teacher_a) in key for key in page.evaluate(OWN))


def test_signing_out_sends_what_waits_and_leaves_nothing(open_page, roll, teacher_a):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    page.context.set_offline(True)
    tap(page, people[0], "到了")
    says(page, KEPT)
    # Left while the net is away: the page of signing out is the next that is opened.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/accounts/logout/")
    assert eventually(lambda: states(session) == {"r0": "present"})
    assert eventually(lambda: page.evaluate(OWN) == [])
    assert not page.locator("#unsent").is_visible()


def test_signing_out_takes_along_what_was_never_saved(open_page, roll, teacher_a):
    session, people = roll
    page = open_page(address(session), user=teacher_a)
    is_open(page)
    tap(page, people[0], "到了")
    assert page.evaluate(OWN)
    page.goto("/accounts/logout/")
    is_open(page)
    page.locator("main").get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/logout/"))
    assert page.evaluate(OWN) == []
    assert not AttendanceRecord.objects.exists()


def test_without_a_script_the_form_is_posted(open_page, roll, teacher_a):
    session, people = roll
    page = open_page(address(session), user=teacher_a, java_script_enabled=False)
    tap(page, people[0], "到了")
    save(page)
    page.get_by_text("存好了，改了 1 人").wait_for()
    assert states(session) == {"r0": "present"}
