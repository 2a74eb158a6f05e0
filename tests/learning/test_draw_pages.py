"""A draw at the desk, and what is published of it for everybody."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from courses.choices import Allocation
from courses.models import CourseRun
from learning.choices import State
from learning.models import Enrolment
from learning.services.draw import close_list, hold_draw, prepare_draw
from learning.services.enrolment import enrol_learner
from tests.courses.classes import FIRST, make_class
from tests.learning.classes import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn_class(course_a):
    """A class whose list may be closed, with five people in its draw."""
    now = timezone.now()
    run = make_class(
        course_a, first=FIRST, capacity=2, allocation=Allocation.DRAW,
        enrol_until=now + timedelta(days=1),
    )  # fmt: skip
    prepare_draw(run=run)
    for one in people(5):
        enrol_learner(learner=one, run=run)
    CourseRun.objects.filter(pk=run.pk).update(enrol_until=now - timedelta(hours=3))
    return CourseRun.objects.get(pk=run.pk)


def test_the_list_is_published_and_the_draw_held_from_the_desk(
    client, clerk_a, drawn_class
):
    client.force_login(clerk_a)
    page_url = reverse("desk:class", args=[drawn_class.pk])
    url = reverse("desk:draw_step", args=[drawn_class.pk])
    assert "现在公布名单" in client.get(page_url).content.decode()
    for _twice in range(2):
        assert client.post(url, {"step": "close"}).status_code == 302
    assert "现在抽签" not in client.get(page_url).content.decode()
    assert client.post(url, {"step": "draw"}).status_code == 409
    entry = AuditEntry.objects.get(action="run.list_closed")
    assert (entry.actor, entry.detail) == (clerk_a, {"tickets": 5})


def test_a_published_draw_is_recomputed_by_anyone_and_names_nobody(client, drawn_class):
    draw = drawn_class.draw
    url = reverse("draw", args=[draw.pk])
    before = client.get(url).content.decode()
    assert draw.seed_hash in before
    assert draw.seed not in before
    closed = close_list(run=drawn_class, at=timezone.now() - timedelta(hours=2))
    listed = client.get(url).content.decode()
    assert closed.list_hash in listed
    assert draw.seed not in listed
    held = hold_draw(run=drawn_class)
    response = client.get(url)
    page = response.content.decode()
    assert held.seed in page
    assert "对得上" in page
    for ticket, community, is_first in held.entries:
        assert f"{ticket}|{community}|{int(is_first)}" in page
    assert response.context["seated"] == held.result["seated"]
    for row in Enrolment.objects.filter(run=drawn_class).select_related("learner"):
        assert row.learner.username not in page
        assert row.learner.phone not in page


def test_the_class_that_a_learner_looks_at_leads_to_its_draw(
    client, learner, drawn_class
):
    later = timezone.now() + timedelta(days=1)
    CourseRun.objects.filter(pk=drawn_class.pk).update(enrol_until=later)
    client.force_login(learner)
    href = reverse("draw", args=[drawn_class.draw.pk])
    page = client.get(reverse("learning:run", args=[drawn_class.pk])).content.decode()
    assert href in page
    client.logout()
    assert href in client.get(drawn_class.course.url).content.decode()


def test_a_draw_of_a_course_that_is_not_shown_is_none(client, drawn_class):
    course = drawn_class.course
    course.live = False
    course.save(update_fields=["live"])
    assert client.get(reverse("draw", args=[drawn_class.draw.pk])).status_code == 404


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def facts_of(page):
    """What a reader copies from the page: its hashes, seed, list and result."""
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    listed = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    parts = {
        name: re.findall(r"<li>(\w+)</li>", found[1])
        for name in ("seated", "waiting", "given-back")
        if (found := re.search(rf'<h2 id="{name}">(.*?)</section>', page, re.DOTALL))
    }
    return facts, listed and listed[1], parts


def test_five_hundred_for_thirty_recomputed_from_the_public_page_alone(
    client, course_a
):
    """R-01d. What follows the second visit uses nothing of the product."""
    now = timezone.now()
    run = make_class(
        course_a, first=FIRST, capacity=30, allocation=Allocation.DRAW,
        enrol_until=now + timedelta(days=1),
    )  # fmt: skip
    url = reverse("draw", args=[prepare_draw(run=run).pk])
    promised, _list, _parts = facts_of(client.get(url).content.decode())
    rows = [
        Enrolment(run=run, learner=one, state=State.APPLIED, ticket=f"T{n:07d}")
        for n, one in enumerate(people(500, "crowd"))
    ]
    for row in rows:
        row.created_at = now
    Enrolment.objects.bulk_create(rows)
    # Who taps a second time has the same ticket: 500 stay 500.
    again = enrol_learner(learner=rows[7].learner, run=run)
    assert again.ticket == rows[7].ticket
    CourseRun.objects.filter(pk=run.pk).update(enrol_until=now - timedelta(hours=3))
    run = CourseRun.objects.get(pk=run.pk)
    close_list(run=run, at=now - timedelta(hours=2))
    first = hold_draw(run=run).result
    assert hold_draw(run=run).result == first
    facts, listed, parts = facts_of(client.get(url).content.decode())

    assert sha256(facts["种子"]) == promised["种子的校验码"]
    assert sha256(listed) == facts["名单的校验码"]
    tickets = [line.split("|")[0] for line in listed.split("\n")]
    assert len(tickets) == len(set(tickets)) == 500
    order = sorted(
        tickets,
        key=lambda t: (sha256(f"{facts['种子']}:{facts['名单的校验码']}:{t}"), t),
    )
    assert parts["seated"] == order[: int(facts["几个名额"])]
    assert parts["waiting"] == order[30:]
    assert len(parts["seated"]) == 30
