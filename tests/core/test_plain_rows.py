"""Objects that are made of rows without a constructor are those that it would make."""

import pytest
from django.apps import apps
from django.db.models.signals import post_init

from core.plain_rows import _is_plain, from_row_of
from courses.models import CoursePage, LessonPage

pytestmark = pytest.mark.django_db


def rows_of(model):
    names = [field.attname for field in model._meta.concrete_fields]
    return names, list(model._base_manager.values_list(*names))


def all_of(one):
    return {key: value for key, value in vars(one).items() if key != "_state"}


def states(one):
    return one._state.db, one._state.adding, one._state.fields_cache


def test_rows_of_every_model_are_as_the_constructor_makes_them(lesson_a, lesson_b):
    made = 0
    for model in apps.get_models():
        names, rows = rows_of(model)
        from_row = from_row_of(model, names)
        for row in rows:
            ours = from_row("default", None, row)
            theirs = model.from_db("default", names, row)
            assert all_of(ours) == all_of(theirs), model
            assert states(ours) == states(theirs) == ("default", False, {})
            assert next(iter(vars(ours))) == "_state"
            made += 1
    assert made > 100


def test_nearly_every_model_is_plain():
    others = {one.__name__ for one in apps.get_models() if not _is_plain(one)}
    assert {"SiteImage", "GroupApprovalTask"} <= others
    assert not {"CoursePage", "LessonPage", "Enrolment", "User"} & others
    assert len(others) < 15


def test_who_wants_to_know_of_an_object_is_told(course_a):
    names, (row, *_rest) = rows_of(CoursePage)
    told = []

    def listen(instance, **kwargs):
        told.append(instance.pk)

    post_init.connect(listen, sender=CoursePage)
    try:
        from_row_of(CoursePage, names)("default", None, row)
    finally:
        post_init.disconnect(listen, sender=CoursePage)
    assert told == [row[names.index("page_ptr_id")]]
    from_row_of(CoursePage, names)("default", None, row)
    assert len(told) == 1


def test_what_a_row_does_not_say_is_asked_for_later(
    lesson_a, django_assert_num_queries
):
    names = ["page_ptr_id", "title", "minutes"]
    row = LessonPage.objects.filter(pk=lesson_a.pk).values_list(*names).get()
    found = from_row_of(LessonPage, names)("default", None, row)
    with django_assert_num_queries(0):
        assert (found.id, found.pk, found.title) == (lesson_a.pk,) * 2 + (row[1],)
    with django_assert_num_queries(1):
        assert found.slug == lesson_a.slug
    assert found.get_deferred_fields() >= {"seo_title"}
