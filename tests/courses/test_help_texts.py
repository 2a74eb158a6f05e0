"""Beside each field stands what it is for; the centre may say it in its own words."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.help_texts import help_of, known_keys, read_help
from core.models import HelpText
from courses.help_texts import form_fields, leaves
from courses.models import CoursePage, LessonPage, QuestionBankPage

pytestmark = pytest.mark.django_db
BODIES = [
    model._meta.get_field("body").stream_block
    for model in (LessonPage, QuestionBankPage)
]
BLOCKS = [one for body in BODIES for one in body.child_blocks.values()]


@pytest.mark.parametrize("model", [CoursePage, LessonPage])
def test_each_field_of_the_form_says_what_it_is_for(model):
    kind = {CoursePage: "course", LessonPage: "lesson"}[model]
    names = form_fields(model)
    assert len(names) > 10
    assert [n for n in names if not str(help_of(f"{kind}.{n}"))] == []
    assert "个字以内" in str(help_of(f"{kind}.title"))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda one: one.name)
def test_each_block_has_words_an_icon_and_a_drawn_sample(block):
    assert block.label
    assert block.get_description()
    assert block.meta.icon != "placeholder"
    assert block.is_previewable
    assert block.get_preview_value() is not None


@pytest.mark.parametrize("body", BODIES, ids=["lesson", "bank"])
def test_each_field_of_each_block_says_what_it_is_for(body):
    found = list(leaves(body))
    assert len(found) > 20
    assert [path for path, one in found if not str(help_of(one.help_key))] == []
    assert [path for path, one in found if not str(one.label)] == []


def test_the_words_of_the_centre_stand_in_the_editor_of_both_kinds(
    client, teacher_a, course_a, lesson_a
):
    HelpText.objects.create(key="course.summary", text="说一句心里话。")
    HelpText.objects.create(key="block.step.title", text="动词开头。")
    client.force_login(teacher_a)
    for page, words in ((course_a, "说一句心里话。"), (lesson_a, "动词开头。")):
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        html = client.get(address).content.decode()
        # Words of a block travel as JSON in an attribute.
        assert words in html or json.dumps(words).strip('"') in html
        assert "data-counter" in html
    HelpText.objects.all().first().delete()
    read_help()
    assert "动词开头。" not in (help_of("course.summary"), help_of("block.step.title"))


def test_all_words_are_read_at_once():
    HelpText.objects.create(key="course.title", text="短些。")
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        read_help()
        said = [help_of(key) for key, _label in known_keys()]
    assert "短些。" in said
    assert len([one for one in asked if "core_helptext" in one["sql"]]) == 1


@pytest.mark.parametrize(
    ("who", "status"), [("director", 200), ("editor", 200), ("teacher_a", 403)]
)
def test_the_words_are_the_centres_to_change(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/admin/helptext/new/").status_code == status
    if status == 200:
        sent = {"key": "course.title", "text": "短些。"}
        assert client.post("/admin/helptext/new/", sent).status_code == 302
        assert HelpText.objects.get().text == "短些。"
