"""A place on a class through the pages: once, in words, and nobody else's."""

import html
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.civil_time import civil_date
from courses.choices import Allocation
from learning.choices import State
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner, join_queue, leave
from learning.services.runs import cancel_run
from schools.models import SchoolPage
from tests.courses.classes import make_class
from tests.factories import make_learner
from tests.learning.classes import place_url

pytestmark = pytest.mark.django_db
KEY = "one-and-the-same"


def take(client, run, key=KEY, **more):
    url = reverse("learning:run", args=[run.pk])
    return client.post(url, {"key": key, **more})


def test_a_visitor_signs_in_first_and_comes_back(client, dated):
    url = reverse("learning:run", args=[dated.pk])
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={url}")


def test_check_enrol_and_the_result_in_large_words(client, learner, dated):
    client.force_login(learner)
    page = client.get(reverse("learning:run", args=[dated.pk])).content.decode()
    assert "请核对" in page
    assert "还剩 2 个名额" in page
    assert not Enrolment.objects.exists()
    response = take(client, dated)
    row = Enrolment.objects.get()
    assert (row.state, row.learner) == (State.CONFIRMED, learner)
    assert response["Location"] == place_url(row)
    text = client.get(place_url(row)).content.decode()
    for words in ("报上了", f"{row.pk:06d}", "第 1 教室", "打印报名条", "撤回"):
        assert words in text
    # Asking again leads to the same place.
    again = client.get(reverse("learning:run", args=[dated.pk]))
    assert again["Location"] == place_url(row)


def test_a_request_that_comes_twice_takes_one_seat(client, learner, dated):
    client.force_login(learner)
    first, second = take(client, dated), take(client, dated)
    assert first["Location"] == second["Location"]
    assert Enrolment.objects.count() == 1
    dated.refresh_from_db()
    assert dated.seats_taken == 1


def test_an_old_key_does_not_answer_for_another_class(client, learner, dated, course_b):
    other = make_class(course_b)
    client.force_login(learner)
    take(client, dated)
    response = take(client, other)
    assert response.status_code == 409
    assert "已经用过了" in response.content.decode()
    assert Enrolment.objects.filter(run=other).count() == 0


def test_a_form_without_its_key_changes_nothing(client, learner, dated):
    client.force_login(learner)
    response = take(client, dated, key="")
    assert response.status_code == 422
    assert "<title>出错：" in response.content.decode().replace("\n", "")
    assert not Enrolment.objects.exists()


def test_the_last_seat_went_meanwhile(client, learner, full, course_a):
    other = make_class(course_a, capacity=5)
    client.force_login(learner)
    response = take(client, full)
    text = response.content.decode()
    assert response.status_code == 409
    assert "刚刚满了" in text
    assert "排队等名额" in text
    assert reverse("learning:run", args=[other.pk]) in text
    assert course_a.url in text
    assert not Enrolment.objects.filter(learner=learner).exists()


def test_other_ways_are_kept_for_seconds_and_never_show_ones_own_class(
    client, learner, full, course_a
):
    other = make_class(course_a, capacity=5)
    shown = reverse("learning:run", args=[other.pk])
    first = make_learner("first-late")
    enrol_learner(learner=first, run=other)
    client.force_login(first)
    assert shown not in take(client, full).content.decode(), "has a seat there"
    client.force_login(learner)
    with CaptureQueriesContext(connection) as kept:
        assert shown in take(client, full).content.decode()
    cache.clear()
    client.force_login(make_learner("third-late"))
    with CaptureQueriesContext(connection) as fresh:
        assert shown in take(client, full).content.decode()
    assert [lists_of_classes(one) for one in (kept, fresh)] == [0, 1]


def lists_of_classes(queries):
    """How often the open classes of a kind of course were asked for."""
    return sum("LIMIT 30" in one["sql"] for one in queries.captured_queries)


def test_what_is_kept_of_a_class_lets_nobody_on_one_that_was_cancelled(
    client, learner, clerk_a, dated
):
    client.force_login(make_learner("in-time"))
    assert take(client, dated).status_code == 302
    cancel_run(run=dated, by=clerk_a)
    client.force_login(learner)
    assert take(client, dated).status_code == 422
    assert not Enrolment.objects.filter(learner=learner).exists()


