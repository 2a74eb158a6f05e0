"""One screen, twenty people: each has learnt the lesson, once, and nothing that is not so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from attendance.checkin import make_token
from core.exceptions import KeyReusedError
from core.models import AuditEntry
from courses.models import CoursePage
from learning.choices import ProgressSource, Source, State
from learning.exceptions import GroupOverError
from learning.group import SALT, read_sitting
from learning.models import (
    Attempt,
    Enrolment,
    EnrolmentEvent,
    GroupSeat,
    GroupSitting,
    LessonProgress,
)
from learning.report import read_report
from learning.services import groups
from learning.services.enrolment import enrol_learner
from learning.services.groups import (
    LONGEST,
    end_sitting,
    seat_people,
    start_sitting,
    take_seat_back,
    watched_together,
)
from learning.services.progress import record
from tests.factories import make_learner, make_text_lesson
from tests.learning.classes import NOW, people
from tests.learning.lessons import (
    block_id,
    make_lesson,
    make_media,
    option_id,
    question_block,
    text_block,
    video_block,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def course(course_a):
    """A course whose only lesson the test makes."""
    course_a.get_children().delete()
    return CoursePage.objects.get(pk=course_a.pk)


def sit(lesson, by, *who, key="k"):
    sitting = start_sitting(lesson=lesson, by=by, key=key, at=NOW)
    seat_people(sitting=sitting, people=who)
    return sitting


def finish(sitting, by, minutes=10):
    return end_sitting(sitting=sitting, by=by, at=NOW + minutes * MINUTE)


def rows_of(lesson):
    return {
        row.enrolment.learner.username: row
        for row in LessonProgress.objects.filter(lesson=lesson).select_related(
            "enrolment__learner"
        )
    }


def study(course, person, by=None):
    """The person is enrolled in the self-paced run."""
    return enrol_learner(
        learner=person, run=course.runs.get(is_self_paced=True), at=NOW - 9 * MINUTE
    )


# --- What it is worth ------------------------------------------------------------------
def test_twenty_people_are_credited_once_each(course, teacher_a):
    lesson = make_lesson(course, text_block())
    who = people(20)
    sitting = sit(lesson, teacher_a, *who)
    assert finish(sitting, teacher_a) == 20
    rows = rows_of(lesson)
    assert len(rows) == 20
    for row in rows.values():
        assert row.completed_at == NOW + 10 * MINUTE
        assert row.source == ProgressSource.GROUP
        assert row.enrolment.source == Source.GROUP
        assert row.enrolment.by == teacher_a
        assert row.enrolment.run.is_self_paced
    # The course has one lesson: it is complete for each, once.
    completed = EnrolmentEvent.objects.filter(to_state=State.COMPLETED)
    assert completed.count() == 20


def test_pressing_again_changes_nothing(course, teacher_a, clerk_a):
    lesson = make_lesson(course, text_block())
    sitting = sit(lesson, teacher_a, *people(3))
    finish(sitting, teacher_a)
    before = list(LessonProgress.objects.order_by("pk").values())
    events = EnrolmentEvent.objects.count()
    assert finish(sitting, clerk_a, minutes=60) == 0
    assert list(LessonProgress.objects.order_by("pk").values()) == before
    assert EnrolmentEvent.objects.count() == events
    sitting.refresh_from_db()
    assert sitting.ended_at == NOW + 10 * MINUTE
    for action in ("group.started", "group.ended", "group.credited"):
        assert AuditEntry.objects.filter(action=action).count() == 1


def test_who_finished_at_home_keeps_when_and_how(course, teacher_a):
    lesson = make_lesson(course, text_block())
    one, other = people(2)
    enrolment = study(course, one)
    at = NOW - 5 * MINUTE
    done = read_report([{"type": "done"}], content=lesson.content, opened=at, at=at)
    record(enrolment=enrolment, lesson=lesson, report=done, at=at)
    before = LessonProgress.objects.values().get()
    sitting = sit(lesson, teacher_a, one, other)
    assert finish(sitting, teacher_a) == 2
    assert LessonProgress.objects.filter(enrolment=enrolment).values().get() == before
    assert before["completed_at"] == at
    assert before["source"] == ProgressSource.WEB
    assert Enrolment.objects.filter(learner=one).count() == 1


def test_it_is_joined_with_what_was_begun_at_home(course, teacher_a):
    lesson = make_lesson(course, video_block("v", make_media(seconds=600)))
    (one,) = people(1)
    enrolment = study(course, one)
    watch = {"type": "watch", "block": block_id("v"), "from": 300, "to": 600}
    record(
        enrolment=enrolment,
        lesson=lesson,
        report=read_report(
            [watch], content=lesson.content, opened=NOW - 8 * MINUTE, at=NOW
        ),
        at=NOW,
    )
    # Five minutes here, and the other five at home.
    finish(sit(lesson, teacher_a, one), teacher_a, minutes=5)
    row = LessonProgress.objects.get()
    assert row.watched == {block_id("v"): [[0, 600]]}
    assert row.completed_at == NOW + 5 * MINUTE
    assert row.viewed_at == NOW - 8 * MINUTE


def test_a_lesson_with_questions_stays_open_and_says_what_is_left(course, teacher_a):
    lesson = make_lesson(course, text_block(), question_block("q"), pass_percent=60)
    one, other = people(2)
    # One has answered at home, and not pressed «学完了».
    answer = {
        "type": "answer", "block": block_id("q"), "choice": [option_id("q", "a")],
        "attempt": 1, "seq": 1,
    }  # fmt: skip
    record(
        enrolment=study(course, one),
        lesson=lesson,
        report=read_report([answer], content=lesson.content, opened=NOW, at=NOW),
        at=NOW,
    )
    sitting = sit(lesson, teacher_a, one, other)
    assert finish(sitting, teacher_a) == 2
    rows = rows_of(lesson)
    assert rows["p0"].completed_at is not None
    assert rows["p1"].completed_at is None
    assert rows["p1"].done_at == NOW + 10 * MINUTE
    assert not Attempt.objects.filter(enrolment__learner=other).exists()
    assert Enrolment.objects.get(learner=other).state == State.ATTENDING
    sitting.refresh_from_db()
    view = read_sitting(sitting)
    assert [one.is_complete for one in view.seats] == [True, False]
    assert view.seats[1].missing == ("还有 1 道题没答。",)
    assert view.words == "记好了 2 人，其中 1 人这一课学完了。"


def test_a_film_counts_as_long_as_it_can_have_run(course, teacher_a):
    media = make_media(seconds=600)
    lesson = make_lesson(course, video_block("v", media), video_block("w", media))
    sitting = sit(lesson, teacher_a, *people(1))
    finish(sitting, teacher_a, minutes=12)
    row = LessonProgress.objects.get()
    assert row.watched == {block_id("v"): [[0, 600]], block_id("w"): [[0, 120]]}
    assert row.completed_at is None
    # The next time it is played to the end.
    again = sit(lesson, teacher_a, *people_again(), key="k2")
    end_sitting(sitting=again, by=teacher_a, at=NOW + 30 * MINUTE)
    row.refresh_from_db()
    assert row.completed_at == NOW + 30 * MINUTE


def people_again():
    return [seat.learner for seat in GroupSeat.objects.select_related("learner")]


@given(
    st.lists(st.floats(0, 5000), max_size=6),
    st.floats(0, 20_000),
)
def test_no_more_is_watched_than_there_is_and_than_time_went_by(lengths, lasted):
    media = [(f"m{place}", length) for place, length in enumerate(lengths)]
    watched = watched_together(media, lasted)
    spans = {block: span for block, (span,) in watched.items()}
    assert all(start == 0 for start, _end in spans.values())
    assert sum(end for _start, end in spans.values()) <= lasted + 0.01 * len(media)
    for block, length in media:
        assert spans.get(block, (0, 0))[1] <= length + 0.01


def test_a_sitting_that_nobody_ended_did_not_go_on_through_the_night(course, teacher_a):
    sitting = sit(make_lesson(course, text_block()), teacher_a, *people(1))
    finish(sitting, teacher_a, minutes=24 * 60)
    sitting.refresh_from_db()
    assert sitting.ended_at == NOW + LONGEST


def test_the_trouble_of_one_is_not_that_of_the_others(course, teacher_a, monkeypatch):
    lesson = make_lesson(course, text_block())
    who = people(3)
    sitting = sit(lesson, teacher_a, *who)

    def stumble(*, enrolment, **facts):
        if enrolment.learner_id == who[1].pk:
            raise RuntimeError
        return record(enrolment=enrolment, **facts)

    monkeypatch.setattr(groups, "record", stumble)
    assert finish(sitting, teacher_a) == 2
    # Nothing of the one who stumbled is left half done.
    assert set(rows_of(lesson)) == {"p0", "p2"}
    assert not Enrolment.objects.filter(learner=who[1]).exists()
    sitting.refresh_from_db()
    assert read_sitting(sitting).left == 1
    monkeypatch.setattr(groups, "record", record)
    assert finish(sitting, teacher_a, minutes=60) == 1
    # Pressed later, it is still the lesson of that hour.
    assert rows_of(lesson)["p1"].completed_at == NOW + 10 * MINUTE


def test_who_is_on_a_class_of_the_course_learns_in_it(course, teacher_a):
    from tests.courses.classes import make_class

    lesson = make_lesson(course, text_block())
    (one,) = people(1)
    run = make_class(course, capacity=5)
    enrolment = enrol_learner(learner=one, run=run)
    sitting = start_sitting(lesson=lesson, by=teacher_a, key="k")
    seat_people(sitting=sitting, people=[one])
    end_sitting(sitting=sitting, by=teacher_a)
    assert LessonProgress.objects.get().enrolment == enrolment


def test_who_closed_the_account_meanwhile_is_left_out(course, teacher_a):
    one, other = people(2)
    sitting = sit(make_lesson(course, text_block()), teacher_a, one, other)
    one.is_active = False
    one.save()
    assert finish(sitting, teacher_a) == 1
    assert LessonProgress.objects.get().enrolment.learner == other


# --- Seats -----------------------------------------------------------------------------
def test_a_sitting_and_a_seat_are_made_once(course, teacher_a):
    lesson = make_lesson(course, text_block())
    (one,) = people(1)
    sitting = sit(lesson, teacher_a, one, one)
    assert sit(lesson, teacher_a, one) == sitting
    assert GroupSeat.objects.count() == 1
    other = make_text_lesson(course, "第二课")
    with pytest.raises(KeyReusedError):
        start_sitting(lesson=other, by=teacher_a, key="k")
    for wrong in (
        lambda: GroupSeat.objects.create(sitting=sitting, learner=one),
        lambda: GroupSitting.objects.filter(pk=sitting.pk).update(
            ended_at=NOW - MINUTE
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_after_the_end_nobody_comes_or_goes(course, teacher_a):
    (one,) = people(1)
    sitting = sit(make_lesson(course, text_block()), teacher_a, one)
    seat = sitting.seats.get()
    finish(sitting, teacher_a)
    with pytest.raises(GroupOverError):
        seat_people(sitting=sitting, people=[make_learner("late")])
    with pytest.raises(GroupOverError):
        take_seat_back(seat=seat)
    assert GroupSeat.objects.get() == seat


# --- The desk --------------------------------------------------------------------------
def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def test_from_the_desk_to_the_record(client, course, teacher_a):
    lesson = make_lesson(course, text_block())
    run = course.runs.get(is_self_paced=True)
    listed, unlisted = people(2)
    study(course, listed)
    client.force_login(teacher_a)
    assert url("groups") in client.get(url("home")).content.decode()
    assert url("new_group", run.pk) in client.get(url("groups")).content.decode()
    page = client.get(url("new_group", run.pk)).content.decode()
    assert f'name="lesson" value="{lesson.pk}"' in page
    data = {"lesson": lesson.pk, "key": "k"}
    address = {client.post(url("start_group"), data).url for _time in range(2)}
    sitting = GroupSitting.objects.get()
    assert address == {url("group", sitting.pk)}
    (row,) = client.get(url("group", sitting.pk)).context["candidates"]
    client.post(url("group_seat", sitting.pk), {"who": [row.reference, "forged:x"]})
    # Whoever is not on the list says their number.
    page = client.get(url("group", sitting.pk) + f"?q={unlisted.phone[3:]}")
    (found,) = page.context["found"]
    client.post(url("group_seat", sitting.pk), {"who": found.reference})
    assert set(sitting.seats.values_list("learner", flat=True)) == {
        listed.pk, unlisted.pk,
    }  # fmt: skip
    answer = client.post(url("end_group", sitting.pk), follow=True)
    assert "记好了 2 人，其中 2 人这一课学完了。" in answer.content.decode()
    assert len(rows_of(lesson)) == 2
    assert answer.context["candidates"] == []


def test_somebody_who_was_not_there_is_taken_off(client, course, teacher_a):
    sitting = sit(make_lesson(course, text_block()), teacher_a, *people(1))
    client.force_login(teacher_a)
    seat = sitting.seats.get()
    client.post(url("group_drop_seat", sitting.pk, seat.pk))
    assert not sitting.seats.exists()
    assert client.post(url("group_drop_seat", sitting.pk, seat.pk)).status_code == 404


def test_nobody_credits_themself_nor_people_whom_they_did_not_find(
    client, course, teacher_a, clerk_b
):
    from learning.counter import reference_of

    sitting = sit(make_lesson(course, text_block()), teacher_a)
    (one,) = people(1)
    client.force_login(teacher_a)
    forged = [
        reference_of(clerk_b, one),
        reference_of(teacher_a, teacher_a),
        str(one.pk),
    ]
    client.post(url("group_seat", sitting.pk), {"who": forged})
    assert not sitting.seats.exists()


def test_staff_of_another_school_and_of_other_courses_find_nothing(
    client, course, teacher_a, clerk_b, teacher_b, other_teacher_a, director
):
    lesson = make_lesson(course, text_block())
    sitting = sit(lesson, teacher_a, *people(1))
    run = course.runs.get(is_self_paced=True)
    seat = sitting.seats.get()
    for user in (clerk_b, teacher_b, other_teacher_a, director):
        client.force_login(user)
        assert client.get(url("group", sitting.pk)).status_code == 404
        assert client.get(url("group_qr", sitting.pk)).status_code == 404
        assert client.get(url("new_group", run.pk)).status_code == 404
        for name, args in (
            ("group_seat", (sitting.pk,)),
            ("group_drop_seat", (sitting.pk, seat.pk)),
            ("end_group", (sitting.pk,)),
        ):
            assert client.post(url(name, *args)).status_code == 404
        answer = client.post(url("start_group"), {"lesson": lesson.pk, "key": "x"})
        assert answer.status_code == 404
        assert sitting not in client.get(url("groups")).context["sittings"]
    assert not LessonProgress.objects.exists()
    assert GroupSitting.objects.count() == 1


def test_the_page_costs_the_same_with_two_and_with_twenty(client, course, teacher_a):
    from tests.learning.test_queries import queries

    lesson = make_lesson(course, text_block(), question_block("q"))
    sitting = sit(lesson, teacher_a, *people(2))
    finish(sitting, teacher_a)
    client.force_login(teacher_a)
    client.get(url("group", sitting.pk))
    few, _sql = queries(client, url("group", sitting.pk))
    other = sit(lesson, teacher_a, *people(20, "q"), key="k2")
    end_sitting(sitting=other, by=teacher_a, at=NOW + 20 * MINUTE)
    many, sql = queries(client, url("group", other.pk))
    assert few == many, sql


# --- The code on the screen --------------------------------------------------------------
def join_url(sitting, at, salt=SALT):
    return reverse("learning:join_group", args=[make_token(sitting.pk, at, salt=salt)])


def test_a_phone_that_scans_has_a_seat_once(client, course, teacher_a, monkeypatch):
    sitting = sit(make_lesson(course, text_block()), teacher_a)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    one = make_learner("one")
    client.force_login(one)
    for _time in range(2):
        assert client.get(join_url(sitting, NOW)).status_code == 200
    assert sitting.seats.get().learner == one
    old = client.get(join_url(sitting, NOW - 5 * MINUTE))
    assert old.status_code == 410
    assert "请再扫一次" in old.content.decode()
    # The code of a roll is none of a group's.
    answer = client.get(join_url(sitting, NOW, salt="attendance.checkin"))
    assert answer.status_code == 404
    client.force_login(teacher_a)
    page = client.get(url("group_qr", sitting.pk))
    assert page["Refresh"] == "15"
    assert "已经来了 1 人" in page.content.decode()
    finish(sitting, teacher_a, minutes=0)
    page = client.get(url("group_qr", sitting.pk))
    assert "Refresh" not in page
    client.force_login(make_learner("late"))
    assert client.get(join_url(sitting, NOW)).status_code == 409


def test_a_visitor_signs_in_first(client, course, teacher_a):
    sitting = sit(make_lesson(course, text_block()), teacher_a)
    answer = client.get(join_url(sitting, NOW))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url
