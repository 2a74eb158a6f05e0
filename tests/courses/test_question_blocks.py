"""Every type of question where its author meets it: the list of blocks and the form."""

import json
from typing import Any

import pytest
from django.urls import reverse
from wagtail.blocks import Block

from courses.blocks import LessonStreamBlock
from courses.blocks.lesson import QUESTION_TYPES
from courses.models import LessonPage
from tests.learning.lessons import (
    fill_in_block,
    make_lesson,
    matching_block,
    numeric_block,
    ordering_block,
)
from tests.schools.admin_forms import lesson_data

pytestmark = pytest.mark.django_db
BLOCKS = [
    fill_in_block("f"),
    numeric_block("n", "3.14", tolerance="0.01"),
    ordering_block("o"),
    matching_block("m"),
]


def streamlist(*values: Any) -> dict[str, Any]:
    """A list of a block as its editor sends it."""
    rows = {
        str(place): {
            "type": "item", "value": value, "order": str(place), "deleted": "", "id": "",
        }
        for place, value in enumerate(values)
    }  # fmt: skip
    return {"count": str(len(values)), **rows}


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_the_list_of_blocks_shows_what_a_question_looks_like(client, teacher_a, name):
    [kind] = [
        one
        for one in LessonPage.body.field.stream_block.child_blocks.values()
        if one.name == name
    ]
    assert Block.definition_registry[kind.definition_prefix] is kind
    client.force_login(teacher_a)
    response = client.get(
        reverse("wagtailadmin_block_preview"), {"id": kind.definition_prefix}
    )
    text = response.content.decode()
    value = kind.get_preview_value()
    assert str(getattr(value, "prompt", "") or value["prompt"]) in text
    assert "<fieldset" in text
    assert "disabled" in text
    for secret in ("feedback_right", "feedback_wrong"):
        assert not value.get(secret) or value[secret] not in text


def test_the_form_opens_with_what_was_written(client, teacher_a, course_a):
    lesson = make_lesson(course_a, *BLOCKS)
    client.force_login(teacher_a)
    response = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
    assert response.status_code == 200
    text = response.content.decode()
    for words in ("3.14", "排顺序", "配对题", "填空题", "数字题", "差多少也算对"):
        # The form comes as JSON, which spells Chinese in numbers.
        assert json.dumps(words)[1:-1] in text


@pytest.mark.parametrize("tolerance", ["", "0", "0.5"])
def test_what_the_form_sends_is_a_question(client, teacher_a, course_a, tolerance):
    lesson = make_lesson(course_a)
    told = {"feedback_right": "", "feedback_wrong": ""}
    number = {"prompt": "几度？", "answer": "37.50", "tolerance": tolerance, "unit": ""}
    word = {"prompt": "用____水", "answers": streamlist("温水", "温的水")}
    order = {"prompt": "先后？", "items": streamlist("和面", "醒面")}
    halves = streamlist({"left": "甲", "right": "子"}, {"left": "乙", "right": "丑"})
    client.force_login(teacher_a)
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[lesson.pk]),
        lesson_data(
            ("numeric", number | told),
            ("fill_in", word | told),
            ("ordering", order | told),
            ("matching", {"prompt": "一对？", "pairs": halves} | told),
        ),
    )
    assert response.status_code == 302
    lesson.refresh_from_db()
    draft = lesson.get_latest_revision_as_object()
    values = [one.value for one in draft.body]
    assert values[0].grade("37.5").is_right
    assert values[0].grade("37.9").is_right is (tolerance == "0.5")
    assert values[1].grade("温的水").is_right
    assert values[2].grade(values[2].right_ids).is_right
    assert len(values[3].lefts) == 2


def test_a_lesson_is_stored_and_read_again_as_it_was(course_a):
    lesson = make_lesson(course_a, *BLOCKS)
    lesson.save_revision().publish()
    again = LessonPage.objects.get(pk=lesson.pk)
    assert [one["value"] for one in again.body.raw_data] == [
        one["value"] for one in BLOCKS
    ]
    block = LessonStreamBlock()
    assert block.clean(again.body)


@pytest.mark.parametrize("kind", [one["type"] for one in BLOCKS])
def test_a_draft_in_which_nothing_is_written_yet_can_be_looked_at(
    client, teacher_a, course_a, kind
):
    """An author may save first and write later; the preview opens all the same."""
    block = LessonPage.body.field.stream_block.child_blocks[kind]
    lesson = make_lesson(course_a)
    lesson.body = [(kind, block.get_default())]
    lesson.save_revision()
    client.force_login(teacher_a)
    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk]))
    assert response.status_code == 200
    value = lesson.body[0].value
    for response in ("", "1", [], ["a"], ["a:b"]):
        assert value.grade(response).share in (0, 1)