def test_the_queue_of_a_full_class(client, learner, full):
    join_queue(learner=make_learner("before"), run=full)
    client.force_login(learner)
    page = client.get(reverse("learning:run", args=[full.pk])).content.decode()
    assert "满了，前面排 1 人" in page
    assert "48 小时" in page
    take(client, full, may_wait="True")
    row = Enrolment.objects.get(learner=learner)
    assert row.state == State.WAITLISTED
    text = client.get(place_url(row)).content.decode()
    assert "排上队了" in text
    assert "前面还有 1 人" in text
    assert f"{row.pk:06d}" in text


def test_a_freed_seat_is_offered_and_accepted_or_passed_on(client, learner, full):
    mine = join_queue(learner=learner, run=full)
    nxt = join_queue(learner=make_learner("next"), run=full)
    gone = Enrolment.objects.filter(state=State.CONFIRMED).first()
    leave(enrolment=gone, by=gone.learner)
    client.force_login(learner)
    home = client.get(reverse("learning:home")).content.decode()
    assert "轮到您了" in home
    assert "我要去" in home
    client.post(place_url(mine, "answer"), {"answer": "no"})
    mine.refresh_from_db()
    nxt.refresh_from_db()
    assert (mine.state, nxt.state) == (State.WITHDRAWN, State.OFFERED)
    client.force_login(nxt.learner)
    client.post(place_url(nxt, "answer"), {"answer": "yes"})
    nxt.refresh_from_db()
    assert nxt.state == State.CONFIRMED
    assert "报上了" in client.get(place_url(nxt)).content.decode()


@pytest.mark.parametrize("said", [{}, {"answer": ""}, {"answer": "NO"}, {"no": "1"}])
def test_what_is_neither_yes_nor_no_leaves_the_offered_seat(
    client, learner, full, said
):
    mine = join_queue(learner=learner, run=full)
    gone = Enrolment.objects.filter(state=State.CONFIRMED).first()
    leave(enrolment=gone, by=gone.learner)
    client.force_login(learner)
    response = client.post(place_url(mine, "answer"), said, follow=True)
    assert response.redirect_chain == [(place_url(mine), 302)]
    text = response.content.decode()
    assert "没有收到您的回答" in text
    assert "我要去" in text
    mine.refresh_from_db()
    assert mine.state == State.OFFERED
    full.refresh_from_db()
    assert full.seats_taken == 2


def test_undo_within_ten_minutes_and_leaving_until_the_start(client, learner, dated):
    client.force_login(learner)
    take(client, dated)
    row = Enrolment.objects.get()
    client.post(place_url(row, "take_back"))
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    early = timezone.now() - timedelta(minutes=11)
    late = enrol_learner(learner=learner, run=dated, at=early)
    refused = client.post(place_url(late, "take_back"))
    assert refused.status_code == 422
    assert "去不了" in client.get(place_url(late)).content.decode()
    assert "要重新报名" in client.get(place_url(late, "give_up")).content.decode()
    client.post(place_url(late, "give_up"))
    late.refresh_from_db()
    assert late.state == State.WITHDRAWN
    dated.refresh_from_db()
    assert dated.seats_taken == 0


def test_once_a_class_has_begun_the_school_is_called(client, learner, course_a):
    SchoolPage.objects.filter(pk=course_a.school.pk).update(phone="000-0000-0101")
    begun = make_class(course_a, first=civil_date() - timedelta(days=8))
    row = enrol_learner(
        learner=learner, run=begun, at=timezone.now() - timedelta(days=20)
    )
    begun.enrol_until = timezone.now() + timedelta(days=20)
    begun.save()
    client.force_login(learner)
    text = client.get(place_url(row)).content.decode()
    assert "已经开课了" in text
    assert "000-0000-0101" in text
    assert client.post(place_url(row, "give_up")).status_code == 422


def test_a_draw_is_registered_for(client, learner, course_a):
    draw = make_class(
        course_a,
        allocation=Allocation.DRAW,
        enrol_until=timezone.now() + timedelta(days=2),
    )
    client.force_login(learner)
    page = client.get(reverse("learning:run", args=[draw.pk])).content.decode()
    assert "登记" in page
    assert "抽签" in page
    take(client, draw)
    row = Enrolment.objects.get()
    assert row.state == State.APPLIED
    text = client.get(place_url(row)).content.decode()
    assert row.ticket in text
    assert "抽签" in text


