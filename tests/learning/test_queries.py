"""How many queries a page costs, and that a list does not cost more by its length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from learning.models import LateAnswer
from learning.report import read_report
from learning.services.attempts import begin_attempt
from learning.services.enrolment import enrol_learner
from learning.services.progress import record
from tests.factories import make_course, make_learner, make_text_lesson
from tests.learning.lessons import (
    block_id,
    make_lesson,
    make_media,
    option_id,
    question_block,
    video_block,
)
from tests.learning.quizzes import (
    answer,
    draw_block,
    enrolled,
    hand_in,
    make_bank,
    make_quiz,
    newest,
    quiet,
    send,
)

pytestmark = pytest.mark.django_db
# Signed-in pages (design: numbers to hold).
MOST = 10


def queries(client, url):
    """The number of queries of a second visit: the first fills the site's caches."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured), [one["sql"][:120] for one in captured.captured_queries]


def enrol(learner, school, count):
    for number in range(count):
        course = make_course(school, f"{learner.username}-{number}")
        make_text_lesson(course, "第一课")
        make_text_lesson(course, "第二课")
        enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))


def test_my_learning_costs_the_same_with_one_course_and_with_forty(client, school_a):
    few, many = make_learner("few"), make_learner("many")
    enrol(few, school_a, 1)
    enrol(many, school_a, 40)
    client.force_login(few)
    one, _sql = queries(client, reverse("learning:home"))
    client.force_login(many)
    forty, sql = queries(client, reverse("learning:home"))
    assert one == forty, sql
    assert forty <= MOST, sql


def test_a_course_costs_the_same_with_two_lessons_and_with_twenty(
    client, learner, school_a
):
    small, large = make_course(school_a, "small"), make_course(school_a, "large")
    for course, count in ((small, 2), (large, 20)):
        for number in range(count):
            make_text_lesson(course, f"第{number}课")
        enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
    client.force_login(learner)
    two, _sql = queries(client, small.url)
    twenty, sql = queries(client, large.url)
    assert two == twenty, sql
    assert twenty <= MOST, sql


def test_a_lesson_costs_the_same_with_one_question_and_with_ten(
    client, learner, course_a
):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    media = make_media()
    short = make_lesson(course_a, video_block("v", media), question_block("q"))
    long = make_lesson(
        course_a,
        video_block("v", media),
        *[question_block(f"q{number}") for number in range(10)],
        title="长课",
    )
    client.force_login(learner)
    one, _sql = queries(client, short.url)
    ten, sql = queries(client, long.url)
    assert one == ten, sql
    assert ten <= MOST, sql


def test_the_desk_costs_the_same_with_one_learner_and_with_thirty(
    client, school_a, teacher_a
):
    profile = teacher_a.staff_profiles.get()
    small = make_course(school_a, "small", profile)
    large = make_course(school_a, "large", profile)
    for course, count in ((small, 1), (large, 30)):
        for number in range(count):
            person = make_learner(f"{course.slug}-{number}")
            enrol_learner(learner=person, run=course.runs.get(is_self_paced=True))
    client.force_login(teacher_a)
    one, _sql = queries(client, reverse("desk:roster", args=[small.runs.get().pk]))
    many, sql = queries(client, reverse("desk:roster", args=[large.runs.get().pk]))
    assert one == many, sql


def test_a_lesson_under_way_with_answers_stays_within_the_limit(
    client, learner, course_a
):
    run = course_a.runs.get(is_self_paced=True)
    enrolment = enrol_learner(learner=learner, run=run)
    lesson = make_lesson(
        course_a,
        video_block("v", make_media()),
        question_block("q1"),
        question_block("q2"),
    )
    now = timezone.now()
    events = [
        {
            "type": "answer",
            "block": block_id("q1"),
            "choice": [option_id("q1", "a")],
            "seq": 1,
        }
    ]
    report = read_report(events, content=lesson.content, opened=now, at=now)
    record(enrolment=enrolment, lesson=lesson, report=report, at=now)
    client.force_login(learner)
    count, sql = queries(client, lesson.url)
    assert count <= MOST, sql


def drawn_quiz(course, count):
    """A timed lesson that draws so many from each of two banks, and shuffles them."""
    names = [f"{course.pk}-{count}-{number}" for number in range(2 * count)]
    banks = [
        make_bank(course, *names[:count], title=f"甲库 {count}"),
        make_bank(course, *names[count:], title=f"乙库 {count}"),
    ]
    return make_lesson(
        course,
        question_block(f"own{count}"),
        *[draw_block(bank, count, f"d{count}-{bank.pk}") for bank in banks],
        time_limit_minutes=20,
        shuffles_questions=True,
        title=f"抽 {count} 题",
    )


def test_a_timed_attempt_with_drawn_questions_stays_within_the_limit(
    client, learner, course_a
):
    counts = []
    for number in (1, 8):
        lesson = drawn_quiz(course_a, number)
        own = enrolled(learner, lesson)
        attempt = begin_attempt(enrolment=own, lesson=lesson)
        assert len(attempt.paper) == 2 * number + 1
        assert attempt.deadline
        client.force_login(learner)
        count, sql = queries(client, lesson.url)
        assert count <= MOST, sql
        counts.append(count)
    assert counts[0] == counts[1], sql


def test_answers_that_came_late_stay_within_the_limit(client, learner, course_a):
    counts = []
    for number in (1, 6):
        names = [f"late{number}-{one}" for one in range(number)]
        lesson = make_quiz(course_a, *names, **quiet(title=f"迟 {number}"))
        own = enrolled(learner, lesson)
        send(own, lesson, hand_in())
        send(own, lesson, *[answer(name) for name in names])
        late = LateAnswer.objects.filter(attempt=newest(own, lesson))
        assert late.count() == number
        client.force_login(learner)
        count, sql = queries(client, lesson.url)
        assert count <= MOST, sql
        counts.append(count)
    assert counts[0] == counts[1], sql


def report_of(client, lesson, key, *events):
    """The queries of a report, without what opens and closes its transaction."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(
            reverse("learning:progress", args=[lesson.pk]),
            {"key": key, "events": list(events), "opened": ""},
            content_type="application/json",
        )
    assert answer.status_code == 200, answer.content
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    sql = [one["sql"][:120] for one in captured.captured_queries]
    return answer.json(), [one for one in sql if not one.startswith(control)]


def test_a_lesson_is_marked_in_seven_queries_however_many_there_are(client, school_a):
    learner = make_learner("marker")
    client.force_login(learner)
    counts = []
    for count in (3, 12):
        course = make_course(school_a, f"of-{count}")
        lessons = [make_text_lesson(course, f"第 {n} 课") for n in range(count)]
        enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
        # The first one also moves the enrolment from «confirmed» to «attending».
        report_of(client, lessons[0], f"{count}-a", {"type": "done"})
        told, sql = report_of(client, lessons[1], f"{count}-b", {"type": "done"})
        assert told["complete"]
        counts.append(len(sql))
        assert len(sql) <= 7, sql
    assert counts[0] == counts[1]


def test_a_heartbeat_costs_two_queries_and_ten_events_no_more(client, school_a):
    learner = make_learner("reader")
    client.force_login(learner)
    course = make_course(school_a, "beats")
    lesson = make_text_lesson(course, "第一课")
    enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
    view = {"type": "view"}
    report_of(client, lesson, "first", view)
    # This process has not met the lesson yet.
    report_of(client, lesson, "met", view)
    _told, one = report_of(client, lesson, "second", view)
    _told, ten = report_of(client, lesson, "third", *[view] * 10)
    assert len(one) == 2, one
    assert len(ten) == len(one)
