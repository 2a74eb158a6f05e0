"""A class with two seats, empty and full."""

import pytest

from learning.services.enrolment import enrol_learner
from tests.courses.classes import make_class, make_room
from tests.factories import make_learner


@pytest.fixture
def dated(course_a):
    return make_class(course_a, venue=make_room(course_a.school), capacity=2)


@pytest.fixture
def full(dated):
    for number in range(2):
        enrol_learner(learner=make_learner(f"seated-{number}"), run=dated)
    dated.refresh_from_db()
    return dated
