"""Grading anew: looked at first, with a reason, once; nothing earned is taken back."""

import pytest
from django.urls import reverse

from core.models import AuditEntry
from learning.models import LessonProgress, Regrade, Response
from learning.services.marks import settle_attempt
from tests.factories import make_learner
from tests.learning.lessons import block_id, option_id, question_block
from tests.learning.quizzes import (
    answer,
    edit,
    enrolled,
    hand_in,
    make_quiz,
    newest,
    quiet,
    send,
)

pytestmark = pytest.mark.django_db
DONE = {"type": "done"}


@pytest.fixture
def world(course_a):
    """Two people who answered «a» and «b»; since then «b» is right."""
    lesson = make_quiz(course_a, "q1", "q2", **quiet(pass_percent=50))
    people = {}
    for option in "ab":
        person = make_learner(f"chose-{option}")
        own = enrolled(person, lesson)
        send(own, lesson, answer("q1", option), answer("q2", option), hand_in(), DONE)
        people[option] = own
    lesson = edit(lesson, question_block("q1", right="b"), question_block("q2"))
    return lesson, people


def url(lesson, name="q1"):
    run = lesson.course.runs.get(is_self_paced=True)
    return reverse("desk:regrade", args=[run.pk, lesson.pk, block_id(name)])


def confirm(client, lesson, reason="第二个也算对", **more):
    form = client.get(url(lesson)).context["form"]
    data = {"reason": reason, "seen": form["seen"].value(), "key": form["key"].value()}
    return client.post(url(lesson), data | more), data


def score(own, lesson):
    return newest(own, lesson).score


def test_the_list_names_what_was_changed_and_nothing_else(client, teacher_a, world):
    lesson, _people = world
    client.force_login(teacher_a)
    run = lesson.course.runs.get(is_self_paced=True)
    html = client.get(reverse("desk:regrades", args=[run.pk])).content.decode()
    assert url(lesson) in html
    assert url(lesson, "q2") not in html


def test_looking_changes_nothing_and_tells_whom_it_touches(client, teacher_a, world):
    lesson, people = world
    client.force_login(teacher_a)
    html = client.get(url(lesson)).content.decode()
    assert "1 个变好" in html
    assert "1 个变差" in html
    assert people["a"].learner.get_full_name() in html
    assert score(people["a"], lesson) == 100
    assert not Regrade.objects.exists()


def test_confirmed_it_changes_marks_and_scores_and_is_written_down(
    client, teacher_a, world
):
    lesson, people = world
    client.force_login(teacher_a)
    response, data = confirm(client, lesson)
    assert response.status_code == 302
    assert (score(people["a"], lesson), score(people["b"], lesson)) == (50, 50)
    done = Regrade.objects.get()
    assert (done.looked_at, done.better, done.worse) == (2, 1, 1)
    assert done.reason == "第二个也算对"
    assert AuditEntry.objects.filter(action="answers.regraded").count() == 1
    # The same press again.
    assert client.post(url(lesson), data).status_code == 302
    assert Regrade.objects.count() == 1
    run = lesson.course.runs.get(is_self_paced=True)
    html = client.get(reverse("desk:regrades", args=[run.pk])).content.decode()
    assert url(lesson) not in html


def test_who_becomes_worse_keeps_what_was_earned_and_who_becomes_better_passes(
    client, teacher_a, world
):
    lesson, people = world
    client.force_login(teacher_a)
    before = {row.enrolment_id: row for row in LessonProgress.objects.all()}
    assert before[people["a"].pk].completed_at
    assert before[people["b"].pk].completed_at is None
    lesson.pass_percent = 60
    lesson.save_revision().publish()
    confirm(client, lesson)
    after = LessonProgress.objects.get(enrolment=people["a"])
    assert (after.passed, after.completed_at) == (
        True,
        before[people["a"].pk].completed_at,
    )
    assert LessonProgress.objects.get(enrolment=people["b"]).completed_at is None
    lesson.pass_percent = 50
    lesson.save_revision().publish()
    settle_attempt(attempt=newest(people["b"], lesson))
    assert LessonProgress.objects.get(enrolment=people["b"]).completed_at


def test_a_persons_mark_stays(client, teacher_a, world):
    lesson, people = world
    row = Response.objects.get(attempt__enrolment=people["a"], block_id=block_id("q1"))
    row.manual_share, row.marked_at = row.share, row.answered_at
    row.save()
    client.force_login(teacher_a)
    assert "1 个由老师看" in client.get(url(lesson)).content.decode()
    confirm(client, lesson)
    row.refresh_from_db()
    assert row.is_right is True


def test_an_answer_whose_option_is_gone_is_left_and_counted(client, teacher_a, world):
    lesson, people = world
    new = question_block("q1", right="b")
    new["value"]["options"][0]["id"] = option_id("q1", "new")
    lesson = edit(lesson, new, question_block("q2"))
    client.force_login(teacher_a)
    assert "1 个答的选项现在没有了" in client.get(url(lesson)).content.decode()
    confirm(client, lesson)
    assert score(people["a"], lesson) == 100


def test_without_a_reason_or_after_another_change_nothing_happens(
    client, teacher_a, world
):
    lesson, _people = world
    client.force_login(teacher_a)
    response, _data = confirm(client, lesson, reason=" ")
    assert response.status_code == 422
    response, _data = confirm(client, lesson, seen="0" * 64)
    assert response.status_code == 422
    assert "又改过了" in response.content.decode()
    assert not Regrade.objects.exists()


def test_the_list_costs_the_same_with_one_answer_and_with_ten(
    client, teacher_a, world, django_assert_max_num_queries
):
    from tests.learning.test_queries import queries

    lesson, _people = world
    client.force_login(teacher_a)
    two, _sql = queries(client, url(lesson))
    for number in range(8):
        own = enrolled(make_learner(f"more-{number}"), lesson)
        send(own, lesson, answer("q1"), hand_in())
    ten, sql = queries(client, url(lesson))
    assert two == ten, sql


def test_a_learner_reads_no_remark_of_the_old_question_after_regrading(
    client, teacher_a, world
):
    lesson, people = world
    client.force_login(teacher_a)
    confirm(client, lesson)
    client.force_login(people["b"].learner)
    html = client.get(lesson.url).content.decode()
    first = html[html.index(f'id="q-{block_id("q1")}"') :].split("</form>")[0]
    assert "选了b" not in first
    assert "对了！" in first
