"""Who may have a seat: classes a term, age, a relative's signature, overrides."""

import pytest

from core.models import AuditEntry
from learning.choices import State
from learning.exceptions import (
    AgeError,
    BirthYearNeededError,
    ClassLimitError,
    OverrideRefusedError,
    SignatureNeededError,
)
from learning.models import Enrolment
from learning.services.enrolment import enrol_learner, join_queue, leave
from tests.factories import make_learner
from tests.learning.classes import DAY, NOW, make_class, make_draw, people, state_of

pytestmark = pytest.mark.django_db


def enrol(learner, run, **more):
    return enrol_learner(learner=learner, run=run, **{"at": NOW, **more})


def born(year, name="somebody"):
    return make_learner(name, birth_year=year)


def test_a_person_has_two_classes_a_term_at_whatever_school(course_a, course_b):
    (one,) = people(1)
    first = enrol(one, make_class(course_a))
    enrol(one, make_class(course_b))
    third = make_class(course_a)
    with pytest.raises(ClassLimitError, match="2"):
        enrol(one, third)
    with pytest.raises(ClassLimitError):
        join_queue(learner=one, run=third, at=NOW)
    leave(enrolment=first, by=one, at=NOW)
    assert enrol(one, third).state == State.CONFIRMED


def test_another_term_a_class_that_ended_or_was_cancelled_do_not_count(course_a):
    (one,) = people(1)
    enrol(one, make_class(course_a, term="2027 春"))
    enrol(one, make_class(course_a, starts_on=NOW.date(), ends_on=NOW.date()),
          at=NOW - 2 * DAY)  # fmt: skip
    cancelled = make_class(course_a)
    enrol(one, cancelled)
    type(cancelled).objects.filter(pk=cancelled.pk).update(cancelled_at=NOW)
    later = NOW + 2 * DAY
    enrol(one, make_class(course_a), at=later)
    enrol(one, make_class(course_a), at=later)
    with pytest.raises(ClassLimitError):
        enrol(one, make_class(course_a), at=later)


def test_courses_to_study_alone_are_not_counted(course_a, course_b):
    (one,) = people(1)
    for course in (course_a, course_b):
        enrol(one, course.runs.get(is_self_paced=True))
    for course in (course_a, course_b):
        assert enrol(one, make_class(course)).state == State.CONFIRMED
    # The two classes are all that one person may have in a term.
    with pytest.raises(ClassLimitError):
        enrol(one, make_class(course_a))
    assert Enrolment.objects.filter(learner=one).count() == 4


def test_a_draw_that_one_is_in_counts_and_a_queue_does_not(course_a):
    (one, other) = people(2)
    enrol(one, make_draw(course_a))
    full = make_class(course_a, seats=1)
    enrol(other, full)
    waiting = join_queue(learner=one, run=full, at=NOW)
    assert waiting.state == State.WAITLISTED
    enrol(one, make_class(course_a))
    with pytest.raises(ClassLimitError):
        enrol(one, make_class(course_a))


@pytest.mark.parametrize(
    ("year", "allowed"),
    [(1977, False), (1976, True), (1950, True), (1949, True), (1948, False)],
    ids=["49 at most", "may be 50", "between", "may still be 76", "77 at least"],
)
def test_an_age_window_keeps_out_who_is_certainly_of_another_age(
    course_a, year, allowed
):
    """A class of 2026 for people of 50 to 76; only the year of birth is known."""
    run = make_class(course_a, age_min=50, age_max=76)
    if allowed:
        assert enrol(born(year), run).state == State.CONFIRMED
        return
    with pytest.raises(AgeError, match="50 到 76"):
        enrol(born(year), run)
    assert not Enrolment.objects.filter(run=run).exists()


def test_an_age_window_asks_for_the_year_of_birth(course_a):
    with pytest.raises(BirthYearNeededError):
        enrol(born(None), make_class(course_a, age_min=50))
    assert enrol(born(None, "other"), make_class(course_a)).state == State.CONFIRMED


def test_the_words_say_which_end_of_the_window_is_meant(course_a):
    with pytest.raises(AgeError, match="50 岁以上"):
        enrol(born(2000), make_class(course_a, age_min=50))
    with pytest.raises(AgeError, match="30 岁以下"):
        enrol(born(1980, "other"), make_class(course_a, age_max=30))


def test_from_eighty_on_a_relative_signs_and_the_name_is_kept(course_a):
    run = make_class(course_a)
    with pytest.raises(SignatureNeededError, match="80"):
        enrol(born(1946), run)
    made = enrol(born(1946, "signed"), run, relative_name=" 王小明 ")
    assert made.relative_name == "王小明"
    assert enrol(born(1947, "79"), run, relative_name="王小明").relative_name == ""
    with pytest.raises(SignatureNeededError):
        join_queue(learner=born(1930, "old"), run=run, at=NOW)


def test_staff_make_an_exception_with_a_reason_that_is_kept(course_a, clerk_a):
    run = make_class(course_a, age_max=70)
    (busy,) = people(1)
    old = born(1940, "old")
    made = enrol(
        old, run, source="desk", by=clerk_a, override_reason="身体好，老伴同班"
    )
    entry = AuditEntry.objects.get(action="enrolment.limits_overridden")
    assert entry.detail["limits"] == ["AgeError", "SignatureNeededError"]
    assert made.events.get().reason == "身体好，老伴同班"
    for _two in range(2):
        enrol(busy, make_class(course_a))
    enrol(busy, make_class(course_a), source="desk", by=clerk_a, override_reason="补课")
    with pytest.raises(ClassLimitError):
        enrol(busy, make_class(course_a), source="desk", by=clerk_a)


def test_an_exception_is_no_learners_to_make(course_a):
    run = make_class(course_a, age_max=70)
    old = born(1940, "old")
    with pytest.raises(OverrideRefusedError):
        enrol(old, run, override_reason="我身体好")
    assert not Enrolment.objects.filter(run=run).exists()


def test_limits_are_not_asked_of_an_enrolment_that_exists(course_a):
    run = make_class(course_a)
    one = born(1950)
    made = enrol(one, run)
    type(run).objects.filter(pk=run.pk).update(age_max=50)
    assert enrol(one, run).pk == made.pk
    assert state_of(made) == State.CONFIRMED
