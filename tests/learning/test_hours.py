"""The ledger of hours: what the roll and the lessons say, added once, never changed."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.choices import AttendanceState, SessionState
from attendance.services.roll import save_roll
from core.exceptions import AppendOnlyError
from learning.choices import HoursKind
from learning.hours import class_hours, points_of
from learning.models import Enrolment, HoursEntry
from learning.record import read_record
from learning.report import read_report
from learning.services.enrolment import enrol_learner
from learning.services.hours import VISIT_OVER, credit_session, credit_visits
from learning.services.progress import record
from tests.attendance.rolls import MINUTE, make_roll
from tests.learning.certify import call_roll
from tests.learning.lessons import make_lesson, make_media, video_block
from tests.learning.test_record import DONE
from tests.learning.test_record import watch as watched_part

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
LESSON_S = 80 * 60  # 14:00 to 15:20
LATER = itertools.count(1)


@pytest.fixture
def roll(course_a, teacher_a):
    return make_roll(course_a, teacher_a, people=2)


def seconds_of(person, kind=HoursKind.CLASS):
    return HoursEntry.objects.filter(learner=person, kind=kind).seconds()


def test_who_came_has_the_time_of_the_lesson_once(roll, teacher_a):
    _run, sessions, (one, other) = roll
    call_roll(sessions[:1], one, "p", teacher_a)
    call_roll(sessions[:1], other, "a", teacher_a)
    call_roll(sessions[:1], one, "p", teacher_a)
    assert seconds_of(one) == LESSON_S
    assert seconds_of(other) == 0
    entry = HoursEntry.objects.get(learner=one)
    assert entry.enrolment.learner == one
    assert entry.at == sessions[0].starts_at


def test_a_corrected_roll_is_put_right_by_an_entry_with_the_other_sign(roll, teacher_a):
    _run, sessions, (one, _other) = roll
    for letters in ("p", "a", "p", "a"):
        call_roll(sessions[:1], one, letters, teacher_a)
    assert seconds_of(one) == 0
    written = list(
        HoursEntry.objects.filter(learner=one).values_list("seconds", flat=True)
    )
    assert written == [LESSON_S, -LESSON_S, LESSON_S, -LESSON_S]


@pytest.mark.parametrize("state", [AttendanceState.LATE, AttendanceState.LEAVE])
def test_late_has_come_and_leave_has_not(roll, teacher_a, state):
    _run, sessions, (one, _other) = roll
    save_roll(
        session=sessions[0], states={one.pk: state}, by=teacher_a,
        at=sessions[0].starts_at + MINUTE,
    )  # fmt: skip
    assert seconds_of(one) == LESSON_S * (state == AttendanceState.LATE)


def test_a_lesson_that_did_not_take_place_gives_nobody_time(roll, teacher_a):
    """BC-08: what is cancelled is dropped from the hours too."""
    _run, sessions, (one, _other) = roll
    call_roll(sessions[:1], one, "p", teacher_a)
    sessions[0].state = SessionState.CANCELLED
    sessions[0].save()
    credit_session(sessions[0], [one.pk])
    assert seconds_of(one) == 0


def test_no_entry_is_changed_or_removed(roll, teacher_a):
    _run, sessions, (one, _other) = roll
    call_roll(sessions[:1], one, "p", teacher_a)
    entry = HoursEntry.objects.get(learner=one)
    entry.seconds = 1
    for act in (
        entry.save,
        entry.delete,
        lambda: HoursEntry.objects.update(seconds=1),
        lambda: HoursEntry.objects.all().delete(),
    ):
        with pytest.raises(AppendOnlyError):
            act()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=st.lists(st.sampled_from("palv"), min_size=1, max_size=6))
def test_the_sum_is_what_the_roll_says_now_whatever_it_said_before(
    roll, teacher_a, letters
):
    _run, sessions, (one, _other) = roll
    states = dict(zip("plva", AttendanceState.values, strict=True))
    for letter in letters:
        # The later word counts, and examples of one test share their class.
        save_roll(
            session=sessions[0],
            states={one.pk: states[letter]},
            by=teacher_a,
            at=sessions[0].starts_at + next(LATER) * MINUTE,
        )
    assert seconds_of(one) == LESSON_S * (letters[-1] in "pl")


@pytest.fixture
def watched(course_a, learner):
    """Somebody who has watched 60 seconds of a video and gone away."""
    media = make_media(seconds=100.0)
    lesson = make_lesson(course_a, video_block("v", media))
    row = enrol_learner(learner=learner, run=course_a.runs.get(), at=NOON)
    return lesson, row


def watch(lesson, row, until, at, *more):
    """Watched from the beginning to that second, the lesson open since noon."""
    events = [watched_part("v", 0, until), *more]
    found = read_report(events, content=lesson.content, opened=NOON, at=at)
    record(enrolment=row, lesson=lesson, report=found, at=at)


def test_a_visit_is_written_when_it_is_over_and_not_twice(watched, learner):
    lesson, row = watched
    later = NOON + 2 * MINUTE
    watch(lesson, row, 60.0, later)
    assert credit_visits(later + VISIT_OVER) == 0
    assert credit_visits(later + VISIT_OVER + timedelta(seconds=1)) == 60
    assert credit_visits(later + 2 * VISIT_OVER) == 0
    assert seconds_of(learner, HoursKind.ONLINE) == 60
    assert seconds_of(learner, HoursKind.CLASS) == 0


def test_watching_the_same_again_adds_nothing_and_the_rest_adds_the_rest(
    watched, learner
):
    lesson, row = watched
    watch(lesson, row, 60.0, NOON + 2 * MINUTE)
    credit_visits(NOON + timedelta(hours=1))
    watch(lesson, row, 60.0, NOON + timedelta(hours=2))
    assert credit_visits(NOON + timedelta(hours=3)) == 0
    watch(lesson, row, 100.0, NOON + timedelta(hours=4))
    credit_visits(NOON + timedelta(hours=5))
    assert seconds_of(learner, HoursKind.ONLINE) == 100


def test_a_completed_lesson_is_written_at_once(watched, learner):
    lesson, row = watched
    watch(lesson, row, 100.0, NOON + 3 * MINUTE, DONE)
    assert seconds_of(learner, HoursKind.ONLINE) == 100


def test_what_a_device_claims_beyond_the_clock_is_not_written(watched, learner):
    lesson, row = watched
    watch(lesson, row, 100.0, NOON + timedelta(seconds=10))
    credit_visits(NOON + timedelta(hours=1))
    # Twice the ten seconds that passed, and ten of grace.
    assert seconds_of(learner, HoursKind.ONLINE) == 30


def test_the_ledger_and_the_learning_record_say_the_same(roll, teacher_a, learner):
    _run, sessions, (one, _other) = roll
    call_roll(sessions, one, "ppap", teacher_a)
    found = read_record(
        Enrolment.objects.filter(learner=one), sessions[-1].ends_at + MINUTE
    )
    spent = timedelta(seconds=seconds_of(one))
    assert found.hours == class_hours(spent) == 5.3
    assert found.points == 5


def test_points_are_a_view_of_the_ledger():
    day = NOON
    entries = [
        (HoursKind.CLASS, 80 * 60, day),  # 1.7 hours
        (HoursKind.ONLINE, 29 * 60, day),  # not yet half an hour
        (HoursKind.ONLINE, 5 * 3600, day + timedelta(days=1)),  # at most four a day
        (HoursKind.ONLINE, 15 * 60, day + timedelta(days=2)),
        (HoursKind.ONLINE, 15 * 60, day + timedelta(days=2, hours=3)),
    ]
    assert points_of(entries) == 1 + 0 + 4 + 1
    assert points_of([]) == 0
