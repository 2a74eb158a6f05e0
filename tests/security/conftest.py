"""The street of the permission matrix, with more of what people write in it."""

from datetime import date

import pytest

from courses.models import QuestionBankPage
from courses.question_files import read_questions
from courses.services.questions import import_questions, keep_draft
from news.models import Delivery
from news.services.submissions import note_adoption
from tests.learning.lessons import (
    fill_in_block,
    make_lesson,
    matching_block,
    numeric_block,
    ordering_block,
    question_block,
    text_block,
)
from tests.site.world import world

__all__ = ["world"]


def choice_block():
    block = question_block("三光")
    for option in block["value"]["options"]:
        option["value"]["text"] += "面光"
    return block


@pytest.fixture
def street(world, course_a, teacher_a, editor):
    """A lesson with every kind of question, a full bank, a story that came out."""
    make_lesson(
        course_a,
        text_block(),
        {"type": "tip", "id": "tip", "value": {"text": "做错了不要紧"}},
        choice_block(),
        fill_in_block("和面"),
        numeric_block("醒面"),
        ordering_block("馒头"),
        matching_block("点心"),
        title="什么都有的课",
        is_preview=True,
    )
    bank = QuestionBankPage.objects.get(pk=world["bank"])
    read = read_questions("水是湿的。{T}".encode())
    draft = keep_draft(page=bank, found=read, file_sha256="1", by=teacher_a)
    import_questions(draft=draft, chosen=[1], by=teacher_a)
    note_adoption(
        delivery=Delivery.objects.get(pk=world["delivery"]),
        by=editor,
        published_on=date(2026, 11, 20),
        title="登出来了",
        url="https://outlet.example.org/",
    )
    return world