def test_before_the_window_the_page_says_when_and_takes_nobody(
    client, learner, course_a
):
    soon = make_class(course_a, enrol_from=timezone.now() + timedelta(days=1))
    client.force_login(learner)
    page = client.get(reverse("learning:run", args=[soon.pk])).content.decode()
    assert "开始报名，到时候再来点就行" in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]
    assert take(client, soon).status_code == 422
    assert not Enrolment.objects.exists()


def test_from_eighty_a_relative_signs(client, course_a, dated):
    elder = make_learner("elder", birth_year=timezone.now().year - 84)
    client.force_login(elder)
    refused = take(client, dated)
    assert refused.status_code == 422
    assert "签名的家人" in refused.content.decode()
    assert take(client, dated, relative_name="女儿").status_code == 302
    assert Enrolment.objects.get().relative_name == "女儿"


def test_a_refusal_keeps_the_page_and_says_why(client, course_a):
    young = make_learner("young", birth_year=timezone.now().year - 20)
    elders = make_class(course_a, age_min=55)
    client.force_login(young)
    response = take(client, elders)
    assert response.status_code == 422
    assert "55 岁以上" in response.content.decode()


def test_who_gave_no_year_of_birth_fills_it_in_and_comes_back_to_the_class(
    client, learner, course_a
):
    elders = make_class(course_a, age_min=55)
    url = reverse("learning:run", args=[elders.pk])
    client.force_login(learner)
    refused = take(client, elders)
    assert refused.status_code == 422
    assert not Enrolment.objects.exists()
    way_on = re.search(r'href="(/accounts/birth-year/[^"]*)"', refused.content.decode())
    form_url = html.unescape(way_on[1])
    assert "您是哪一年出生的" in client.get(form_url).content.decode()
    born = timezone.now().year - 60
    saved = client.post(form_url, {"birth_year": str(born)})
    assert saved.url == url
    assert "请核对" in client.get(saved.url).content.decode()
    # The form that was refused may be sent again as it was.
    assert take(client, elders).status_code == 302
    assert Enrolment.objects.get(learner=learner).state == State.CONFIRMED


def test_no_other_refusal_asks_for_the_year_of_birth(client, course_a):
    young = make_learner("young", birth_year=timezone.now().year - 20)
    client.force_login(young)
    refused = take(client, make_class(course_a, age_min=55)).content.decode()
    assert "/accounts/birth-year/" not in refused


def test_nobody_sees_or_moves_the_place_of_another(client, learner, dated):
    theirs = enrol_learner(learner=make_learner("other"), run=dated)
    client.force_login(learner)
    for name in ("place", "give_up", "slip", "place_calendar"):
        assert client.get(place_url(theirs, name)).status_code == 404, name
    for name in ("give_up", "take_back", "answer"):
        assert client.post(place_url(theirs, name)).status_code == 404, name
    theirs.refresh_from_db()
    assert theirs.state == State.CONFIRMED


def test_a_forged_number_moves_nobody_elses_place(client, learner, full, teacher_a):
    """Neither for a stranger nor for staff, who see the place in their own lists."""
    theirs = join_queue(learner=make_learner("other"), run=full)
    seated = Enrolment.objects.filter(state=State.CONFIRMED).first()
    leave(enrolment=seated, by=seated.learner)
    course_leave = reverse("learning:leave", args=[theirs.pk])
    for user in (learner, teacher_a):
        client.force_login(user)
        for said in ("yes", "no"):
            posted = client.post(place_url(theirs, "answer"), {"answer": said})
            assert posted.status_code == 404
        assert client.get(course_leave).status_code == 404
        assert client.post(course_leave).status_code == 404
        assert client.get(place_url(theirs)).status_code == 404
        assert client.get(place_url(theirs, "place_calendar")).status_code == 404
        theirs.refresh_from_db()
        assert theirs.state == State.OFFERED


def test_a_form_cannot_name_somebody_else(client, learner, dated):
    other = make_learner("other")
    client.force_login(learner)
    take(client, dated, learner=str(other.pk), learner_id=str(other.pk), user=other.pk)
    assert [row.learner for row in Enrolment.objects.all()] == [learner]


def test_ended_and_unpublished_classes_are_not_found(client, learner, dated, course_a):
    over = make_class(course_a, first=civil_date() - timedelta(days=60), sessions=2)
    client.force_login(learner)
    assert client.get(reverse("learning:run", args=[over.pk])).status_code == 404
    course_a.unpublish()
    assert client.get(reverse("learning:run", args=[dated.pk])).status_code == 404
