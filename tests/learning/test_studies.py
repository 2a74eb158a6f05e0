"""What `/learn/` knows of somebody's courses, however many classes they are in."""

import pytest

from learning.models import Enrolment
from learning.reading import read_studies
from learning.services.enrolment import enrol_learner
from tests.courses.classes import make_class, make_room
from tests.factories import make_course, make_learner, make_text_lesson

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
@pytest.mark.parametrize("courses", [1, 2, 3, 9, 26])
def test_two_classes_of_a_course_show_its_lessons_once_each(school_a, courses):
    """Somebody who learnt a course alone and joins a class of it, sees each once."""
    learner, room = make_learner("twice"), make_room(school_a)
    for number in range(courses):
        course = make_course(school_a, f"course-{number}")
        for title in ("第一课", "第二课", "第三课"):
            make_text_lesson(course, title)
        enrol_learner(learner=learner, run=course.runs.get(is_self_paced=True))
        if number == 0:
            enrol_learner(learner=learner, run=make_class(course, venue=room))
    enrolments = Enrolment.objects.filter(learner=learner).select_related("run__course")
    studies = read_studies(enrolments)
    assert len(studies) == courses + 1
    for study in studies:
        titles = [one.lesson.title for one in study.lessons]
        assert titles == ["第一课", "第二课", "第三课"]
