"""Family who help: by the elder's consent, until either ends it, and never further."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.exceptions import FamilyRefusedError
from accounts.models import FamilyLink
from accounts.permissions import can_act_for
from accounts.services.erasure import erase_person
from accounts.services.family import (
    MOST_HELPERS,
    agree,
    agree_on_paper,
    ask_to_help,
    end_help,
)
from core.models import AuditEntry
from learning.choices import Source, State
from learning.counter import reference_of
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner, join_queue, leave
from tests.courses.classes import make_class
from tests.factories import make_learner
from tests.learning.certify import graduate
from tests.learning.lessons import make_lesson

pytestmark = pytest.mark.django_db
NUMBER = "+8613900000001"


@pytest.fixture
def elder(db):
    return make_learner(
        "elder",
        display_name="王桂兰",
        phone=NUMBER,
        phone_verified=True,
        birth_year=1952,
    )


@pytest.fixture
def daughter(db):
    return make_learner("daughter", display_name="李梅", phone="+8613900000002")


@pytest.fixture
def link(elder, daughter):
    ask_to_help(helper=daughter, phone=NUMBER)
    return FamilyLink.objects.get()


@pytest.fixture
def agreed(link, elder):
    return agree(link=link, by=elder)


@pytest.fixture
def as_daughter(client, daughter):
    client.force_login(daughter)
    return client


@pytest.fixture
def dated(course_a):
    return make_class(course_a, capacity=2)


def test_nothing_may_be_done_before_the_elder_agrees(as_daughter, link, elder, dated):
    assert not can_act_for(link.helper, elder.pk)
    for name, args in (
        ("elder", [link.pk]),
        ("enrol_elder", [link.pk, dated.pk]),
    ):
        assert (
            as_daughter.get(reverse(f"learning:{name}", args=args)).status_code == 404
        )


def test_the_elder_agrees_on_their_own_page(client, link, elder):
    client.force_login(elder)
    page = client.get(reverse("learning:family")).content.decode()
    assert "李梅想帮您报名" in page
    assert "看不到我做的题" in page
    client.post(reverse("learning:answer_family", args=[link.pk]), {"answer": "yes"})
    link.refresh_from_db()
    assert link.agreed_at is not None
    assert len(link.text_sha256) == 64
    assert can_act_for(link.helper, elder.pk)


def test_who_asks_does_not_agree_for_the_elder(as_daughter, link, clerk_a):
    url = reverse("learning:answer_family", args=[link.pk])
    assert as_daughter.post(url, {"answer": "yes"}).status_code == 404
    with pytest.raises(FamilyRefusedError):
        agree(link=link, by=clerk_a)
    link.refresh_from_db()
    assert link.agreed_at is None


def test_asking_says_the_same_of_a_number_that_nobody_has(as_daughter, elder):
    url = reverse("learning:family")
    known = as_daughter.post(url, {"phone": NUMBER}, follow=True)
    unknown = as_daughter.post(url, {"phone": "13999999999"}, follow=True)
    assert "这个号码要是有账号" in known.content.decode()
    assert "这个号码要是有账号" in unknown.content.decode()
    assert FamilyLink.objects.count() == 1
    assert "王桂兰" not in known.content.decode()


def test_asking_is_counted_whatever_the_number(as_daughter, elder):
    url = reverse("learning:family")
    statuses = [
        as_daughter.post(url, {"phone": f"1390000{number:04d}"}).status_code
        for number in range(6)
    ]
    assert statuses == [302] * 5 + [429]


def test_asking_twice_is_asking_once(link, daughter):
    ask_to_help(helper=daughter, phone=NUMBER)
    assert FamilyLink.objects.count() == 1


def test_on_paper_before_a_clerk(elder, daughter, clerk_a):
    link = agree_on_paper(elder=elder, helper=daughter, by=clerk_a)
    assert agree_on_paper(elder=elder, helper=daughter, by=clerk_a) == link
    assert link.agreed_by == clerk_a
    entry = AuditEntry.objects.get(action="family.agreed")
    assert entry.detail["channel"] == "paper"


def test_four_may_help_and_no_fifth(elder, clerk_a):
    for number in range(MOST_HELPERS):
        agree_on_paper(elder=elder, helper=make_learner(f"h{number}"), by=clerk_a)
    with pytest.raises(FamilyRefusedError):
        agree_on_paper(elder=elder, helper=make_learner("fifth"), by=clerk_a)


def test_the_database_keeps_one_living_link_and_nobody_helps_themself(agreed, elder):
    for elder_id, helper_id in ((elder.pk, agreed.helper_id), (elder.pk, elder.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            FamilyLink.objects.create(elder_id=elder_id, helper_id=helper_id)


# --- What a helper may ---------------------------------------------------------------


def take(client, link, run, key="k", **more):
    url = reverse("learning:enrol_elder", args=[link.pk, run.pk])
    return client.post(url, {"key": key, **more})


def test_an_elder_is_enrolled_once_with_who_did_it(as_daughter, agreed, elder, dated):
    for _tap in range(2):
        assert take(as_daughter, agreed, dated).status_code == 302
    row = Enrolment.objects.get(run=dated)
    assert (row.learner, row.source, row.by) == (elder, Source.PROXY, agreed.helper)
    assert row.events.get().by == agreed.helper


def test_a_full_class_is_queued_for(as_daughter, agreed, elder, dated):
    for number in range(2):
        enrol_learner(learner=make_learner(f"s{number}"), run=dated)
    refused = take(as_daughter, agreed, dated, key="k1")
    assert refused.status_code == 409
    assert "满了" in refused.content.decode()
    take(as_daughter, agreed, dated, key="k2", may_wait="on")
    assert Enrolment.objects.get(learner=elder).state == State.WAITLISTED


def test_the_limits_are_the_elder_s(as_daughter, agreed, elder, course_a):
    run = make_class(course_a, age_max=60)
    refused = take(as_daughter, agreed, run)
    assert refused.status_code == 422
    assert not Enrolment.objects.filter(learner=elder).exists()


def test_the_week_the_places_and_giving_one_back(as_daughter, agreed, elder, course_a):
    run = make_class(course_a)
    row = enrol_learner(learner=elder, run=run)
    page = as_daughter.get(reverse("learning:elder", args=[agreed.pk]))
    assert course_a.title in page.content.decode()
    url = reverse("learning:elder_place", args=[agreed.pk, row.pk])
    assert as_daughter.post(url, {"step": "give_up"}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    assert row.events.order_by("-pk").first().by == agreed.helper


def test_an_offer_is_accepted_for_the_elder(as_daughter, agreed, elder, dated):
    seated = [
        enrol_learner(learner=make_learner(f"s{number}"), run=dated)
        for number in (1, 2)
    ]
    row = join_queue(learner=elder, run=dated)
    leave(enrolment=seated[0], by=seated[0].learner)
    url = reverse("learning:elder_place", args=[agreed.pk, row.pk])
    as_daughter.post(url, {"step": "yes"})
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def test_leave_is_asked_for_and_who_asked_is_kept(as_daughter, agreed, elder, course_a):
    run = make_class(course_a)
    row = enrol_learner(learner=elder, run=run)
    session = run.run_sessions.earliest("session__starts_at").session
    url = reverse("learning:elder_place", args=[agreed.pk, row.pk])
    as_daughter.post(url, {"step": "leave", "session": session.pk})
    assert session.records.get(attendee=elder).state == "leave"
    assert session.records.get(attendee=elder).by == agreed.helper


# --- And what never ------------------------------------------------------------------


def test_no_page_of_the_elder_opens_to_the_helper(as_daughter, agreed, elder, course_a):
    """Answers, progress, certificates, places, the record: each is the elder's own."""
    lesson = make_lesson(course_a, title="第一课")
    certificate = graduate(course_a, elder)
    run = make_class(course_a)
    place = enrol_learner(learner=elder, run=run)
    for name, args, expected in (
        ("learning:place", [place.pk], 404),
        ("learning:slip", [place.pk], 404),
        ("learning:give_up", [place.pk], 404),
        ("learning:certificate", [certificate.pk], 404),
        ("learning:certificate_file", [certificate.pk], 404),
        ("learning:leave", [certificate.enrolment_id], 404),
        ("learning:done", [lesson.pk], 403),
        ("learning:handout", [lesson.pk], 403),
        ("desk:record", [elder.pk], 403),
    ):
        got = as_daughter.get(reverse(name, args=args)).status_code
        assert got == expected, name


