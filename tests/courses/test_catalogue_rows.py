"""The questions of the catalogue say the same, made anew or once for their form."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.civil_time import civil_date
from courses import catalogue_rows
from courses.catalogue_rows import (
    FILTERS,
    SORTS,
    Form,
    read_counts,
    read_courses,
)
from courses.choices import Mode
from courses.models import Audience, CoursePage
from courses.teacher_names import attach_teachers
from tests.courses.classes import make_class
from tests.factories import make_category, make_course, make_profile, make_school

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def street():
    """Courses that differ in all that the filters ask for; the values of a question."""
    schools = [make_school("north"), make_school("south")]
    categories = [make_category("life", "生活"), make_category("art", "艺术")]
    audiences = [Audience.objects.create(slug=one, name=one) for one in ("old", "kids")]
    modes = [Mode.ONLINE, Mode.OFFLINE, Mode.BLENDED]
    for number in range(12):
        course = make_course(
            schools[number % 2],
            f"c{number}",
            category=categories[number % 3 % 2],
            mode=modes[number % 3],
        )
        course.audiences.set([audiences[number % 2]])
        names = (f"丙{number}", f"甲{number}", f"乙{number}")[: number % 4]
        course.teachers.set([make_profile(course.school, name) for name in names])
        course.save()
        if number % 4:
            hour = 8 + 5 * (number % 4 - 1)
            make_class(
                course,
                first=civil_date() + timedelta(days=number),
                start_time=time(hour),
                end_time=time(hour + 1),
            )
    numbers = {"category": 2, "mode": 2, "school": 2, "when": 4, "audience": 2}
    form = Form(numbers=tuple((name, numbers[name]) for name in FILTERS))
    home = schools[0].path[: -schools[0].steplen]
    values = {"section": home, "now": timezone.now(), "today": civil_date()}
    for name, things in (("category", categories), ("audience", audiences)):
        values |= {f"{name}_{place}": one.pk for place, one in enumerate(things)}
    values |= {f"school_{place}": one.path for place, one in enumerate(schools)}
    return form, values


def forms_of(form):
    """Nothing chosen, and each choice of each filter, in each order."""
    each = [
        ((name, place),) for name, number in form.numbers for place in range(number)
    ]
    for chosen in ((), *each):
        yield from (replace(form, chosen=chosen, sort=sort) for sort in SORTS)


def said(course):
    """What a card says of a course."""
    names = ("pk", "title", "mode", "category", "lesson_total", "teacher_names")
    return tuple(getattr(course, name) for name in names)


def test_each_choice_finds_what_it_says(street):
    """Counted by hand: see how the street is made."""
    form, values = street
    wanted = {
        "category": [8, 4],
        "mode": [8, 11],
        "school": [6, 6],
        "audience": [6, 6],
        "when": [3, 3, 3],
    }
    counts = read_counts(form, values)
    for name, numbers in wanted.items():
        for place, number in enumerate(numbers):
            rows = read_courses(replace(form, chosen=((name, place),)), values)
            assert (name, place, len(rows)) == (name, place, number)
            assert counts[f"{name}_{place}"] == number


def test_what_is_made_once_says_what_is_made_anew(street, monkeypatch):
    form, values = street
    forms = list(forms_of(form))
    assert all(one.is_common for one in forms)
    once = [(read_counts(one, values), read_courses(one, values)) for one in forms]
    monkeypatch.setattr(Form, "is_common", False)
    anew = [(read_counts(one, values), read_courses(one, values)) for one in forms]
    assert [(counts, list(map(said, rows))) for counts, rows in once] == [
        (counts, list(map(said, rows))) for counts, rows in anew
    ]
    assert {len(rows) for _counts, rows in once} > {12, 6}
    found = {counts["found"] for counts, _rows in once}
    assert len(found) > 3


def test_what_is_made_once_is_asked_with_the_values_of_each_visit(street):
    form, values = street
    first = replace(form, chosen=(("category", 0),))
    other = values | {
        "category_0": values["category_1"],
        "category_1": values["category_0"],
    }
    both = [read_courses(first, one) for one in (values, other)]
    assert {one.pk for one in chain(*both)} == set(
        CoursePage.objects.values_list("pk", flat=True)
    )
    assert not {one.pk for one in both[0]} & {one.pk for one in both[1]}
    counts = [read_counts(first, one)["found"] for one in (values, other)]
    assert counts == [len(rows) for rows in both]
    nowhere = values | {"section": "00019999"}
    assert read_courses(form, nowhere) == []
    assert set(read_counts(form, nowhere).values()) == {0}


def test_a_class_that_is_over_counts_no_more(street):
    form, values = street
    later = values | {"today": civil_date() + timedelta(days=2000)}
    evening = replace(form, chosen=(("when", 2),))
    assert read_courses(evening, values)
    assert read_courses(evening, later) == []
    assert read_counts(form, later)["when_2"] == 0


def test_neither_keeps_the_clock(street, monkeypatch):
    """As `tests/core/test_kept_sql.py` asks of what stands in its list."""
    form, _values = street

    def made():
        questions = [
            how(one)
            for one in forms_of(form)
            for how in (catalogue_rows._kept_counts, catalogue_rows._kept_courses)
        ]
        return [str(one.queryset().query.sql_with_params()) for one in questions]

    before, now = made(), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=400))
    assert made() == before


def test_the_teachers_of_all_come_with_one_question(street):
    form, values = street
    rows = read_courses(form, values)
    alone = {one.pk: [each.name for each in one.teachers.all()] for one in rows}
    assert {len(names) for names in alone.values()} == {0, 1, 2, 3}
    # The catalogue reads them with the courses, the home page for all courses at once.
    assert {one.pk: one.teacher_names for one in rows} == alone
    for one in rows:
        one.teacher_names = None
    with CaptureQueriesContext(connection) as asked:
        attach_teachers(rows)
    assert {one.pk: one.teacher_names for one in rows} == alone
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        attach_teachers([])
    assert len(asked) == 0


def test_few_forms_are_kept(street, monkeypatch):
    form, values = street
    before = catalogue_rows._kept_courses.cache_info().misses
    words = replace(form, has_words=True)
    assert len(read_courses(words, values | {"words": "C1"})) == 3
    assert len(read_courses(replace(form, first=10), values)) == 2
    assert catalogue_rows._kept_courses.cache_info().misses == before
