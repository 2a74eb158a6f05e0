"""Parts of a course's own page say what is known of it, and nothing else."""

import pytest

from courses.choices import Mode
from courses.course_parts import facts_of
from tests.courses.classes import make_class, make_room
from tests.factories import make_text_lesson

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("total", "runs", "said"), [(2, [1], True), (2, [], False), (0, [1], False)]
)
def test_both_ways_are_named_where_there_are_both(course_a, total, runs, said):
    course_a.mode = Mode.ONLINE
    facts = facts_of(course_a, total, 9, runs)
    assert facts.is_also_at_school is said
    assert (facts.total, facts.minutes_each, facts.mode_words) == (total, 9, "在家看")


def test_a_course_says_how_it_is_learnt_and_by_a_class_when_and_where(client, course_a):
    make_text_lesson(course_a, "第一课")
    assert "在家看，或到校" not in client.get(course_a.url).content.decode()
    room = make_room(course_a.school, "手工教室")
    run = make_class(course_a, venue=room, note="带围裙来")
    page = client.get(course_a.url).content.decode()
    assert "在家看，或到校" in page
    at = page.index(f'<div class="run" id="run-{run.pk}">')
    words = page[at : page.index("</section>", at)]
    for one in (
        course_a.school.short_name,
        "下午 2:00",
        "手工教室",
        "带围裙来",
        "共 4 次",
    ):
        assert one in words