def test_neither_number_nor_year_of_birth_is_shown(as_daughter, agreed, elder, dated):
    for url in (
        reverse("learning:family"),
        reverse("learning:elder", args=[agreed.pk]),
        reverse("learning:enrol_elder", args=[agreed.pk, dated.pk]),
    ):
        shown = as_daughter.get(url).content.decode()
        assert "王桂兰" in shown
        for private in ("1390000", "0001", "1952"):
            assert private not in shown


def test_another_s_place_is_not_reached_through_the_link(as_daughter, agreed, dated):
    other = enrol_learner(learner=make_learner("other"), run=dated)
    url = reverse("learning:elder_place", args=[agreed.pk, other.pk])
    assert as_daughter.post(url, {"step": "give_up"}).status_code == 404
    other.refresh_from_db()
    assert other.state == State.CONFIRMED


@pytest.mark.parametrize("who", ["elder", "daughter"])
def test_either_ends_it_at_once(request, as_daughter, agreed, elder, dated, who):
    end_help(link=agreed, by=request.getfixturevalue(who))
    assert (
        as_daughter.get(reverse("learning:elder", args=[agreed.pk])).status_code == 404
    )
    assert take(as_daughter, agreed, dated).status_code == 404
    assert not Enrolment.objects.filter(learner=elder).exists()
    # And may be asked for again.
    ask_to_help(helper=agreed.helper, phone=NUMBER)
    assert FamilyLink.objects.asked().count() == 1


