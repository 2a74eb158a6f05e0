"""The marking queue: what waits, one answer a screen, one press an answer."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from learning.exceptions import AlreadyMarkedError
from learning.marking import markable, read_heaps, waiting
from learning.models import Attempt, Response
from learning.services.enrolment import enrol_learner
from learning.services.marking import mark_response, version_of
from tests.factories import make_learner
from tests.learning.lessons import block_id, make_lesson, question_block
from tests.learning.test_marked_questions import progress_of, write
from tests.learning.written import written_block

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course_a):
    return make_lesson(
        course_a, written_block(), written_block("v", prompt="别的题"),
        question_block("q"),
    )  # fmt: skip


def answer_of(client, course, lesson, name: str, words: str = "醒好了") -> Response:
    """A learner of that name who has written that."""
    person = make_learner(name)
    enrol_learner(learner=person, run=course.runs.get(is_self_paced=True))
    client.force_login(person)
    write(client, lesson, words)
    return Response.objects.get(attempt__enrolment__learner=person)


def mark(response: Response, by, share="1", **more) -> Response:
    return mark_response(
        response=response,
        share=Decimal(share),
        by=by,
        seen=version_of(response),
        **more,
    )


@pytest.fixture
def three(client, course_a, lesson):
    return [answer_of(client, course_a, lesson, name) for name in ("甲", "乙", "丙")]


def press(client, response, pressed="right", **more):
    sent = {"seen": version_of(response), "pressed": pressed} | more
    return client.post(f"/desk/marking/{response.pk}/", sent, follow=True)


def test_the_queue_goes_from_the_oldest_on_until_nothing_waits(
    client, three, teacher_a, lesson
):
    client.force_login(teacher_a)
    heap = read_heaps(teacher_a)[0]
    assert (heap.waiting, heap.prompt) == (3, "面醒好了吗？")
    page = client.get(f"/desk/marking/next/{lesson.pk}/{block_id('w')}/", follow=True)
    for place, row in enumerate(three):
        assert page.context["sheet"].response == row
        assert page.context["sheet"].waiting == 3 - place
        page = press(client, row, "half")
    assert "都看完了。" in page.content.decode()
    shares = set(Response.objects.values_list("manual_share", "share", "is_right"))
    assert shares == {(Decimal("0.5"), Decimal("0.5"), False)}


def test_the_same_question_comes_next_though_another_has_waited_longer(
    client, course_a, lesson, teacher_a
):
    first = answer_of(client, course_a, lesson, "甲")
    sent = {"event": "answer", "block": block_id("v"), "typed": "别的"}
    client.post(progress_of(lesson), sent)
    second = answer_of(client, course_a, lesson, "乙")
    client.force_login(teacher_a)
    page = press(client, first)
    assert page.context["sheet"].response == second
    assert press(client, second).context["sheet"].prompt == "别的题"


def test_the_last_one_can_be_changed(client, three, teacher_a):
    client.force_login(teacher_a)
    page = press(client, three[0], comment="好")
    assert f"/desk/marking/{three[0].pk}/" in page.content.decode()
    row = Response.objects.get(pk=three[0].pk)
    press(client, row, "wrong", comment="看错了")
    row.refresh_from_db()
    assert (row.share, row.comment) == (0, "看错了")


def test_what_the_learner_changed_meanwhile_is_not_marked_unseen(
    client, three, teacher_a, lesson
):
    seen = three[2]
    write(client, lesson, "改过了")  # 丙 is still signed in.
    client.force_login(teacher_a)
    page = press(client, seen)
    assert "学员刚改过这一份。请重新看一遍再判。" in page.content.decode()
    assert Response.objects.get(pk=seen.pk).share is None


def test_two_markers_see_each_other(client, three, teacher_a, clerk_a):
    row = three[0]
    seen = version_of(row)
    mark(row, clerk_a)
    client.force_login(teacher_a)
    answer = client.post(
        f"/desk/marking/{row.pk}/", {"seen": seen, "pressed": "wrong"}, follow=True
    )
    assert f"{clerk_a.get_full_name()}刚判过这一份。" in answer.content.decode()
    assert Response.objects.get(pk=row.pk).share == 1


def test_the_same_press_twice_is_one_mark(client, three, teacher_a):
    client.force_login(teacher_a)
    row = three[0]
    for _time in range(2):
        press(client, row, comment="好")
    assert AuditEntry.objects.filter(action="answer.marked").count() == 1
    with pytest.raises(AlreadyMarkedError):
        mark_response(
            response=row, share=Decimal(0), by=teacher_a, seen=version_of(row)
        )


def test_so_many_per_cent_can_be_given_and_a_slip_is_told(client, three, teacher_a):
    client.force_login(teacher_a)
    wrong = press(client, three[0], "exact", percent="150")
    assert wrong.status_code == 422
    assert "请填 0 到 100 之间的数。" in wrong.content.decode()
    assert press(client, three[0], "exact").status_code == 422
    press(client, three[0], "exact", percent="80")
    assert Response.objects.get(pk=three[0].pk).share == Decimal("0.8")


def test_what_is_said_often_is_one_press(client, three, teacher_a):
    client.force_login(teacher_a)
    mark(three[0], teacher_a, comment="说得好")
    page = client.get(f"/desk/marking/{three[1].pk}/")
    assert "说得好" in page.content.decode()
    press(client, three[1], phrases=["说得好"], comment="再短些")
    assert Response.objects.get(pk=three[1].pk).comment == "再短些 说得好"


def test_a_person_overrides_the_machine_and_says_why(
    client, course_a, lesson, teacher_a
):
    answer_of(client, course_a, lesson, "甲")
    sent = {"event": "answer", "block": block_id("q"), "choice": "nothing"}
    client.post(progress_of(lesson), sent)
    wrong = [
        one["id"]
        for one in question_block("q")["value"]["options"]
        if not one["value"]["is_right"]
    ]
    client.post(progress_of(lesson), sent | {"choice": wrong[0]})
    row = Response.objects.get(block_id=block_id("q"))
    client.force_login(teacher_a)
    assert press(client, row).status_code == 422
    press(client, row, comment="题目有歧义")
    row.refresh_from_db()
    assert (row.is_right, row.share, row.manual_share) == (True, 1, 1)
    page = client.get(f"/desk/attempts/{row.attempt_id}/").content.decode()
    assert "题目有歧义" in page
    listed = client.get(f"/desk/enrolments/{row.attempt.enrolment_id}/attempts/")
    assert lesson.title in listed.content.decode()


def test_nobody_marks_the_own_answer(client, course_a, lesson, teacher_a):
    enrol_learner(learner=teacher_a, run=course_a.runs.get(is_self_paced=True))
    client.force_login(teacher_a)
    write(client, lesson, "我自己答的")
    row = Response.objects.get()
    assert not waiting(teacher_a).exists()
    assert client.get(f"/desk/marking/{row.pk}/").status_code == 404


def test_only_who_sees_the_learners_of_the_course_marks(
    three, teacher_a, other_teacher_a, clerk_a, teacher_b, clerk_b, director
):
    seen = {
        one.username: markable(one).count()
        for one in (teacher_a, clerk_a, director, other_teacher_a, teacher_b, clerk_b)
    }
    assert list(seen.values()) == [3, 3, 3, 0, 0, 0]


def test_a_quiz_that_is_handed_in_waits_only_then(client, course_a, teacher_a):
    lesson = make_lesson(course_a, written_block(), answers_shown="handed_in")
    answer_of(client, course_a, lesson, "甲")
    assert not waiting(teacher_a).exists()
    client.post(progress_of(lesson), {"event": "hand_in", "attempt": "1", "sure": "1"})
    assert Attempt.objects.get().score is None
    row = waiting(teacher_a).get()
    mark(row, teacher_a, "0.5")
    assert Attempt.objects.get().score == 50


def test_a_mark_by_a_person_cannot_be_overwritten_by_halves(three, teacher_a):
    mark(three[0], teacher_a)
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.filter(pk=three[0].pk).update(share=0)


def test_the_pages_ask_as_much_for_many_answers_as_for_few(
    client, course_a, lesson, three, teacher_a, django_assert_max_num_queries
):
    client.force_login(teacher_a)
    client.get("/desk/marking/")
    with django_assert_max_num_queries(12):
        client.get("/desk/marking/")
    with django_assert_max_num_queries(16):
        client.get(f"/desk/marking/{three[0].pk}/")
