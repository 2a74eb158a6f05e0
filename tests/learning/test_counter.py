"""The counter: found by number or name, enrolled in two steps, the slip printed."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Consent
from learning.choices import Source, State
from learning.counter import find_people, reference_of
from learning.models import Enrolment, EnrolmentEvent
from learning.services.enrolment import enrol_learner
from tests.courses.classes import make_class
from tests.factories import make_course, make_learner

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def granny(course_a):
    person = make_learner("granny", display_name="王桂兰", phone="+8613800138000")
    enrol_learner(learner=person, run=course_a.runs.get(is_self_paced=True))
    return person


def enrol(client, clerk, person, run, **said):
    url = reverse("desk:counter_enrol", args=[reference_of(clerk, person)])
    return client.post(url, {"key": "k", "run": run.pk, **said})


def test_a_number_finds_anybody_and_a_name_who_has_learnt_here(
    clerk_a, clerk_b, granny
):
    assert find_people(clerk_a, "138 0013 8000") == [granny]
    assert find_people(clerk_b, "13800138000") == [granny]
    assert find_people(clerk_a, " 桂兰 ") == [granny]
    assert find_people(clerk_b, "桂兰") == []
    assert find_people(clerk_a, "王") == [], "one character shows half of the street"
    assert find_people(clerk_a, "%%") == []
    assert find_people(clerk_a, clerk_a.username + "1") == []


def test_who_is_found_is_enrolled_once_with_a_slip_and_may_be_undone(
    client, clerk_a, course_a, granny
):
    run = make_class(course_a, capacity=5)
    client.force_login(clerk_a)
    found = client.get(reverse("desk:counter"), {"q": "桂兰"}).content.decode()
    reference = reference_of(clerk_a, granny)
    assert reverse("desk:counter_person", args=[reference]) in found
    assert "13800138000" not in found
    page = client.get(reverse("desk:counter_person", args=[reference]))
    assert "报名" in page.content.decode()
    for _twice in range(2):
        answer = enrol(client, clerk_a, granny, run)
        assert answer.status_code == 302
    row = Enrolment.objects.get(run=run)
    assert (row.learner, row.source, row.by) == (granny, Source.DESK, clerk_a)
    assert EnrolmentEvent.objects.filter(enrolment=row).count() == 1
    done = client.get(answer.url).content.decode()
    assert "打印报名条" in done
    slip = client.get(reverse("desk:counter_slip", args=[reference, row.pk]))
    assert "王桂兰" in slip.content.decode()
    client.post(reverse("desk:counter_undo", args=[reference, row.pk]))
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN


def test_a_full_class_is_queued_for_and_a_limit_passed_with_a_reason(
    client, clerk_a, course_a, granny
):
    full = make_class(course_a, capacity=1)
    enrol_learner(learner=make_learner("first"), run=full)
    client.force_login(clerk_a)
    refused = enrol(client, clerk_a, granny, full)
    assert refused.status_code == 409
    assert "满了" in refused.content.decode()
    enrol(client, clerk_a, granny, full, may_wait="on")
    assert Enrolment.objects.get(run=full, learner=granny).state == State.WAITLISTED
    young = make_class(course_a, age_max=20, term="别的学期")
    User.objects.filter(pk=granny.pk).update(birth_year=1952)
    refused = enrol(client, clerk_a, granny, young, key="x")
    assert refused.status_code == 422
    assert "为什么破例" in refused.content.decode()
    enrol(client, clerk_a, granny, young, key="x", reason="带孙女一起上")
    assert Enrolment.objects.get(run=young, learner=granny).state == State.CONFIRMED


def test_somebody_without_a_telephone_gets_an_account_once(client, clerk_a):
    client.force_login(clerk_a)
    url = reverse("desk:counter_new")
    form = client.get(url, {"q": "李大爷"}).context["form"]
    assert form["display_name"].value() == "李大爷"
    said = {
        "key": form["key"].value(), "display_name": "李大爷", "phone": "",
        "birth_year": "1948", "has_consent": "on",
    }  # fmt: skip
    lacking = client.post(url, said | {"has_consent": ""})
    assert lacking.status_code == 422
    assert "签字同意" in lacking.content.decode()
    for _twice in range(2):
        answer = client.post(url, said)
        assert answer.status_code == 302
    person = User.objects.get(display_name="李大爷")
    assert (person.phone, person.birth_year) == (None, 1948)
    assert Consent.objects.get(user=person).channel == "paper"
    assert "李大爷" in client.get(answer.url).content.decode()


def test_a_number_that_is_known_makes_no_second_account(client, clerk_a, granny):
    client.force_login(clerk_a)
    said = {
        "key": "n", "display_name": "王阿姨", "phone": "13800138000",
        "has_consent": "on",
    }  # fmt: skip
    answer = client.post(reverse("desk:counter_new"), said, follow=True)
    assert "已经有账号了" in answer.content.decode()
    assert "王桂兰" in answer.content.decode()
    assert not User.objects.filter(display_name="王阿姨").exists()
    for wrong, words in (
        ({"phone": "123"}, "手机号不对"),
        ({"birth_year": "1850"}, "年份不对"),
    ):
        page = client.post(reverse("desk:counter_new"), said | wrong)
        assert page.status_code == 422
        assert words in page.content.decode()


def test_a_reference_opens_nothing_for_another_clerk_or_another_school(
    client, clerk_a, clerk_b, course_a, course_b, granny
):
    run = make_class(course_a, capacity=5)
    client.force_login(clerk_b)
    theirs = reference_of(clerk_a, granny)
    assert client.get(reverse("desk:counter_person", args=[theirs])).status_code == 404
    assert enrol(client, clerk_b, granny, run).status_code == 404
    own = f"{granny.pk}:forged"
    assert client.get(reverse("desk:counter_person", args=[own])).status_code == 404
    myself = reference_of(clerk_b, clerk_b)
    assert client.get(reverse("desk:counter_person", args=[myself])).status_code == 404


def test_the_counter_costs_the_same_however_many_classes_there_are(
    client, clerk_a, school_a, course_a, granny
):
    make_class(course_a, capacity=5)
    client.force_login(clerk_a)
    url = reverse("desk:counter_person", args=[reference_of(clerk_a, granny)])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(4):
        run = make_class(make_course(school_a, f"more{number}"), capacity=5)
        enrol_learner(
            learner=granny, run=run, by=clerk_a, override_reason="测试", source="desk"
        )
    with CaptureQueriesContext(connection) as many:
        assert "报名条" in client.get(url).content.decode()
    assert len(few) == len(many)


def test_one_character_of_a_name_is_answered_with_what_to_do(client, clerk_a):
    client.force_login(clerk_a)
    page = client.get(reverse("desk:counter"), {"q": "王"}).content.decode()
    assert "请至少写两个字" in page
    assert "没找到" not in page