def test_nobody_else_ends_it(agreed, learner):
    with pytest.raises(FamilyRefusedError):
        end_help(link=agreed, by=learner)


def test_an_erasure_ends_it(agreed, elder, daughter):
    erase_person(user=elder)
    assert not can_act_for(daughter, elder.pk)
    assert not FamilyLink.objects.exists()


def test_a_request_that_waits_says_nothing_to_who_made_it(as_daughter, link):
    """That there is a link would say that the number has an account."""
    for answer in ("yes", "no", ""):
        real = as_daughter.post(
            reverse("learning:answer_family", args=[link.pk]), {"answer": answer}
        )
        unreal = as_daughter.post(
            reverse("learning:answer_family", args=[link.pk + 999]), {"answer": answer}
        )
        assert real.status_code == unreal.status_code == 404
    link.refresh_from_db()
    assert link.ended_at is None


def test_who_was_refused_does_not_trouble_the_elder_again_for_a_month(
    link, elder, daughter
):
    end_help(link=link, by=elder)
    ask_to_help(helper=daughter, phone=NUMBER)
    assert not FamilyLink.objects.asked().exists()
    ask_to_help(helper=daughter, phone=NUMBER, at=timezone.now() + timedelta(days=31))
    assert FamilyLink.objects.asked().count() == 1


def test_a_slip_of_the_finger_is_taken_back(as_daughter, agreed, elder, dated):
    take(as_daughter, agreed, dated)
    row = Enrolment.objects.get(learner=elder)
    page = as_daughter.get(reverse("learning:elder", args=[agreed.pk]))
    assert "点错了，撤回" in page.content.decode()
    url = reverse("learning:elder_place", args=[agreed.pk, row.pk])
    as_daughter.post(url, {"step": "undo"})
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN


def test_the_class_page_offers_to_enrol_the_elder(as_daughter, agreed, dated):
    page = as_daughter.get(reverse("learning:run", args=[dated.pk])).content.decode()
    assert "替王桂兰报名" in page


def test_who_agreed_on_paper_ends_it_at_the_counter(client, elder, daughter, clerk_a):
    link = agree_on_paper(elder=elder, helper=daughter, by=clerk_a)
    client.force_login(clerk_a)
    url = reverse("desk:counter_more", args=[reference_of(clerk_a, elder)])
    client.post(url, {"step": "end_help", "link": link.pk})
    link.refresh_from_db()
    assert link.ended_at is not None
    assert not can_act_for(daughter, elder.pk)


def test_no_page_about_the_account_is_the_elder_s(as_daughter, agreed, elder):
    """The helper's own account pages show the helper, whatever is asked."""
    for name in ("accounts:home", "accounts:data", "learning:home", "learning:record"):
        shown = as_daughter.get(reverse(name), {"user": elder.pk}).content.decode()
        assert "王桂兰" not in shown
        assert "1390000****" not in shown
