"""What the library is told once is what it says itself."""

import importlib.util

import pytest
from modelcluster import models as clusters
from wagtail.models import Comment, get_page_models

from core.clusters import NAMES, remember_children
from courses.models import CoursePage
from tests.factories import make_profile


@pytest.fixture(scope="module")
def library():
    """The library's module as it comes."""
    spec = importlib.util.spec_from_file_location("as_it_comes", clusters.__file__)
    module = importlib.util.module_from_spec(spec)
    for name in NAMES:
        assert hasattr(getattr(clusters, name), "of_kind")
    source = spec.loader.get_source("as_it_comes")
    # Its functions alone: its model would be registered twice.
    head, _model = source.split("class ClusterableModel")
    exec(compile(head, clusters.__file__, "exec"), module.__dict__)  # noqa: S102
    return module


@pytest.mark.parametrize("name", NAMES)
def test_of_every_kind_of_page_it_is_the_same(library, name):
    ours, theirs = getattr(clusters, name), getattr(library, name)
    assert any(theirs(kind) for kind in get_page_models())
    for kind in get_page_models():
        assert ours(kind) == ours(kind(pk=1, content_type_id=1)) == theirs(kind)


def test_who_changes_a_list_changes_no_other():
    kinds = get_page_models()
    kind = next(one for one in kinds if clusters.get_all_child_relations(one))
    clusters.get_all_child_relations(kind).clear()
    assert clusters.get_all_child_relations(kind)


def test_it_is_remembered_once():
    before = [getattr(clusters, name) for name in NAMES]
    remember_children()
    assert [getattr(clusters, name) for name in NAMES] == before


def test_what_is_handed_over_by_name_is_taken_as_ever(school_a):
    teacher = make_profile(school_a, "白舒平")
    said = Comment(text="少一张照片", contentpath="title")
    course = CoursePage(
        title="面点", teachers=[teacher], wagtail_admin_comments=[said], locale_id=1
    )
    assert course.title == "面点"
    assert list(course.teachers.all()) == [teacher]
    assert list(course.wagtail_admin_comments.all()) == [said]
    with pytest.raises(TypeError, match="unexpected keyword"):
        CoursePage(titel="面点")


def test_a_row_of_the_database_is_made_as_ever(course_a):
    names = [field.attname for field in CoursePage._meta.concrete_fields]
    values = CoursePage.objects.values_list(*names).get(pk=course_a.pk)
    made = CoursePage(*values)
    known = CoursePage.objects.get(pk=course_a.pk)
    assert [getattr(made, one) for one in names] == [
        getattr(known, one) for one in names
    ]
    with pytest.raises(IndexError):
        CoursePage(*values, "one too many")
