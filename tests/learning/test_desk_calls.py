"""`/desk/calls/`: whom to call and why; a number is shown on request and that is kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from learning.choices import CallOutcome
from learning.models import CallTask
from learning.services.enrolment import enrol_learner
from tests.courses.classes import make_class
from tests.learning.calls import make_call
from tests.learning.classes import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(course_a):
    run = make_class(course_a)
    person = people(1)[0]
    return make_call(
        enrol_learner(learner=person, run=run),
        template="seat_offered",
        due_at=timezone.now() + timedelta(hours=5),
    )


def test_the_list_says_whom_to_call_and_why_without_the_number(client, clerk_a, task):
    client.force_login(clerk_a)
    page = client.get(reverse("desk:calls")).content.decode()
    person = task.person
    for words in (
        person.get_full_name(),
        person.masked_phone,
        "《甲校揉面》空出一个名额",
    ):
        assert words in page
    assert person.phone.removeprefix("+86") not in page
    home = client.get(reverse("desk:home")).content.decode()
    assert reverse("desk:calls") in home


def test_the_page_of_a_call_says_what_to_say(client, clerk_a, task):
    client.force_login(clerk_a)
    page = client.get(reverse("desk:call", args=[task.pk])).content.decode()
    said = page.partition("说什么")[2].partition("</dd>")[0]
    assert "《甲校揉面》空出一个名额" in said
    assert "演示环境" in page.partition("<h1")[0], "and the frame's own notice"


def test_a_call_is_noted_once_however_often_it_is_sent(client, clerk_a, task):
    client.force_login(clerk_a)
    url = reverse("desk:call", args=[task.pk])
    wrong = client.post(url, {"outcome": "", "note": "女儿接的"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "请选一个「打得怎么样」" in page
    assert "女儿接的" in page
    for note in ("女儿接的", "别的"):
        form = {"outcome": CallOutcome.TOLD, "note": note}
        assert client.post(url, form).status_code == 302
    task.refresh_from_db()
    assert (task.outcome, task.note, task.done_by) == ("told", "女儿接的", clerk_a)
    assert AuditEntry.objects.get(action="call.made").detail == {"outcome": "told"}
    assert not CallTask.objects.to_make().exists()
    assert "女儿接的" in client.get(url).content.decode()


def test_the_number_is_shown_on_request_and_the_look_is_kept(client, clerk_a, task):
    client.force_login(clerk_a)
    before = client.get(reverse("desk:call", args=[task.pk])).content.decode()
    assert task.person.phone not in before
    assert not AuditEntry.objects.filter(action="phone.viewed").exists()
    response = client.post(reverse("desk:call_number", args=[task.pk]))
    assert task.person.phone in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.get(action="phone.viewed")
    assert (entry.actor, entry.school_id) == (clerk_a, task.school_id)
    assert task.person.phone not in str(entry.detail)


def test_another_school_sees_neither_call_nor_number(client, clerk_b, task):
    client.force_login(clerk_b)
    page = client.get(reverse("desk:calls")).content.decode()
    assert "甲校揉面" not in page
    assert client.post(reverse("desk:call_number", args=[task.pk])).status_code == 404
    url = reverse("desk:call", args=[task.pk])
    assert client.post(url, {"outcome": "told"}).status_code == 404
    task.refresh_from_db()
    assert task.done_at is None
    assert not AuditEntry.objects.filter(action="phone.viewed").exists()


def test_the_list_costs_the_same_with_one_call_and_with_twenty(client, clerk_a, task):
    client.force_login(clerk_a)
    url = reverse("desk:calls")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(20):
        make_call(task.enrolment, key=f"more:{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(one) == len(many) <= 12


def test_the_database_knows_no_other_outcome(task):
    for facts in ({"outcome": "maybe", "done_at": timezone.now()}, {"outcome": "told"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallTask.objects.filter(pk=task.pk).update(**facts)


def test_who_does_not_answer_stays_on_the_list_and_is_counted_once_a_try(
    client, clerk_a, task
):
    client.force_login(clerk_a)
    url = reverse("desk:call", args=[task.pk])
    said = {"outcome": CallOutcome.LATER, "note": "晚上在家", "tries": "0"}
    for _twice in range(2):
        assert client.post(url, said).status_code == 302
    task.refresh_from_db()
    assert (task.tries, task.done_at, task.outcome) == (1, None, "")
    assert "打过 1 次，没人接" in client.get(reverse("desk:calls")).content.decode()
    page = client.get(url).content.decode()
    assert "晚上在家" in page
    assert 'name="tries" value="1"' in page
    client.post(url, {"outcome": CallOutcome.TOLD, "note": "", "tries": "1"})
    task.refresh_from_db()
    assert task.outcome == CallOutcome.TOLD
    assert CallTask.objects.to_make().count() == 0
